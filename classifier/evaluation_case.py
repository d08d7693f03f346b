"""A message of which somebody said what it is, and what the classifier makes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from classifier.classify import TextClassifier
from classifier.labelled import LabelledText
from intake.domain.label import Category, Kind, Label, Level, Priority

PriorityOf = Callable[[Level, Level], Priority]  # the matrix: of impact and urgency
Decides = Callable[[Label, str], tuple[Label, Priority]]  # what the desk makes of a text's label by its own rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """`priority` is None where nobody said it, and neither impact nor urgency from which it follows."""

    labelled: LabelledText
    priority: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`guess`, `category` and `confidence` are what the classifier thinks before it decides whether to say so; `label` and
    `priority` what the desk then says. `seconds` is how long the classifier took."""

    right: Judged
    guess: Kind
    category: Category | None
    confidence: float
    label: Label
    priority: Priority
    seconds: float


def answered(classifier: TextClassifier, messages: Sequence[Judged], decides: Decides) -> list[Case]:
    return [_case(classifier, message, decides) for message in messages]


def _case(classifier: TextClassifier, message: Judged, decides: Decides) -> Case:
    begin = perf_counter()
    verdict = classifier.judge(message.labelled.text)
    seconds = perf_counter() - begin
    label, priority = decides(verdict.label, message.labelled.text)
    opinion = verdict.opinion
    guess = opinion.kind
    return Case(
        right=message,
        guess=guess,
        category=opinion.category(guess) if guess is not Kind.NONE else None,
        confidence=opinion.kinds[guess],
        label=label,
        priority=priority,
        seconds=seconds,
    )
