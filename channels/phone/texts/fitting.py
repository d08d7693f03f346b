"""A text with a stranger's words in it, cut to what two segments hold."""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable

from channels.phone.texts.gsm7 import plain, segments

SEGMENTS = 2
LONGEST = 1_600  # characters: beyond that the vendor refuses it (21617)
_MARK = "\x00"  # where the words go; no text of ours has it
_MOST = 400  # characters that could fit at all
_CUT = "..."
_WORD = 15  # characters: so far back a cut looks for a blank


def marked(phrase: str) -> str:
    """With a place for words instead of `{about}` or `{text}`, so that its other fields can be filled first."""
    return phrase.replace("{about}", _MARK).replace("{text}", _MARK)


def fitted(phrase: str, words: str = "", after: str = "") -> str:
    """`phrase` with as much of `words` as fits, and `after` behind it whatever happens: the link is worth more than the last
    words. A phrase without a place for words stays as it is."""
    words = plain(words.replace(_MARK, "")).strip()
    head, mark, tail = phrase.partition(_MARK)
    behind = f" {after}" if after else ""

    def with_first(count: int) -> str:
        return plain(f"{_joined(head, _first(words, count), tail)}{behind}")

    return (with_first(_most(len(words), with_first)) if mark else plain(f"{phrase}{behind}"))[:LONGEST]


def _most(whole: int, with_first: Callable[[int], str]) -> int:
    """How many characters of the words fit. One more never makes a text shorter, in whatever alphabet it is."""
    if whole <= _MOST and segments(with_first(whole)) <= SEGMENTS:
        return whole
    counts = range(min(whole, _MOST))
    return max(0, bisect_right(counts, SEGMENTS, key=lambda count: segments(with_first(count))) - 1)


def _first(words: str, count: int) -> str:
    if count >= len(words):
        return words
    cut = words[:count]
    blank = cut.rfind(" ", max(0, count - _WORD))
    cut = cut[:blank] if blank > 0 and not words[count : count + 1].isspace() else cut
    while cut and (unicodedata.combining(words[len(cut)]) or cut[-1] == "\u200d"):
        cut = cut[:-1]
    return f"{cut.rstrip()}{_CUT}" if cut.strip() else ""


def _joined(head: str, words: str, tail: str) -> str:
    """Where no word fits, what would introduce or enclose it goes as well."""
    if words:
        ends = words[-1] in ".!?" and tail.startswith(".")
        return f"{head}{words}{tail[1:] if ends else tail}"
    if head.endswith("(") and tail.startswith(")"):
        return f"{head[:-1].rstrip()}{tail[1:]}"
    bare = head.rstrip().rstrip(":,").rstrip()
    return f"{bare}{tail}"
