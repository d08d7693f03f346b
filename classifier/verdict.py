"""A label with what lies behind it: what the classifier thought of every kind, and why it left the matter to a person."""

from enum import StrEnum
from typing import NamedTuple

from classifier.opinion import Opinion
from intake.domain.label import Label


class Doubt(StrEnum):
    """Why there is no label."""

    NO_WORDS = "no_words"  # nothing to read in it
    NO_MATTER = "no_matter"  # it reads like chatter, a test or thanks
    FOREIGN = "foreign"  # of the language only some words are known, and these do not settle it
    UNSURE = "unsure"  # no kind is likely enough


class Verdict(NamedTuple):
    """`opinion` is what it thought before it decided whether to say so; `needed` the probability that a kind had to have.
    `doubt` is None where the label says something."""

    label: Label
    opinion: Opinion
    doubt: Doubt | None
    needed: float
