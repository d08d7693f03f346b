"""What an evaluation came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from classifier.evaluation_bootstrap import Measure
from classifier.evaluation_measures import Answers


class Method(StrEnum):
    AS_IS = "as_is"
    TAUGHT = "taught"  # with another file
    CROSS_VALIDATED = "cross_validated"  # with four fifths of the same file at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Of one classifier. `answers` holds each message `repetitions` times."""

    version: str
    answers: Answers
    measures: Mapping[str, Measure]
    repetitions: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """`after` and `differences` are None where nothing was taught."""

    file: str
    train: str | None
    method: Method
    messages: int
    learnt_from: int
    notes: Sequence[str]
    before: Report
    after: Report | None = None
    differences: Mapping[str, Measure] | None = None
