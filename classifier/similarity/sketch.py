"""What is remembered of a report: a few hundred bytes."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

WHOLE = 100  # weight 1.0 of a term; the heaviest is 2.5


class Nature(StrEnum):
    """What kind of thing a report tells of; people who report an outage may say nothing of it (`unclear`)."""

    UNCLEAR = "unclear"
    FAILS = "fails"
    SLOW = "slow"
    WRONG = "wrong"
    SUPPLIES = "supplies"
    WANTED = "wanted"
    ALONE = "alone"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """`terms` are 32-bit hashes, packed, the most telling first; `weights` a byte each, in hundredths. `subjects` says how
    much it is about each, 1 for the first. `rare` are words that nobody else uses, names mostly; `said` is a hash of all
    words in their order, `shingles` are the smallest hashes of three in a row."""

    terms: bytes
    weights: bytes
    subjects: tuple[tuple[str, float], ...]
    nature: Nature
    places: frozenset[str]
    services: frozenset[str]
    sites: frozenset[str]
    rare: str
    said: int
    shingles: bytes


def packed(hashes: list[int]) -> bytes:
    return array("I", hashes).tobytes()


def unpacked(hashes: bytes) -> Sequence[int]:
    return array("I", hashes)
