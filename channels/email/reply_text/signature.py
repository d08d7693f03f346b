"""Where a letter ends: signatures, device footers and list footers below what somebody wrote."""

import re
from itertools import islice

from channels.email.reading.labels import folded, words
from channels.email.reply_text.footers import is_device, is_link, is_notice

_SIGNATURE_LINES = 25
_CLOSING_LINES = 12
_MOST_SHOWN = 5  # lines of a quotation that the author introduces
_RFC_LINES = 200  # below "-- " with its space (RFC 3676, 4.3)
_DASHES = re.compile(r"[ \t]{0,3}(?:--|—|––|__)[ \t\xa0]*\r?\Z")
_LITERAL = frozenset({"<signature>", "[signature]", "<!-- signature -->", "&lt;signature&gt;"})
_CONTACT = re.compile(r"(?i)@|https?://|www\.|\+[0-9]|\(?0[0-9]{1,5}\)?[ /-]?[0-9]{3}|\b(?:tel|fon|phone|mobil|fax|gsm)\b")
_UNDERLINE = re.compile(r"(?:_{3,60}|-{3,60}|={3,60}|[*+~]{2,60}|[─━—]{2,60})\Z")
_LISTED = re.compile(r"[-*•·–]\s|[0-9]{1,2}[.)]\s")
_POSTSCRIPT = re.compile(r"(?i)(?:p\.? ?s|p\.? ?d|n\.? ?b)\b\.?[:;,. -]|nachtrag:|з\.ы\.|附[:：]|追伸")
_ANGLES = re.compile(r"<[^<>]{0,500}>")
_LIST_WORDS = re.compile(r"(?i)list|group|subscri|abonn|подпис|mailman")
_NAME = re.compile(r"[ \t]{0,3}[-–—/]{1,2}[^\W\d_][\w.'’-]{0,30}(?: [^\W\d_][\w.'’-]{0,30}){0,3}[ \t]*\Z")
_LIST_RULE = re.compile(r"_{20,}[ \t]*\Z")
_NOT_WORDS = re.compile(r"[^\w\s'’&()/]+")
_CLOSINGS = frozenset(words("closings"))
_THANKS = frozenset(words("thanks"))
_ADDRESS_ALONE = re.compile(r"[ \t]{0,8}[<\[(]?(?:mailto:)?[^\s<>@:]{1,64}@[^\s<>@:]{1,64}[>\])]?[ \t]*\Z")


def peeled(lines: list[str], kinds: str) -> tuple[str, str, str, str]:
    """The reply, its signature, the quotes below it, and the rule that found those ("" for none).

    `kinds` has a letter for each line: o(wn), q(uoted), a(ttribution), b(lank). Quotes with an answer below them stay.
    """
    end = len(lines)
    signature: list[tuple[int, int]] = []
    quotes: list[str] = []
    by = ""
    for _ in range(5):
        was = end
        while end and kinds[end - 1] == "b":
            end -= 1
        cut = _signature_at(lines, kinds, end)
        if 0 < cut < end:
            joined = signature and not any(line.strip() for line in lines[end : signature[0][0]])
            signature[: 1 if joined else 0] = [(cut, signature[0][1] if joined else end)]
            end = cut
        while end and kinds[end - 1] == "b":
            end -= 1
        if end and kinds[end - 1] in "qa" and not _is_shown(lines, kinds, end):
            below = end
            while end and kinds[end - 1] in "qab":
                end -= 1
            if end and _LIST_RULE.match(lines[end - 1].strip()):  # Centrum's
                end -= 1
            quotes.insert(0, "\n".join(lines[end:below]).strip("\n"))
            by = "attribution" if "a" in kinds[end:below] else by or "quote"
        if end == was:
            break
    signed = "\n".join("\n".join(lines[start:stop]) for start, stop in signature)
    return "\n".join(lines[:end]), signed, "\n\n".join(quotes), by


def split_by_box(reply: str, signature: str) -> tuple[str, str]:
    """The reply and its signature, where it ends with the words of `signature`, which the page puts into a box."""
    lines = reply.split("\n")
    wanted = _letters(signature)
    tail = ""
    for place in range(len(lines) - 1, max(0, len(lines) - _RFC_LINES), -1):
        tail = _letters(lines[place]) + tail
        if tail == wanted and any(line.strip() for line in lines[:place]):
            return "\n".join(lines[:place]), "\n".join(lines[place:])
        if len(tail) > len(wanted):
            break
    return reply, ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, _ANGLES.sub("", text)))


def _is_shown(lines: list[str], kinds: str, end: int) -> bool:
    """A few lines that only look quoted, because the author introduces them: "I ran this:" and a prompt."""
    start = end
    while start and kinds[start - 1] == "q" and end - start <= _MOST_SHOWN:
        start -= 1
    if not start or end - start > _MOST_SHOWN or kinds[start - 1] != "o" or ">>" in lines[end - 1]:
        return False
    above = lines[start - 1].rstrip()
    return above.endswith((":", "：")) and "@" not in above and not any(map(str.isdigit, above))


def _signature_at(lines: list[str], kinds: str, end: int) -> int:
    """The line where the signature of the text up to `end` begins; `end` where it has none."""
    start = end
    while start and kinds[start - 1] in "ob" and end - start < _SIGNATURE_LINES:
        start -= 1
    block = range(start, end)
    for place in range(start - 1, max(-1, end - _RFC_LINES), -1):
        if kinds[place] not in "ob":
            break
        if lines[place].rstrip("\r") == "-- " and _has_text(lines, kinds, place):
            return place
    for place in block:
        drawn = _is_dashed(lines, kinds, place, end) or _is_underline(lines, place, end)
        if (drawn or lines[place].strip().lower() in _LITERAL) and _has_text(lines, kinds, place):
            return place
    if (footer := _list_footer(lines, block)) is not None:
        return _signature_at(lines, kinds, _trimmed(kinds, footer)) if footer else end
    notice = next((place for place in block if is_notice(lines, place, end) and _has_text(lines, kinds, place)), end)
    while start < notice < end and (is_link(lines[notice - 1]) or not lines[notice - 1].strip()):
        notice -= 1
    return notice if notice < end else _closing_at(lines, kinds, block, end)


def _closing_at(lines: list[str], kinds: str, block: range, end: int) -> int:
    """A device's line, the closing of a letter, a name by itself."""
    own = [place for place in block if kinds[place] == "o"]
    cut = end
    while len(own) > 1 and is_link(lines[own[-1]]) and is_device(lines[own[-2]]):
        cut = own.pop()
    if own and is_device(lines[own[-1]]):
        cut = own.pop()
    for place in own[-_CLOSING_LINES:]:
        if _closes(lines, place, [later for later in own if later > place]) and _has_text(lines, kinds, place):
            return place
    if own and cut == end and len(own) > 1 and _NAME.match(lines[own[-1]]) and kinds[own[-1] - 1] == "b":
        cut = own[-1]
    alone = len(own) > 1 and cut == end and kinds[own[-1] - 1] == "b" and _ADDRESS_ALONE.match(lines[own[-1]])
    if alone and not lines[own[-2]].rstrip().endswith((":", "：")):  # Foxmail puts it there
        cut = own[-1]
    return cut


def _is_dashed(lines: list[str], kinds: str, place: int, end: int) -> bool:
    """Dashes without the space that makes them a signature's (RFC 3676): they part the points of a list, too. Between several
    only the last block can be a signature, and has to name a way to call; a single one does not begin with a statement."""
    if not _DASHES.match(lines[place]):
        return False
    below = [line.strip() for line in lines[place + 1 : end] if line.strip()]
    called = any(map(_CONTACT.search, below))
    drawn = (
        other for other in reversed(range(min(len(lines), len(kinds)))) if kinds[other] == "o" and _DASHES.match(lines[other])
    )
    if len(list(islice(drawn, 2))) > 1:
        return called and not any(_DASHES.match(line) for line in below)
    known = called or any(is_notice(lines, later, end) for later in range(place + 1, end))
    return bool(below) and (known or not _is_statement(below[0]))


def _is_underline(lines: list[str], place: int, end: int) -> bool:
    """A drawn line with nothing below it but a name and ways to call: not one that underlines a title."""
    if not _UNDERLINE.match(lines[place].strip()) or (place and lines[place - 1].strip()):
        return False
    below = [line.strip() for line in lines[place + 1 : end] if line.strip()]
    return 0 < len(below) <= 8 and not any(map(_is_statement, below))


def _is_statement(line: str) -> bool:
    """More than a name, a firm, a number to call."""
    ends = line[-1] in "?!:" or (line[-1] == "." and len(line.split()) > 3)
    return ends or len(line) > 60 or _LISTED.match(line) is not None


def _trimmed(kinds: str, end: int) -> int:
    while end and kinds[end - 1] == "b":
        end -= 1
    return end


def _has_text(lines: list[str], kinds: str, before: int) -> bool:
    return any(kind == "o" for kind in kinds[:before]) and any(line.strip() for line in lines[:before])


def _list_footer(lines: list[str], block: range) -> int | None:
    """A mailing list's own lines: a long rule, and below it little but links and addresses."""
    for place in block:
        if _LIST_RULE.match(lines[place].strip()):
            below = [lines[later] for later in block if later > place and lines[later].strip()]
            if (
                0 < len(below) <= 8
                and any("://" in line or "@" in line for line in below)
                and _LIST_WORDS.search(" ".join(below))
            ):
                return place
    return None


def _closes(lines: list[str], place: int, later: list[int]) -> bool:
    """Is this the "Best regards" of a letter: followed by nothing but a name, a title, ways to call?"""
    line = lines[place].strip(" \t*_\xa0")
    if len(line) > 60 or line.endswith("?"):
        return False
    lower = folded(line)
    said = " ".join(_NOT_WORDS.sub(" ", lower).split())
    head = lower.partition(",")[0].strip(" .!")
    below = [lines[number].strip() for number in later]
    if any(_POSTSCRIPT.match(text) or text.endswith("?") for text in below):
        return False
    if said in _CLOSINGS or head in _CLOSINGS or _begins_with_closing(said):
        return all(len(text) <= 120 for text in below)
    if said in _THANKS or head in _THANKS:
        named = 1 <= len(below) <= 3 and len(below[0].split()) <= 3 and not below[0].endswith((".", "?", "!", ":"))
        return named and len(said.split()) <= 5
    return False


def _begins_with_closing(said: str) -> bool:
    """A closing with the name behind it on the same line: "Mit freundlichen Grüßen Anna Berg"."""
    pieces = said.split()
    return 3 <= len(pieces) <= 8 and any(" ".join(pieces[:count]) in _CLOSINGS for count in (4, 3, 2))
