"""What a calendar file asks for (RFC 5545, RFC 5546), in a line that an agent can read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_CALENDAR = 65_536

_FOLD = re.compile(r"\r?\n[ \t]")
_FACT = re.compile(r"(?im)^(METHOD|SUMMARY|DTSTART|DTEND|LOCATION|BEGIN|ATTENDEE)((?:;[^:\r\n]{0,400})?):([^\r\n]{0,1000})")
_MOMENT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})[0-9]{0,2}(Z?))?")
_ZONE = re.compile(r"(?i);TZID=\"?([^;:\"]{1,80})")
_ANSWER = re.compile(r"(?i);PARTSTAT=([A-Z-]{1,20})")
_ESCAPED = re.compile(r"\\(.)")

_SAYS: Mapping[str, str] = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled",
    "COUNTER": "Proposes another time",
    "ADD": "Another date",
    "REFRESH": "Asks for the current version",
    "ACCEPTED": "Accepted",
    "DECLINED": "Declined",
    "TENTATIVE": "Accepted tentatively",
    "DELEGATED": "Delegated",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`method` is upper case, "" where the file names none; `starts` as in the file."""

    method: str
    summary: str
    starts: str
    line: str


def event(text: str, method: str) -> Event:
    """The first event; `method` is the one that the part's Content-Type names. Text that is no calendar is an empty event."""
    facts: dict[str, str] = {}
    params: dict[str, str] = {}
    inside = ""
    for found in _FACT.finditer(_FOLD.sub("", text[:MAX_CALENDAR])):
        name, value = found[1].upper(), found[3].strip()
        if name == "BEGIN":
            if inside in {"VEVENT", "VTODO"}:  # its alarm, or the next event: the first one has been told
                break
            inside = value.upper()
        elif name == "METHOD" or inside not in {"VTIMEZONE", "STANDARD", "DAYLIGHT", "VALARM"}:
            facts.setdefault(name, _plain(value))
            params.setdefault(name, found[2])
    method = (method or facts.get("METHOD", "")).upper()
    summary, starts = facts.get("SUMMARY", ""), facts.get("DTSTART", "")
    answer = _ANSWER.search(params.get("ATTENDEE", "")) if method == "REPLY" else None
    says = _SAYS.get(answer[1].upper() if answer else method, "Calendar entry")
    when = _spoken(starts, params.get("DTSTART", ""))
    line = ", ".join(fact for fact in (summary, when, facts.get("LOCATION", "")) if fact)
    return Event(method=method, summary=summary, starts=starts, line=f"{says}: {line}" if line else "")


def _plain(value: str) -> str:
    return " ".join(_ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value).split())


def _spoken(moment: str, params: str) -> str:
    found = _MOMENT.match(moment)
    if not found:
        return moment
    year, month, day, hour, minute, utc = found.groups()
    if not hour:
        return f"{year}-{month}-{day}"
    zone = _ZONE.search(params)
    return f"{year}-{month}-{day} {hour}:{minute}" + (" UTC" if utc else f" {zone[1]}" if zone else "")
