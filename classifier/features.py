"""What of a text the linear model weighs.

A text is a bag of units: each of its distinct words (with the pieces of three to five letters that survive inflection and
typing), each pair of neighbours, each of its first words. What the lexicon found stands beside them. Features are strings, so
that a weight can always be shown with what it weighs: `=word`, `~piece`, `one two`, `^first`, `@finding`.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from classifier.lexicon import Cue, Grade
from classifier.phrase_index import Reading
from classifier.weigh import Weighed

DIGITS = re.compile(r"\d+")
SHORTEST_PIECE, LONGEST_PIECE = 3, 5
LONGEST_WORD = 24  # of a longer one its beginning: nobody's word, a key or a link
REMEMBERED = 20_000  # words
LEAD = 60  # characters in which people say what it is about
STRENGTHS = (0.8, 1.6, 2.4, 3.2, 5.0)
LENGTHS = (4, 12, 40, 100)


class Units(NamedTuple):
    """Of one text, each once; `findings` are the lexicon's."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]
    leads: tuple[str, ...]
    findings: tuple[str, ...]


def units(reading: Reading, weighed: Weighed) -> Units:
    words: dict[str, None] = {}
    pairs: dict[str, None] = {}
    leads: dict[str, None] = {}
    before = ""
    for spoken, start in zip(reading.spoken, reading.starts, strict=True):
        if not spoken[0].isalnum():
            before = ""
            continue
        word = masked(spoken)
        words[word] = None
        if before:
            pairs[f"{before} {word}"] = None
        if start < LEAD:
            leads[f"^{word}"] = None
        before = word
    return Units(tuple(words), tuple(pairs), tuple(leads), tuple(dict.fromkeys(_findings(reading, weighed, len(words)))))


@lru_cache(maxsize=REMEMBERED)
def masked(word: str) -> str:
    """Numbers differ in each message; that one stands there is what counts."""
    short = word[:LONGEST_WORD]
    return short if short.isalpha() else DIGITS.sub("0", short)


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
            yield f"@{hit.rule.axis}={hit.rule.level.value}"
            yield f"@{hit.rule.axis}:{hit.rule.text}"
    yield f"@impact>{weighed.impact.value}"
    yield f"@urgency>{weighed.urgency.value}"
    if weighed.settled is not None:
        yield "@settled"
    if weighed.foreign:
        yield "@foreign"
    if "?" in reading.spoken:
        yield "@?"
    yield f"@length>{_step(length, LENGTHS)}"


def _step(value: float, steps: Iterable[float]) -> int:
    return sum(value >= step for step in steps)
