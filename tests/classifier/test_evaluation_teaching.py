"""What learning would bring is tried on messages that were not learnt."""

import pytest

from classifier.classify import TextClassifier
from classifier.evaluation_case import Judged, answered
from classifier.evaluation_teaching import cross_validated, repetitions, taught_with, without
from classifier.labelled import LabelledText
from intake.domain.errors import PolicyViolation
from intake.domain.label import Category, Label, Priority

SYLLABLES = ("bra", "kel", "mon", "tiv", "sul", "dor")


def decides(label: Label, text: str) -> tuple[Label, Priority]:
    return label, Priority.P4


def judged(text: str, category: Category) -> Judged:
    return Judged(labelled=LabelledText(text=text, kind=category.kind, category=category))


def nonsense() -> list[Judged]:
    """Words that mean nothing, with kinds that follow nothing: only who has seen a text can know its kind."""
    texts = [f"{one}{other}x {other}{one}q" for one in SYLLABLES for other in SYLLABLES]
    kinds = (Category.UNAVAILABLE, Category.USER_REQUEST, Category.USER_REQUEST, Category.UNAVAILABLE)
    return [judged(text, kinds[place % 4]) for place, text in enumerate(texts)]


def test_copies_of_one_text_are_never_on_both_sides(classifier: TextClassifier) -> None:
    messages = nonsense() * 4
    for cases in cross_validated(messages, classifier, decides):
        assert [case.right for case in cases] == messages
        assert sum(case.guess is case.right.labelled.kind for case in cases) < len(cases) * 0.8
    seen = answered(taught_with(messages, classifier), messages, decides)
    assert sum(case.guess is case.right.labelled.kind for case in seen) > len(seen) * 0.7


def test_too_few_different_messages_are_refused(classifier: TextClassifier) -> None:
    with pytest.raises(PolicyViolation, match="it takes 20"):
        cross_validated(nonsense()[:5] * 10, classifier, decides)
    with pytest.raises(PolicyViolation, match="nothing to learn"):
        taught_with([], classifier)


def test_many_messages_are_repeated_less_often() -> None:
    assert [repetitions(count) for count in (100, 400, 1_000, 50_000)] == [5, 5, 2, 1]


def test_a_text_that_is_measured_is_not_learnt_however_it_is_spaced() -> None:
    measured = [judged("The scanner jams", Category.UNAVAILABLE)]
    lessons = [judged("the  SCANNER jams\n", Category.UNAVAILABLE), judged("New badge", Category.USER_REQUEST)]
    assert without(lessons, measured) == lessons[1:]
