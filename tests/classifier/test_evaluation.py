"""What `intake evaluate` measures, by examples small enough to be counted by hand."""

from collections.abc import Sequence

import pytest

from classifier.evaluation import f1, macro_f1
from classifier.evaluation_bootstrap import compared, measured, percentile, resamples
from classifier.evaluation_case import Case, Judged
from classifier.evaluation_measures import Answers
from classifier.evaluation_table import Table
from classifier.labelled import LabelledText
from intake.domain.label import Category, Kind, Label, Level, Priority

INCIDENT, REQUEST, CHANGE = Kind.INCIDENT, Kind.SERVICE_REQUEST, Kind.ENHANCEMENT


def case(
    right: Kind,
    guess: Kind,
    confidence: float = 0.9,
    *,
    category: Category | None = None,
    guessed: Category | None = None,
    priority: tuple[Priority | None, Priority] = (None, Priority.P4),
    silent: bool = False,
) -> Case:
    label = Label(
        kind=Kind.NONE if silent else guess, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=confidence
    )
    return Case(
        right=Judged(labelled=LabelledText(text="x", kind=right, category=category), priority=priority[0]),
        guess=guess,
        category=guessed,
        confidence=confidence,
        label=label,
        priority=priority[1],
        seconds=0.001,
    )


def value(cases: Sequence[Case], name: str) -> float | None:
    answers = Answers(cases)
    return answers.measures(answers.all)[name]


FOUR = [case(INCIDENT, INCIDENT), case(INCIDENT, REQUEST), case(REQUEST, REQUEST), case(CHANGE, REQUEST)]


def test_what_is_guessed_too_often_costs_precision_and_what_is_missed_costs_recall() -> None:
    assert value(FOUR, "kind_accuracy") == 0.5
    assert value(FOUR, "kind.incident.precision") == 1.0
    assert value(FOUR, "kind.incident.recall") == 0.5
    assert value(FOUR, "kind.service_request.precision") == pytest.approx(1 / 3)
    assert value(FOUR, "kind.service_request.recall") == 1.0


def test_macro_f1_counts_the_kinds_that_came_alike() -> None:
    of_each = (2 / 3, 1 / 2, 0.0)
    assert value(FOUR, "kind_macro_f1") == pytest.approx(sum(of_each) / 3)
    assert value(FOUR, "incident_request_macro_f1") == pytest.approx(sum(of_each[:2]) / 2)
    true, said = [one.right.labelled.kind for one in FOUR], [one.guess for one in FOUR]
    assert macro_f1(true, said) == pytest.approx(sum(of_each) / 3)
    assert f1(true, said, Kind.NONE) == 1.0


def test_a_kind_that_neither_came_nor_was_guessed_has_no_figure() -> None:
    assert value(FOUR, "kind.none.f1") is None
    assert value(FOUR, "kind.enhancement.precision") is None
    assert value(FOUR, "major_recall") is None
    assert value(FOUR, "priority_weighted_kappa") is None


def test_a_category_that_nobody_judged_is_left_out() -> None:
    cases = [
        case(INCIDENT, INCIDENT, category=Category.UNAVAILABLE, guessed=Category.UNAVAILABLE),
        case(INCIDENT, INCIDENT, guessed=Category.DATA_PROBLEM),
        case(REQUEST, INCIDENT, category=Category.HOW_TO, guessed=Category.DATA_PROBLEM),
    ]
    assert value(cases, "category_accuracy") == 0.5
    assert value(cases, "category.data_problem.precision") == 0.0


def test_p1_and_p2_are_one_when_it_comes_to_finding_them() -> None:
    p1, p2, p3, p4 = Priority
    pairs = [(p1, p2), (p2, p2), (p2, p4), (p3, p1), (p4, p4)]
    cases = [case(INCIDENT, INCIDENT, priority=pair) for pair in pairs]
    assert value(cases, "major_recall") == pytest.approx(2 / 3)
    assert value(cases, "major_precision") == pytest.approx(2 / 3)
    assert value(cases, "priority_accuracy") == pytest.approx(2 / 5)


def test_kappa_is_one_for_agreement_none_for_one_answer_and_punishes_what_is_far_off() -> None:
    def kappa(*counts: Sequence[int]) -> float | None:
        return Table(names=("1", "2", "3"), counts=counts).weighted_kappa

    assert kappa((4, 0, 0), (0, 4, 0), (0, 0, 4)) == 1.0
    assert kappa((9, 0, 0), (0, 0, 0), (0, 0, 0)) is None
    assert kappa((1, 1, 1), (1, 1, 1), (1, 1, 1)) == pytest.approx(0.0)
    near, far = kappa((3, 1, 0), (0, 4, 0), (0, 0, 4)), kappa((3, 0, 1), (0, 4, 0), (0, 0, 4))
    assert near is not None
    assert far is not None
    assert far < near < 1


def test_the_calibration_error_is_how_far_confidence_and_truth_lie_apart_bin_by_bin() -> None:
    sure = [case(INCIDENT, INCIDENT, 0.95)] * 3 + [case(INCIDENT, REQUEST, 0.95)]
    unsure = [case(INCIDENT, INCIDENT, 0.55), case(INCIDENT, REQUEST, 0.55)]
    assert value(sure + unsure, "ece") == pytest.approx((4 * 0.20 + 2 * 0.05) / 6)
    bins = Answers(unsure + sure).bins()
    assert [one.count for one in bins] == [0, 0, 0, 0, 0, 2, 0, 0, 0, 4]
    assert bins[9].confidence == pytest.approx(0.95)
    assert bins[9].accuracy == 0.75
    assert bins[0].accuracy is None


@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_the_ends_of_confidence_fall_into_a_bin(confidence: float) -> None:
    assert sum(one.count for one in Answers([case(INCIDENT, INCIDENT, confidence)]).bins()) == 1


def test_the_surest_come_first_on_the_coverage_curve() -> None:
    cases = [case(INCIDENT, REQUEST, 0.4), *(case(INCIDENT, INCIDENT, 0.5 + place / 20) for place in range(9))]
    assert value(cases, "surest_90_accuracy") == 1.0
    assert value(cases, "surest_100_accuracy") == 0.9
    curve = Answers(cases).curve()
    assert (curve[8].share, curve[8].accuracy, curve[8].confidence) == (0.9, 1.0, 0.5)


def test_what_is_left_to_a_person_is_counted_apart() -> None:
    cases = [case(INCIDENT, INCIDENT), case(INCIDENT, REQUEST, silent=True), case(REQUEST, INCIDENT), case(REQUEST, REQUEST)]
    assert value(cases, "abstained") == 0.25
    assert value(cases, "labelled_accuracy") == pytest.approx(2 / 3)
    assert value(cases, "label_accuracy") == 0.5


def test_silence_on_chatter_is_right() -> None:
    cases = [case(Kind.NONE, Kind.NONE, silent=True)]
    assert value(cases, "label_accuracy") == 1.0
    assert value(cases, "kind_accuracy") == 1.0
    assert value(cases, "labelled_accuracy") is None


def test_an_interval_holds_its_value_and_is_the_same_again() -> None:
    answers = Answers([case(INCIDENT, INCIDENT)] * 30 + [case(INCIDENT, REQUEST)] * 10)
    once = measured(answers)["kind_accuracy"]
    assert once == measured(answers)["kind_accuracy"]
    assert once.low is not None
    assert once.high is not None
    assert 0.55 < once.low < 0.75 < once.high < 0.95  # the binomial's are 0.60 and 0.87


def test_many_messages_have_narrow_intervals_and_need_fewer_resamples() -> None:
    assert resamples(100) == 1_000
    assert resamples(1_000) == 1_000
    assert resamples(50_000) == 200


def test_the_same_answers_twice_do_not_differ_at_all() -> None:
    answers = Answers(FOUR * 5)
    difference = compared(answers, [answers]).differences["kind_accuracy"]
    assert (difference.value, difference.low, difference.high) == (0.0, 0.0, 0.0)


def test_repetitions_count_by_their_mean() -> None:
    before = Answers([case(INCIDENT, REQUEST)] * 8)
    good, half = Answers([case(INCIDENT, INCIDENT)] * 8), Answers([case(INCIDENT, INCIDENT), case(INCIDENT, REQUEST)] * 4)
    both = compared(before, [good, half])
    assert both.after["kind_accuracy"].value == 0.75
    assert both.differences["kind_accuracy"].value == 0.75
    assert both.differences["kind_accuracy"].high is not None
    assert both.differences["kind_accuracy"].high <= 1


def test_a_percentile_lies_between_two_values_in_proportion() -> None:
    assert percentile([1.0, 2.0, 3.0], 0.5) == 2.0
    assert percentile([0.0, 10.0], 0.25) == 2.5
    assert percentile([7.0], 0.95) == 7.0
