"""The words of strangers made fit for a mail."""

import re

from channels.email.reading.body import clean

LONGEST_LINE = 200
FIRST_LINES = 15
FIRST_CHARACTERS = 2_000
BRIEF = 75  # characters
LONGEST_NAME = 45
_TAG = re.compile(r"\[\s*HD-[0-9]{1,12}\s*\]", re.IGNORECASE)
_REPLY_PREFIX = re.compile(r"(?:(?:re|aw|sv|vs|antw|fwd?|wg)\s?:\s?)+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def untagged(about: str) -> str:
    """A subject without the tags that it came with: ours is put before it once."""
    return one_line(_TAG.sub(" ", about))


def unprefixed(about: str) -> str:
    """The same without `Re:` and its sisters."""
    bare = untagged(about)
    prefix = _REPLY_PREFIX.match(bare)
    return bare[prefix.end() :] if prefix else bare


def one_line(text: str) -> str:
    """Text of a stranger, fit for a header: one line, no control characters, bounded."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))[:LONGEST_LINE]


def first_lines(text: str) -> str:
    """How a text begins, fit for a body; what is left out is marked by `…`."""
    head = text.lstrip()[: 2 * FIRST_CHARACTERS]
    lines = [line.rstrip() for line in written(head[:FIRST_CHARACTERS]).split("\n")]
    kept = [line for before, line in zip(["", *lines], lines, strict=False) if line or before]  # one empty line at a time
    while kept and not kept[-1]:
        kept.pop()
    cut = len(kept) > FIRST_LINES or bool(head[FIRST_CHARACTERS:].strip())
    return "\n".join([*kept[:FIRST_LINES], *(["…"] if cut else [])])


def in_brief(who: str, text: str) -> str:
    """Who wrote, and how it begins: one line, fit for a list."""
    who, words = _cut(one_line(who), LONGEST_NAME), one_line(text[:FIRST_CHARACTERS])
    return _cut(": ".join(filter(None, (who, words))), BRIEF)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def written(text: str) -> str:
    """Text of any length, fit for a body: its lines, and no control characters."""
    return _CONTROL.sub("", clean(text.replace("\r\n", "\n").replace("\r", "\n"))).strip("\n")
