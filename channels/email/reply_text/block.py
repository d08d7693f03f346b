"""The header of a quoted or forwarded message, as it stands in a text: Outlook's way, and that of the many who follow it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from channels.email.reading.attribution import attribution
from channels.email.reading.labels import (
    ADDRESS,
    DATE,
    EDGE,
    ENGLISH,
    LABELS,
    MAX_LINE,
    ROLES_OF,
    TIME,
    bare_label_of,
    folded,
    label_of,
    spaced,
)

_LINES = 9  # labels of one header block stand within so many lines that are not blank
_INDENT, _COLUMN = 8, 20  # Notes writes author and date so far in, and its labels at the right


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A header block from line `start` up to, not including, line `end`."""

    start: int
    end: int
    sender: str = ""
    subject: str = ""


def header_block(lines: list[str], start: int) -> Block | None:
    """From, date, to and subject lines of one language (or half in English) above a message that was not marked as a quote."""
    label, value = label_of(lines[start])
    roles = ROLES_OF.get(label)
    if not roles:
        return _in_columns(lines, start) if lines[start][:_INDENT].isspace() else None
    if "from" in roles.values() and (sender := _sender_of_one_line(value, roles)):
        return Block(start=start, end=start + 1, sender=sender)
    return _Reading(lines, start, label_of).block() or _of_notes(lines, start)


def block_below(lines: list[str], start: int) -> Block | None:
    """The header below a marker line, whose labels may lack their colons."""
    for place in range(start, min(start + 5, len(lines))):
        if block := header_block(lines, place):
            return block
        if ROLES_OF.get(bare_label_of(lines[place])[0]) and (block := _Reading(lines, place, bare_label_of).block()):
            return block
    return None


class _Reading:
    """One try to read a block from a line on."""

    def __init__(self, lines: list[str], start: int, split: Callable[[str], tuple[str, str]]) -> None:
        self._lines, self._start, self._split = lines, start, split
        self._languages = set(ROLES_OF.get(split(lines[start])[0], ()))
        self._values: dict[str, str] = {}
        self._end = start
        self._waiting = ""  # the role whose value stands on the next line
        self._stacked = not split(lines[start])[1]

    def block(self) -> Block | None:
        seen = 0
        for place in range(self._start, min(self._start + 3 * _LINES, len(self._lines))):
            line = self._lines[place]
            label, value = self._split(line)
            if named := self._named(label):
                if self._values.keys() >= set(named.values()):
                    break  # the same labels again: not this block's
                seen += 1
                self._take(named, value)
                self._end = place + 1
            elif not line or line.isspace():
                if place > self._end and not self._stacked:
                    break
            elif not self._goes_on(place, line, seen) and not self._is_passed_over(place, label):
                break
        values = self._values
        if seen < 2 or not _is_certain(values):
            return None
        return Block(start=self._start, end=self._end, sender=values["from"], subject=values.get("subject", ""))

    def _is_passed_over(self, place: int, label: str) -> bool:
        """Another field of a header, between two that are known."""
        following = self._lines[place + 1] if place + 1 < len(self._lines) else ""
        if not 0 < len(label) <= 25 or place != self._end or not self._named(self._split(following)[0]):
            return False
        self._end = place + 1
        return True

    def _named(self, label: str) -> dict[str, str]:
        """The roles of a label by language; English is understood in between."""
        roles = ROLES_OF.get(label)
        if not roles:
            return {}
        if kept := self._languages & roles.keys():
            return {language: roles[language] for language in kept}
        return {ENGLISH: roles[ENGLISH]} if ENGLISH in roles and self._values else {}

    def _take(self, named: dict[str, str], value: str) -> None:
        if self._languages & named.keys():
            self._languages &= named.keys()
        for role in sorted(set(named.values())):
            self._values.setdefault(role, value)
        self._waiting = "" if value else min(named.values())

    def _goes_on(self, place: int, line: str, seen: int) -> bool:
        """Is this a value below its label, or the second line of a long list of recipients?"""
        if self._waiting and (self._stacked or place == self._end):
            if self._stacked or self._waiting != "cc":
                for role in [role for role, value in self._values.items() if not value]:
                    self._values[role] = line.strip(EDGE)
            self._waiting, self._end = "", place + 1
            return True
        joined = place == self._end and bool(self._lines[place - 1].strip())
        if seen >= _LINES or not (joined or place <= self._end + 1) or not (line[:1].isspace() or _continues(line)):
            return False
        self._end = place + 1 if joined else self._end
        return True


def _is_certain(values: dict[str, str]) -> bool:
    """A form with a From and a To (a journey, a range of dates) is no header."""
    named = values.keys() - {"cc"}
    if "from" not in named or not ("date" in named or "subject" in named):
        return False
    date = spaced(values.get("date", "")[:200])
    dated = DATE.search(date) is not None and TIME.search(date) is not None
    if "@" in values["from"] or dated:
        return True
    spoken = any(not character.isdigit() and character not in " .:/-" for character in values["from"])
    return spoken and len(named) >= 3 and "subject" in named


def _continues(line: str) -> bool:
    return "@" in line and (";" in line or "<" in line)


def _sender_of_one_line(value: str, roles: Mapping[str, str]) -> str:
    """ "From: … Sent: … To: … Subject: …" all in one line, as a careless HTML-to-text writes it; "" where it is none."""
    if value.count(":") < 2:
        return ""
    lower = folded(value).replace("*", " ")
    for language in (language for language, role in roles.items() if role == "from"):
        table = LABELS[language]
        date = min((at for word in table["date"] if (at := lower.find(f" {word}:")) > 0), default=-1)
        if date > 0 and any(f" {word}:" in lower[date:] for word in (*table["to"], *table["subject"])):
            return value[:date].strip(" *")
    return ""


def _of_notes(lines: list[str], start: int) -> Block | None:
    """To and subject only: the author and the date stand in lines of their own above (Notes), or below (Yandex)."""
    found: dict[str, str] = {}
    end = start
    while end < len(lines) and end < start + 5 and (roles := ROLES_OF.get(label_of(lines[end])[0])):
        for role in roles.values():
            found.setdefault(role, label_of(lines[end])[1].rstrip(";"))
        end += 1
    if not {"to", "subject"} <= found.keys():
        return None
    below = next((place for place in range(end, min(end + 2, len(lines))) if lines[place].strip()), end)
    if below < len(lines) and (span := attribution(lines, below)):
        sender = ADDRESS.search(" ".join(lines[below : below + span.lines]))
        return Block(start=start, end=below + span.lines, sender=sender[0] if sender else "", subject=found["subject"])
    above = [place for place in range(max(0, start - 4), start) if lines[place].strip()]
    if len(above) < 2 or lines[above[-2]].strip().endswith((".", "?", "!", ":")):
        return None
    moment = spaced(lines[above[-1]][:200])
    if len(moment) > 60 or len(lines[above[-2]]) > 100 or not (DATE.search(moment) and TIME.search(moment)):
        return None
    return Block(start=above[-2], end=end, sender=lines[above[-2]].strip(EDGE), subject=found["subject"])


def _in_columns(lines: list[str], start: int) -> Block | None:
    """The old layout of Notes: author and date at the left, the labels by themselves at the right."""
    if not _ends_with_label(lines[start], "to"):
        return None
    window = range(start, min(start + 16, len(lines)))
    last = next((place for place in window if _ends_with_label(lines[place], "subject")), None)
    if last is None:
        return None
    first = start
    while first > 0 and start - first < 6 and lines[first - 1][:_INDENT].isspace() and lines[first - 1].strip():
        first -= 1
    end = last + 1
    while end < len(lines) and end < last + 4 and lines[end].strip():
        end += 1
    subject = " ".join(line.strip() for line in lines[last + 1 : end])
    sender = " ".join(line.strip() for line in (*lines[first:start], lines[start].rstrip().rpartition("  ")[0]))
    return Block(start=first, end=end, sender=sender, subject=subject)


def _ends_with_label(line: str, role: str) -> bool:
    head, _, label = line[:MAX_LINE].rstrip().rpartition("  ")
    known = role in ROLES_OF.get(folded(label.strip()), {}).values()
    return known and (len(head) >= _COLUMN or line[:_COLUMN].isspace())
