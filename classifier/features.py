"""What of a text the linear model weighs.

A text is a bag of units: each of its distinct words (with the pieces of three to five letters that survive inflection and
typing), each pair of neighbours, each of its first words. What the lexicon found stands beside them. Features are strings, so
that a weight can always be shown with what it weighs: `=word`, `~piece`, `one two`, `^first`, `@finding`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from classifier.lexicon import Cue, Grade
from classifier.phrase_index import Reading
from classifier.weigh import Weighed

SHORTEST_PIECE, LONGEST_PIECE = 3, 5
LEAD = 60  # characters in which people say what it is about
STRENGTHS = (0.8, 1.6, 2.4, 3.2, 5.0)
LENGTHS = (4, 12, 40, 100)


class Units(NamedTuple):
    """Of one text, each once; `findings` are the lexicon's, and the signs."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]
    leads: tuple[str, ...]
    findings: tuple[str, ...]


def units(reading: Reading, weighed: Weighed, signs: Collection[str]) -> Units:
    words = dict.fromkeys(reading.masked)
    words.pop("", None)  # pauses
    pairs = dict.fromkeys([f"{word} {after}" for word, after in pairwise(reading.masked) if word and after])
    lead = reading.masked[: bisect_left(reading.starts, LEAD)]
    leads = dict.fromkeys([f"^{word}" for word in lead if word])
    findings = dict.fromkeys([*_findings(reading, weighed, len(words)), *signs])
    return Units(tuple(words), tuple(pairs), tuple(leads), tuple(findings))


def word_features(word: str) -> Iterator[str]:
    yield f"={word}"
    edged = f"<{word}>"
    for length in range(SHORTEST_PIECE, LONGEST_PIECE + 1):
        for start in range(len(edged) - length + 1):
            yield f"~{edged[start : start + length]}"


def _findings(reading: Reading, weighed: Weighed, length: int) -> Iterable[str]:
    for vote in weighed.votes:
        yield f"@category={vote.category}"
        yield f"@{vote.hit.rule.text}"
    for kind, score in weighed.kinds.items():
        yield f"@{kind}>{_step(score, STRENGTHS)}"
    if weighed.kind is not None:
        yield f"@kind={weighed.kind}"
    for hit in reading.hits:
        if isinstance(hit.rule, Cue):
            yield f"@{hit.rule.effect}"
    for hit in weighed.grades:
        if isinstance(hit.rule, Grade):
            yield f"@{hit.rule.axis}={hit.rule.level:d}"
            yield f"@{hit.rule.axis}:{hit.rule.text}"
    yield f"@impact>{weighed.impact:d}"
    yield f"@urgency>{weighed.urgency:d}"
    if weighed.settled is not None:
        yield "@settled"
    if weighed.foreign:
        yield "@foreign"
    if "?" in reading.spoken:
        yield "@?"
    yield f"@length>{_step(length, LENGTHS)}"


def _step(value: float, steps: Sequence[float]) -> int:
    """How many of them it reaches."""
    return bisect_right(steps, value)
