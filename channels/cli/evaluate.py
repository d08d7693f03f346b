"""`intake evaluate`: how good the desk's labels are on messages that people labelled, and what learning would bring."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from channels.api.shapes import json_line
from channels.cli import evaluate_shapes, evaluate_words
from channels.cli.classifier_in_use import text_classifier_in_use
from channels.cli.evaluate_csv import LabelledFile, labelled_file
from channels.cli.evaluate_plot import drawn
from channels.cli.evaluated import Evaluation, Method, Report
from channels.cli.settings import read_desk_settings
from channels.cli.terminal import say
from classifier.classify import TextClassifier
from classifier.evaluation_bootstrap import compared, measured
from classifier.evaluation_case import Decides, Judged, answered
from classifier.evaluation_measures import Answers
from classifier.evaluation_teaching import cross_validated, taught_with, without
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.desk.raising import Raiser
from intake.domain.errors import NotFound, PolicyViolation
from intake.domain.label import Label, Priority


def evaluate(file: Path, train: Path | None, *, shipped: bool, as_json: bool, plot: Path | None) -> None:
    """Raises PolicyViolation, NotFound for files that cannot be used; then nothing is written."""
    if plot is not None and not plot.absolute().parent.is_dir():
        raise NotFound(f"{plot} cannot be written: there is no folder {plot.parent}")
    desk = read_desk_settings()
    policy = read_policy(desk.policy)
    matrix, decides, bare = policy.priority, _deciding(policy), TextClassifier(abstain_below=policy.classifier.ask_below)
    found = labelled_file(file, matrix)
    if train is None:
        evaluation = as_it_is(found, bare if shipped else text_classifier_in_use(desk), decides)
    else:
        teaching = found if str(train) == str(file) else labelled_file(train, matrix)
        evaluation = taught(found, teaching, bare, decides)
    if plot is not None:
        plot.write_text(drawn(evaluation), "utf-8")
    if as_json:
        say(json_line(evaluate_shapes.evaluation(evaluation)))
    else:
        evaluate_words.show(evaluation, plot)


def as_it_is(file: LabelledFile, classifier: TextClassifier, decides: Decides) -> Evaluation:
    notes = list(file.notes)
    if classifier.version != classifier.base_version:
        notes.append(
            "What was learnt here is in use. If it was learnt from these messages, the figures flatter: see --shipped."
        )
    answers = Answers(answered(classifier, file.messages, decides))
    return Evaluation(
        file=file.name,
        train=None,
        method=Method.AS_IS,
        messages=len(file.messages),
        learnt_from=0,
        notes=notes,
        before=Report(version=classifier.version, answers=answers, measures=measured(answers)),
    )


def taught(file: LabelledFile, train: LabelledFile, shipped: TextClassifier, decides: Decides) -> Evaluation:
    """Where both files hold the same, each fifth of it is tried after learning from the rest. Raises PolicyViolation where
    there is too little to learn from."""
    same = file.raw == train.raw
    notes, version = list(file.notes), f"{shipped.version}+cross-validated"
    if same:
        learnt_from = len(file.messages) * 4 // 5
        every = [Answers(cases) for cases in cross_validated(file.messages, shipped, decides)]
    else:
        lessons = _unseen(file, train, notes)
        after = taught_with(lessons, shipped)
        learnt_from, version = len(lessons), after.version
        every = [Answers(answered(after, file.messages, decides))]
    before = Answers(answered(shipped, file.messages, decides))
    both = compared(before, every)
    pooled = Answers(list(chain.from_iterable(answers.cases for answers in every)))
    return Evaluation(
        file=file.name,
        train=train.name,
        method=Method.CROSS_VALIDATED if same else Method.TAUGHT,
        messages=len(file.messages),
        learnt_from=learnt_from,
        notes=notes,
        before=Report(version=shipped.version, answers=before, measures=both.before),
        after=Report(version=version, answers=pooled, measures=both.after, repetitions=len(every)),
        differences=both.differences,
    )


def _deciding(policy: Policy) -> Decides:
    raiser = Raiser(policy=policy)

    def decides(label: Label, text: str) -> tuple[Label, Priority]:
        raised = raiser.by_words(label, text)
        return raised, policy.priority(raised.impact, raised.urgency)

    return decides


def _unseen(file: LabelledFile, train: LabelledFile, notes: list[str]) -> Sequence[Judged]:
    lessons = without(train.messages, file.messages)
    if left_out := len(train.messages) - len(lessons):
        notes.append(f"{left_out} rows of {train.name} are in {file.name} as well: nothing was learnt from them.")
    if not lessons:
        raise PolicyViolation(f"{train.name} has no message that {file.name} has not: there is nothing to learn from")
    return lessons
