"""What `intake evaluate` prints as JSON: a public contract, described in docs/shapes.md."""

from collections.abc import Mapping
from typing import TypedDict

from channels.cli.evaluated import Evaluation, Report
from classifier.evaluation_bootstrap import SHARE, Measure, percentile, resamples
from classifier.evaluation_measures import QUESTIONS, SUREST, Answers, Bin, surest

DIGITS = 4


class Figure(TypedDict):
    value: float | None
    low: float | None
    high: float | None


class OfName(TypedDict):
    precision: Figure
    recall: Figure
    f1: Figure
    support: int


class OfBin(TypedDict):
    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


class OfShare(TypedDict):
    share: float
    accuracy: Figure
    confidence: float


class Time(TypedDict):
    median: float
    p95: float


class OfReport(TypedDict):
    version: str
    repetitions: int
    measures: dict[str, Figure]
    kinds: dict[str, OfName]
    categories: dict[str, OfName]
    confusion: dict[str, dict[str, dict[str, int]]]
    reliability: list[OfBin]
    coverage: list[OfShare]
    microseconds: Time


class OfEvaluation(TypedDict):
    file: str
    train: str | None
    method: str
    messages: int
    learnt_from: int
    resamples: int
    interval: float
    notes: list[str]
    before: OfReport
    after: OfReport | None
    differences: dict[str, Figure] | None


def evaluation(of: Evaluation) -> OfEvaluation:
    return {
        "file": of.file,
        "train": of.train,
        "method": of.method,
        "messages": of.messages,
        "learnt_from": of.learnt_from,
        "resamples": resamples(of.messages),
        "interval": SHARE,
        "notes": list(of.notes),
        "before": _report(of.before),
        "after": _report(of.after) if of.after is not None else None,
        "differences": _measures(of.differences) if of.differences is not None else None,
    }


def microseconds(answers: Answers) -> Time:
    taken = sorted(case.seconds * 1e6 for case in answers.cases)
    return {"median": round(percentile(taken, 0.5), 1), "p95": round(percentile(taken, 0.95), 1)}


def _report(of: Report) -> OfReport:
    answers = of.answers
    return {
        "version": of.version,
        "repetitions": of.repetitions,
        "measures": _measures(of.measures),
        "kinds": _names("kind", of),
        "categories": _names("category", of),
        "confusion": {question: _confusion(answers, question) for question in QUESTIONS},
        "reliability": [_bin(one) for one in answers.bins()],
        "coverage": _coverage(of),
        "microseconds": microseconds(answers),
    }


def _measures(of: Mapping[str, Measure]) -> dict[str, Figure]:
    return {name: _figure(measure) for name, measure in of.items() if "." not in name and not name.startswith("surest")}


def _names(question: str, of: Report) -> dict[str, OfName]:
    table = of.answers.table(question, of.answers.all)
    found: dict[str, OfName] = {}
    for name in table.names:
        precision, recall, f1 = (_figure(of.measures[f"{question}.{name}.{of_it}"]) for of_it in ("precision", "recall", "f1"))
        found[name] = {"precision": precision, "recall": recall, "f1": f1, "support": table.support(name) // of.repetitions}
    return found


def _confusion(answers: Answers, question: str) -> dict[str, dict[str, int]]:
    table = answers.table(question, answers.all)
    return {true: dict(zip(table.names, row, strict=True)) for true, row in zip(table.names, table.counts, strict=True)}


def _bin(of: Bin) -> OfBin:
    return {
        "low": of.low,
        "high": of.high,
        "count": of.count,
        "confidence": _rounded(of.confidence),
        "accuracy": _rounded(of.accuracy),
    }


def _coverage(of: Report) -> list[OfShare]:
    curve = of.answers.curve()
    return [
        {
            "share": share / 100,
            "accuracy": _figure(of.measures[surest(share)]),
            "confidence": round(curve[max(1, round(share / 100 * len(curve))) - 1].confidence, DIGITS),
        }
        for share in SUREST
    ]


def _figure(of: Measure) -> Figure:
    return {"value": _rounded(of.value), "low": _rounded(of.low), "high": _rounded(of.high)}


def _rounded(value: float | None) -> float | None:
    return round(value, DIGITS) if value is not None else None
