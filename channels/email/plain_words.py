"""The words of strangers made fit for a mail."""

import re

from channels.email.body import clean

LONGEST_LINE = 200
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


def written(text: str) -> str:
    """Text of any length, fit for a body: its lines, and no control characters."""
    return _CONTROL.sub("", clean(text.replace("\r\n", "\n").replace("\r", "\n"))).strip("\n")
