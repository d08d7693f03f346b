"""The measures of one classifier's answers, on all of the messages or on any draw from them."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TypeAlias

from classifier.evaluation_case import Case
from classifier.evaluation_table import Table
from intake.domain.label import Category, Kind, Level, Priority

Values: TypeAlias = Mapping[str, float | None]

BINS = 10  # of confidence, equally wide
SUREST = (50, 60, 70, 80, 90, 100)  # per cent
MAJOR = (Priority.P1.value, Priority.P2.value)
BOTH = (Kind.INCIDENT.value, Kind.SERVICE_REQUEST.value)
KINDS = tuple(kind.value for kind in Kind)
CATEGORIES = (*(category.value for category in Category), Kind.NONE.value)
LEVELS = tuple(str(level.value) for level in Level)
PRIORITIES = tuple(priority.value for priority in Priority)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Messages whose kind was guessed with a confidence between `low` and `high`; of none of them the rest is None."""

    low: float
    high: float
    count: int
    confidence: float | None  # the mean
    accuracy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surest:
    """`accuracy` of the kind on that share of the messages that the classifier is surest of: of those with `confidence`
    or more."""

    share: float
    accuracy: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a message truly is and what was said, each as one of `names`; None where nobody judged it."""

    names: Sequence[str]
    answer: Callable[[Case], tuple[str, str] | None]


def _kind(case: Case) -> tuple[str, str]:
    return case.right.labelled.kind.value, case.guess.value


def _category(case: Case) -> tuple[str, str] | None:
    labelled = case.right.labelled
    if labelled.category is None and labelled.kind is not Kind.NONE:
        return None
    return (labelled.category or Kind.NONE).value, (case.category or Kind.NONE).value


def _impact(case: Case) -> tuple[str, str] | None:
    level = case.right.labelled.impact
    return (str(level.value), str(case.label.impact.value)) if level is not None else None


def _urgency(case: Case) -> tuple[str, str] | None:
    level = case.right.labelled.urgency
    return (str(level.value), str(case.label.urgency.value)) if level is not None else None


def _priority(case: Case) -> tuple[str, str] | None:
    priority = case.right.priority
    return (priority.value, case.priority.value) if priority is not None else None


QUESTIONS: Mapping[str, Question] = {
    "kind": Question(names=KINDS, answer=_kind),
    "category": Question(names=CATEGORIES, answer=_category),
    "impact": Question(names=LEVELS, answer=_impact),
    "urgency": Question(names=LEVELS, answer=_urgency),
    "priority": Question(names=PRIORITIES, answer=_priority),
}


class Answers:
    """Of one classifier to some messages, laid out so that a thousand draws from them are measured in a second or two.
    A draw is a list of the messages' places, with repeats."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        order = sorted(range(len(cases)), key=lambda place: -cases[place].confidence)
        self._rank = {place: rank for rank, place in enumerate(order)}  # 0 is the surest
        self._confidence = [cases[place].confidence for place in order]
        self._right = [int(cases[place].guess is cases[place].right.labelled.kind) for place in order]
        edges = [-edge / BINS for edge in range(BINS - 1, 0, -1)]
        falling = [-confidence for confidence in self._confidence]
        self._edges = [0, *(bisect_left(falling, edge) for edge in edges), len(cases)]
        self._over = [one - right for one, right in zip(self._confidence, self._right, strict=True)]
        self._cells = {name: [_cell(question, case) for case in cases] for name, question in QUESTIONS.items()}
        self._silent = [int(case.label.abstained) for case in cases]
        self._kept = [int(case.label.kind is case.right.labelled.kind) for case in cases]
        self._kept_said = [kept * (1 - silent) for kept, silent in zip(self._kept, self._silent, strict=True)]

    def __len__(self) -> int:
        return len(self.cases)

    @property
    def all(self) -> Sequence[int]:
        return range(len(self.cases))

    def table(self, question: str, draw: Sequence[int]) -> Table:
        names = QUESTIONS[question].names
        counted = Counter(map(self._cells[question].__getitem__, draw))
        size = len(names)
        rows = [[counted[true * size + said] for said in range(size)] for true in range(size)]
        return Table(names=names, counts=rows)

    def measures(self, draw: Sequence[int]) -> Values:
        """Each by its name in docs/shapes.md; None where there is nothing to measure."""
        kinds, categories = self.table("kind", draw), self.table("category", draw)
        priorities = self.table("priority", draw)
        precision, recall, f1 = priorities.scores(MAJOR)
        silent = sum(map(self._silent.__getitem__, draw))
        said = len(draw) - silent
        return {
            "kind_accuracy": kinds.accuracy,
            "kind_macro_f1": kinds.macro_f1(),
            "incident_request_macro_f1": kinds.macro_f1(BOTH),
            "category_accuracy": categories.accuracy,
            "category_macro_f1": categories.macro_f1(),
            "major_precision": precision,
            "major_recall": recall,
            "major_f1": f1,
            "priority_accuracy": priorities.accuracy,
            "priority_weighted_kappa": priorities.weighted_kappa,
            "impact_accuracy": self.table("impact", draw).accuracy,
            "urgency_accuracy": self.table("urgency", draw).accuracy,
            "abstained": silent / len(draw) if draw else None,
            "labelled_accuracy": sum(map(self._kept_said.__getitem__, draw)) / said if said else None,
            "label_accuracy": sum(map(self._kept.__getitem__, draw)) / len(draw) if draw else None,
            **self._by_confidence(sorted(map(self._rank.__getitem__, draw))),
            **dict(_by_name("kind", kinds)),
            **dict(_by_name("category", categories)),
        }

    def bins(self) -> Sequence[Bin]:
        """From the least sure one to the surest."""
        return [self._bin(number, self._edges[BINS - 1 - number], self._edges[BINS - number]) for number in range(BINS)]

    def curve(self) -> Sequence[Surest]:
        """After each message, the surest first."""
        return [
            Surest(share=count / len(self.cases), accuracy=hits / count, confidence=self._confidence[count - 1])
            for count, hits in enumerate(accumulate(self._right), start=1)
        ]

    def _bin(self, number: int, start: int, end: int) -> Bin:
        count = end - start
        return Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            count=count,
            confidence=sum(self._confidence[start:end]) / count if count else None,
            accuracy=sum(self._right[start:end]) / count if count else None,
        )

    def _by_confidence(self, ranks: Sequence[int]) -> Values:
        if not ranks:
            return {"ece": None, **{surest(share): None for share in SUREST}}
        over = list(map(self._over.__getitem__, ranks))
        ends = [bisect_left(ranks, edge) for edge in self._edges]
        gap = sum(abs(sum(over[start:end])) for start, end in pairwise(ends))
        hits = list(accumulate(map(self._right.__getitem__, ranks)))
        counts = {share: max(1, round(share / 100 * len(ranks))) for share in SUREST}
        return {"ece": gap / len(ranks), **{surest(share): hits[count - 1] / count for share, count in counts.items()}}


def surest(share: int) -> str:
    return f"surest_{share}_accuracy"


def _cell(question: Question, case: Case) -> int:
    answer = question.answer(case)
    if answer is None:
        return -1
    names = question.names
    return names.index(answer[0]) * len(names) + names.index(answer[1])


def _by_name(question: str, table: Table) -> Iterator[tuple[str, float | None]]:
    for name in table.names:
        precision, recall, f1 = table.scores([name])
        yield f"{question}.{name}.precision", precision
        yield f"{question}.{name}.recall", recall
        yield f"{question}.{name}.f1", f1
