"""Where history begins in a text, and which lines above that are the author's own: one pass over the lines."""

import re
from dataclasses import dataclass

from channels.email.reading.attribution import attribution, is_groupwise, is_supercite, starts_midway
from channels.email.reading.labels import ROLES_OF, label_of
from channels.email.reply_text.block import Block, block_below, header_block
from channels.email.reply_text.marks import Marker, asks, is_rule, marker, warned

MAX_CANDIDATES = 3_000  # lines that may be looked at closely; a mail has a handful

_QUOTE = re.compile(r"[ \t\xa0]{0,8}(?:>|＞|&gt;)")
_UNQUOTED = re.compile(r"[ \t\xa0]{0,8}(?:(?:>|＞|&gt;)[ \t\xa0]?)++")
_INITIALS = re.compile(r"[ \t]{0,2}[^\W\d_]{1,3}>|[ \t]{0,2}[|:] ?")  # The Bat's "AB> text", and Notes' "| text"
_ORANGE = re.compile(r"[ \t]{0,3}> ?Message du [0-9]{2}/[0-9]{2}/[0-9]{2,4} [0-9]{2}:[0-9]{2}\s*\Z")
_PICTURE = re.compile(  # where a picture stood: Apple's mark, and others'
    r"[ \t]{0,3}(?:(?:<|\[(?:image: |cid:)?)[^<>\[\]\n/\\]{1,100}\.(?i:png|jpe?g|gif|bmp|tiff?|svg|webp|heic|pdf)"
    r"(?:@[^<>\[\]\s]{1,40})?[>\]][ \t]{0,3}){1,9}\r?\Z"
)
_SIGN = re.compile(r"[\d@:：]")
_ORDINARY = re.compile(r"[^\W\d_][^\d@:：>＞|]*\Z")  # begins with a letter, and has nothing that anything here looks for
_FRAME = re.compile(r"[ \t]{0,3}[-‐_=*—–#<【\[~|─━]|[ \t]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """History begins at line `at`, by the rule `by` ("" where there is none); of the message there, `block` is the header.

    `kinds` has a letter for each line above: o(wn), q(uoted), a(ttribution), b(lank). The first `lead` lines are nobody's
    words: armour, and a gateway's warnings. With `quoted`, what follows bears quote marks.
    """

    at: int
    by: str
    kinds: str
    lead: int = 0
    block: Block | None = None
    forwarded: bool = False
    quoted: bool = False


def may_matter(line: str) -> bool:
    """Cheaply: has this line anything that a label, an attribution or a marker has?"""
    return _SIGN.search(line, 0, 1_000) is not None or _FRAME.match(line) is not None or asks(line)


def is_quote(line: str) -> bool:
    return _QUOTE.match(line) is not None


def is_picture(line: str) -> bool:
    return line[:4].lstrip(" \t")[:1] in {"<", "["} and len(line) <= 900 and _PICTURE.match(line) is not None


def unquoted(line: str) -> str:
    return _UNQUOTED.sub("", line, count=1)


def history(lines: list[str], *, quote_follows: bool = False) -> History:
    """`quote_follows`: the lines end where a quote was cut away."""
    return _Walk(lines, quote_follows).run()


class _Walk:
    def __init__(self, lines: list[str], quote_follows: bool) -> None:
        self._lines, self._quote_follows = lines, quote_follows
        self._kinds: list[str] = []
        self._candidates = 0
        self._last_own = next(
            (
                place
                for place in reversed(range(len(lines)))
                if lines[place].strip() and not is_quote(lines[place]) and not is_picture(lines[place])
            ),
            -1,
        )

    def run(self) -> History:
        lines, kinds = self._lines, self._kinds
        lead = _armour(lines) or warned(lines)
        kinds += ["a"] * lead
        while len(kinds) < len(lines):
            line = lines[len(kinds)]
            if not line or line.isspace():
                kinds.append("b")
            elif _ORDINARY.match(line) and not asks(line):
                kinds.append("o")
            elif found := self._cut(line):
                return History(
                    at=found.at, by=found.by, kinds="".join(kinds)[: found.at], lead=min(lead, found.at), block=found.block,
                    forwarded=found.forwarded, quoted=found.quoted,
                )  # fmt: skip
        return History(at=len(lines), by="", kinds="".join(kinds), lead=lead)

    def _cut(self, line: str) -> "History | None":
        """A hard cut at this line; without one, the kinds of this line and perhaps the next are known afterwards."""
        place = len(self._kinds)
        if is_groupwise(line, self._lines[place + 1] if place + 1 < len(self._lines) else "") or self._is_orange(place):
            return History(at=place, by="attribution", kinds="")
        if is_quote(line):
            return self._at_quote(place, line)
        if self._in_initials(place, line) or self._in_bars(place, line) or self._is_quoted_picture(line):
            self._kinds.append("q")
            return None
        if not may_matter(line) or self._candidates > MAX_CANDIDATES:
            self._kinds.append("o")
            return None
        self._candidates += 1
        below = self._lines[place + 1] if place + 1 < len(self._lines) else ""
        if hit := marker(line, below):
            return self._at_marker(place, hit)
        return self._at_block(place) or self._at_attribution(place)

    def _at_quote(self, place: int, line: str) -> "History | None":
        """A message may have been quoted while it was forwarded: then its header or its marker is quoted too."""
        if place > self._last_own and (not place or self._kinds[-1] not in "qa"):
            rest = [unquoted(later) for later in self._lines[place : place + 12]]
            hit = marker(rest[0], rest[1] if len(rest) > 1 else "")
            block = block_below(rest, 1) if hit or is_rule(rest[0]) else header_block(rest, 0)
            if block:
                moved = Block(start=place, end=place + block.end, sender=block.sender, subject=block.subject)
                return History(
                    at=_with_rule(self._lines, place),
                    by="quote",
                    kinds="",
                    block=moved,
                    forwarded=hit is not None and hit.forwarded,
                    quoted=True,
                )
        self._kinds.append("a" if is_supercite(line) else "q")
        return None

    def _in_initials(self, place: int, line: str) -> bool:
        if not _INITIALS.match(line):
            return False
        above = next((kind for kind in reversed(self._kinds[-3:]) if kind != "b"), "")
        return above == "a" or (above == "q" and bool(_INITIALS.match(self._lines[place - 1] or self._lines[place - 2])))

    def _in_bars(self, place: int, line: str) -> bool:
        """A message quoted with bars, which begins with who wrote it: "| From: Ada"."""
        if line[:1] != "|" or place + 1 == len(self._lines) or self._lines[place + 1][:1] != "|":
            return False
        label, value = label_of(line)
        return bool(value) and "from" in ROLES_OF.get(label, {}).values() and line.count("|") == 1

    def _is_quoted_picture(self, line: str) -> bool:
        """A picture of the quoted message, which itself bears no quote mark."""
        return is_picture(line) and next((kind for kind in reversed(self._kinds) if kind != "b"), "") == "q"

    def _at_marker(self, place: int, hit: Marker) -> "History | None":
        block = block_below(self._lines, place + 1)
        quoted = next((is_quote(line) for line in self._lines[place + 1 : place + 4] if line.strip()), False)
        if block is None and quoted and place + 1 < len(self._lines):
            inner = block_below([unquoted(line) for line in self._lines[place + 1 : place + 18]], 0)
            block = inner and Block(
                start=inner.start + place + 1, end=inner.end + place + 1, sender=inner.sender, subject=inner.subject
            )
        if quoted and place < self._last_own and not hit.forwarded and hit.rule != "own-marker":
            self._kinds.append("a")
            return None
        if block and self._answered_below(block.end):
            self._kinds += ["a"] * (block.end - place)
            return None
        drawn = place > 0 and hit.rule == "own-marker" and is_rule(self._lines[place - 1])
        return History(at=place - drawn, by=hit.rule, kinds="", block=block, forwarded=hit.forwarded, quoted=quoted)

    def _at_block(self, place: int) -> "History | None":
        block = header_block(self._lines, place)
        if not block:
            return None
        if place and self._kinds[-1] == "o" and self._lines[place - 1].rstrip().endswith((":", "：")):
            return None  # pasted: "the header says:"
        if self._answered_below(block.end):
            self._kinds += ["a"] * (block.end - place)
            return None
        return History(at=_with_rule(self._lines, min(block.start, place)), by="header-block", kinds="", block=block)

    def _answered_below(self, start: int) -> bool:
        """Is what stands below a header quoted with marks, and followed by somebody's own words?"""
        after = next((place for place in range(start, min(start + 4, len(self._lines))) if self._lines[place].strip()), -1)
        return 0 <= after < self._last_own and is_quote(self._lines[after])

    def _is_orange(self, place: int) -> bool:
        """Orange marks only the header as quoted, and in its pages not the message below."""
        if not _ORANGE.match(self._lines[place]) or place + 1 == len(self._lines):
            return False
        return is_quote(self._lines[place + 1]) and unquoted(self._lines[place + 1]).lower().startswith("de :")

    @staticmethod
    def _quotes_at_once(line: str) -> bool:
        """ "... wrote: > the quote", as a line that was wrapped anew."""
        head = line[:400].partition(": >")[0] if ": >" in line else ""
        return bool(head) and attribution([f"{head}:"], 0) is not None

    def _at_attribution(self, place: int) -> "History | None":
        lines, kinds = self._lines, self._kinds
        span = attribution(lines, place)
        if not span:
            kinds.append("a" if self._quotes_at_once(lines[place]) else "o")
            return None
        back = place
        while back and back > place - 2 and kinds[back - 1] == "o" and starts_midway(lines[back]):
            back -= 1
        after = next((k for k in range(place + span.lines, len(lines)) if lines[k].strip()), len(lines))
        quote = after < len(lines) and (is_quote(lines[after]) or _INITIALS.match(lines[after]) is not None)
        if quote or (after == len(lines) and (span.strong or self._quote_follows)):
            kinds[back:] = ["a"] * (place - back + span.lines)
            return None
        if span.strong and (span.addressed or any(kind in "oqa" for kind in kinds[:back])):  # alone on top it answers nothing
            return History(at=back, by="attribution", kinds="")
        kinds.append("o")
        return None


def _armour(lines: list[str]) -> int:
    """How many lines PGP puts above a text that it has signed."""
    if not lines[0].startswith("-----BEGIN PGP SIGNED MESSAGE-----"):
        return 0
    return next((place for place, line in enumerate(lines[:10]) if not line.strip()), 1)


def _with_rule(lines: list[str], place: int) -> int:
    """A drawn rule directly above a header block belongs to it; Outlook's, of underscores, also across blank lines."""
    above = place - 1
    while above > 0 and place - above < 4 and not lines[above].strip():
        above -= 1
    if above < 0 or not is_rule(lines[above]):
        return place
    return above if above == place - 1 or lines[above].strip().startswith("_____") else place
