"""Windows of changes, and freezes, as iCalendar (RFC 5545): for people of the desk."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from intake.desk.policy_file.change import Freeze
from intake.domain.change import ENDED, Change, ChangeLine, Risk, Stage
from intake.domain.ticket import spoken

MEDIA_TYPE = "text/calendar"
NAME = "Changes"
REFRESH = timedelta(minutes=15)
LONGEST = 500  # characters of a line
MOST_SERVICES = 20
MOST_KEPT = 10_000  # entries, of half a kilobyte
_CANCELLED = frozenset({Stage.REJECTED, Stage.WITHDRAWN})
_END = b"END:VCALENDAR\r\n"
_Of = tuple[int, int, Stage, int, bool]
_BY_RISK: Mapping[Risk, int] = {Risk.HIGH: 1, Risk.MODERATE: 5, Risk.LOW: 9}  # PRIORITY: 1 is the highest


class Entries:
    """What was written of a change is written once, for whoever asks, until something is done about its ticket."""

    def __init__(self) -> None:
        self._written: dict[_Of, bytes] = {}

    def of(self, line: ChangeLine, domain: str, agent: str) -> bytes:
        """Empty for a change without a window."""
        change, ticket = line.change, line.ticket
        key = (ticket.number, ticket.revision, change.stage, change.moved, _is_busy(line, agent))
        if (written := self._written.get(key)) is None:
            event = _change(line, domain, agent)
            written = event.to_ical() if event is not None else b""
            if len(self._written) >= MOST_KEPT:
                self._written.clear()
            self._written[key] = written
        return written


def render(
    lines: Sequence[ChangeLine], freezes: Sequence[Freeze], *, domain: str, agent: str, entries: Entries | None = None
) -> bytes:
    """The same bytes for the same changes, whenever it is asked. What `agent` has makes them busy; the rest is to be seen.

    A UID stays as long as the ticket; SEQUENCE rises with each new window, and when it is called off.
    """
    entries = entries or Entries()
    calendar = Calendar()
    calendar.add("prodid", "-//intake desk//changes//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", NAME)
    calendar.add("name", NAME)  # RFC 7986
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for freeze in freezes:
        calendar.add_component(_freeze(freeze, domain))
    frame: bytes = calendar.to_ical()
    return b"".join([frame.removesuffix(_END), *(entries.of(line, domain, agent) for line in lines), _END])


def _change(line: ChangeLine, domain: str, agent: str) -> Event | None:
    change, ticket = line.change, line.ticket
    if change.window is None:
        return None
    off = change.stage in _CANCELLED
    event = Event()
    event.add("uid", f"change-{change.ticket}@{domain}")
    event.add("dtstamp", _second(ticket.updated_at))
    event.add("last-modified", _second(ticket.updated_at))
    event.add("dtstart", _second(change.window.starts))
    event.add("dtend", _second(change.window.ends))
    event.add("sequence", 2 * change.moved + off)
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("summary", plain(f"{spoken(change.ticket)} {ticket.short_description}"))
    event.add("description", "\n".join(_facts(line)))
    event.add("categories", [change.kind.value])
    if change.risk is not None:
        event.add("priority", _BY_RISK[change.risk])
    event.add("transp", "OPAQUE" if _is_busy(line, agent) else "TRANSPARENT")
    return event


def _is_busy(line: ChangeLine, agent: str) -> bool:
    return bool(agent) and line.ticket.assigned_to == agent and line.change.stage not in ENDED


def _facts(line: ChangeLine) -> Iterable[str]:
    """No plans and nobody's words: a calendar is copied to more places than a ticket."""
    change, ticket = line.change, line.ticket
    yield f"{change.kind.value}, {change.stage.value}{_ending(change)}"
    if change.risk is not None:
        yield f"Risk: {change.risk.value}"
    if change.services:
        more = f" and {len(change.services) - MOST_SERVICES} more" if len(change.services) > MOST_SERVICES else ""
        yield plain(f"Services: {', '.join(change.services[:MOST_SERVICES])}{more}")
    yield plain(f"Team: {ticket.assignment_group}{f', {ticket.assigned_to}' if ticket.assigned_to else ''}")
    if change.window is not None:
        yield plain(f"Planned in {change.window.time_zone}")


def _ending(change: Change) -> str:
    return f", {change.close_code.value.replace('_', ' ')}" if change.close_code is not None else ""


def _freeze(freeze: Freeze, domain: str) -> Event:
    event = Event()
    event.add("uid", f"freeze-{sha256(freeze.name.encode()).hexdigest()[:24]}@{domain}")
    event.add("dtstamp", _second(freeze.window.starts))
    event.add("dtstart", _second(freeze.window.starts))
    event.add("dtend", _second(freeze.window.ends))
    event.add("sequence", 0)
    event.add("status", "CONFIRMED")
    services = ", ".join(sorted(freeze.services)) or "everything"
    event.add("summary", plain(f"Freeze: {freeze.name} ({services})"))
    event.add("categories", ["freeze"])
    event.add("transp", "TRANSPARENT")
    return event


def plain(text: str) -> str:
    """One line without control characters or lone surrogates, which no calendar may hold; cut where it is too long."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
