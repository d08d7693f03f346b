"""Where a letter ends: signatures, device footers and list footers below what somebody wrote."""

import re

from channels.email.reply_text_marks import LABELS

_SIGNATURE_LINES = 25
_CLOSING_LINES = 12
_DASHES = re.compile(r"[ \t]{0,3}(?:--|—|––|__)[ \t\xa0]*\r?\Z")
_UNDERLINE = re.compile(r"_{3,19}\Z")
_NAME = re.compile(r"[ \t]{0,3}[-–—/]{1,2}[^\W\d_][\w.'’-]{0,30}(?: [^\W\d_][\w.'’-]{0,30}){0,3}[ \t]*\Z")
_LIST_RULE = re.compile(r"_{20,}[ \t]*\Z")
_NOT_WORDS = re.compile(r"[^\w\s'’&()/]+")
_MOBILE = tuple(sorted({words for table in LABELS.values() for words in table["mobile"]}))
_MOBILE_ENDS = (
    "から送信", "에서 보냄", "gesendet", "küldve", "gönderildi", "verstuurd", "verzonden", "を入手", "傳送", "发送",
)  # fmt: skip
_OPERATOR_ENDS = ("smartphone", "network", "tablet", "device")
_EXCUSES = tuple(sorted({words for table in LABELS.values() for words in table.get("excuses", [])}))
_LINK = re.compile(r"[<(]?https?://[^\s<>()]{1,500}[>)]?")
_CLOSINGS = frozenset(words for table in LABELS.values() for words in table["closings"])
_THANKS = frozenset(words for table in LABELS.values() for words in table["thanks"])
_DEVICES = re.compile(
    r"(?i)iphon|ipad|android|samsung|galaxy|huawei|xiaomi|nokia|blackberry|windows ?phone|windows 1[01]|smartphone|handy|mobil"
    r"|mobile|phone|téléphone|telefon|outlook|mail|tablet|proton|workspace|device|yahoo|gmail|почт|邮件|郵件|htc|sony|pixel|oneplus|nexus|treo"
)


def peeled(lines: list[str], kinds: str) -> tuple[str, str, str, str]:
    """The reply, its signature, the quotes below it, and the rule that found those ("" for none).

    `kinds` has a letter for each line: o(wn), q(uoted), a(ttribution), b(lank). Quotes with an answer below them stay.
    """
    end = len(lines)
    signatures: list[str] = []
    quotes: list[str] = []
    by = ""
    for _ in range(4):
        was = end
        while end and kinds[end - 1] == "b":
            end -= 1
        cut = _signature_at(lines, kinds, end)
        if 0 < cut < end:
            signatures.insert(0, "\n".join(lines[cut:end]))
            end = cut
        while end and kinds[end - 1] == "b":
            end -= 1
        if end and kinds[end - 1] in "qa":
            below = end
            while end and kinds[end - 1] in "qab":
                end -= 1
            quotes.insert(0, "\n".join(lines[end:below]).strip("\n"))
            by = "attribution" if "a" in kinds[end:below] else by or "quote"
        if end == was:
            break
    return "\n".join(lines[:end]), "\n".join(signatures), "\n\n".join(quotes), by


def _signature_at(lines: list[str], kinds: str, end: int) -> int:
    """The line where the signature of the text up to `end` begins; `end` where it has none."""
    start = end
    while start and kinds[start - 1] in "ob" and end - start < _SIGNATURE_LINES:
        start -= 1
    block = range(start, end)
    for place in block:
        if (_DASHES.match(lines[place]) or _is_underline(lines, place, end)) and _has_text(lines, kinds, place):
            return place
    if (footer := _list_footer(lines, block)) is not None:
        return _signature_at(lines, kinds, _trimmed(kinds, footer)) if footer else end
    own = [place for place in block if kinds[place] == "o"]
    cut = end
    if own and _is_mobile(lines[own[-1]]):
        cut = own.pop()
    for place in own[-_CLOSING_LINES:]:
        if _closes(lines, place, [later for later in own if later > place]) and _has_text(lines, kinds, place):
            return place
    if own and cut == end and len(own) > 1 and _NAME.match(lines[own[-1]]) and kinds[own[-1] - 1] == "b":
        cut = own[-1]
    return cut


def _is_underline(lines: list[str], place: int, end: int) -> bool:
    """A drawn line with nothing below it but a name and ways to call: not one that underlines a title."""
    if not _UNDERLINE.match(lines[place].strip()) or (place and lines[place - 1].strip()):
        return False
    below = [line.strip() for line in lines[place + 1 : end] if line.strip()]
    return 0 < len(below) <= 6 and all(len(line) <= 60 and line[-1] not in ".?!" for line in below)


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
            if 0 < len(below) <= 8 and any("://" in line or "@" in line for line in below):
                return place
    return None


def _is_mobile(line: str) -> bool:
    bare = line if len(line) < 600 else ""
    if "://" in bare:
        bare = _LINK.sub("", bare)
    bare = " ".join(bare.replace("[", "").replace("]", "").split()).strip("*_<>() ")
    lower, _, excuse = bare.lower().partition(". ")
    if len(lower) > 90 or (excuse and (len(excuse) > 120 or not any(words in excuse for words in _EXCUSES))):
        return False
    words = len(lower.split())
    ends = lower.rstrip(" .!").endswith(_MOBILE_ENDS)
    if "," in lower:
        return lower.startswith("sent from my") and words <= 10 and lower.rstrip(".").endswith(_OPERATOR_ENDS)
    if lower.startswith("sent from my"):
        return words <= (11 if lower.rstrip(".").endswith(_OPERATOR_ENDS) else 7)
    known = lower.startswith(_MOBILE) or ends
    return known and words <= (12 if ends else 9) and _DEVICES.search(lower) is not None


def _closes(lines: list[str], place: int, later: list[int]) -> bool:
    """Is this the "Best regards" of a letter: followed by nothing but a name, a title, ways to call?"""
    line = lines[place].strip(" \t*_\xa0")
    if len(line) > 60 or line.endswith("?"):
        return False
    words = " ".join(_NOT_WORDS.sub(" ", line.lower()).split())
    head = line.lower().partition(",")[0].strip(" .!")
    below = [lines[number].strip() for number in later]
    if words in _CLOSINGS or head in _CLOSINGS or _begins_with_closing(words):
        return all(len(text) <= 120 for text in below)
    if words in _THANKS or head in _THANKS:
        named = 1 <= len(below) <= 3 and len(below[0].split()) <= 3 and not below[0].endswith((".", "?", "!", ":"))
        return named and len(words.split()) <= 5
    return False


def _begins_with_closing(words: str) -> bool:
    """A closing with the name behind it on the same line: "Mit freundlichen Grüßen Anna Berg"."""
    pieces = words.split()
    return 3 <= len(pieces) <= 8 and any(" ".join(pieces[:count]) in _CLOSINGS for count in (4, 3, 2))
