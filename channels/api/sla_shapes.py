"""Clocks as the JSON that people and programs get."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from channels.api import shapes
from channels.api import sla_records as r
from channels.api.moment_record import in_json
from intake.desk.ports_of_clocks import KeptPolicy
from intake.desk.sla.clocks import ClockReading, Stretch
from intake.desk.sla.explaining import Explanation, explain, state_at
from intake.desk.sla.targets import SlaPolicy, of_text
from intake.domain.clock import ClockKind, KeptClock
from intake.domain.story import QueueLine, TicketStory
from intake.domain.ticket import spoken

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


def sla(story: TicketStory, version: str, explained: Iterable[Explanation], now: datetime) -> r.Sla:
    it = story.line.ticket
    return {
        "number": spoken(it.number),
        "kind": it.kind,
        "priority": it.priority,
        "policy": version,
        "at": in_json(now),
        "clocks": [_clock(one) for one in explained],
    }


def explained(
    story: TicketStory, kept: KeptPolicy | None, otherwise: SlaPolicy, version: str, now: datetime
) -> tuple[str, tuple[Explanation, ...]]:
    """The version that counts, and both clocks. `otherwise` is today's policy, of that version: where none was kept yet."""
    policy = of_text(kept.text) if kept is not None else otherwise
    return kept.version if kept is not None else version, tuple(explain(story, policy, now))


def queued(line: QueueLine, now: datetime) -> r.QueuedTicket:
    clocks = line.clocks
    kept = {ClockKind.RESPONSE: clocks.response, ClockKind.RESOLUTION: clocks.resolution} if clocks else {}
    breach = clocks.next_breach if clocks else None
    return {
        **shapes.ticket(line.line),
        "next_breach": in_json(breach) if breach else None,
        "minutes_left": (breach - now) // _MINUTE if breach else None,
        "clocks": [_queued_clock(clock, one, now) for clock, one in kept.items() if one is not None],
    }


def _clock(of: Explanation) -> r.Clock:
    reading: ClockReading = of.reading
    calendar = reading.target.hours.calendar
    return {
        "clock": reading.clock,
        "state": reading.state,
        "target_seconds": reading.target.amount // _SECOND,
        "hours": reading.target.hours.name,
        "time_zone": calendar.zone.key if calendar is not None else "UTC",
        "elapsed_seconds": reading.elapsed.total_seconds(),
        "left_seconds": reading.left.total_seconds(),
        "due": _or_none(reading.due),
        "warns_at": _or_none(reading.warns_at),
        "breached_at": _or_none(reading.breached_at),
        "stopped_at": _or_none(reading.stopped_at),
        "stretches": [_stretch(one) for one in of.stretches],
    }


def _stretch(of: Stretch) -> r.Stretch:
    return {
        "since": in_json(of.since),
        "until": in_json(of.until),
        "counts": of.counts,
        "seconds": of.length.total_seconds(),
        "why": of.why,
    }


def _queued_clock(clock: ClockKind, kept: KeptClock, now: datetime) -> r.QueuedClock:
    return {
        "clock": clock,
        "state": state_at(kept, now),
        "due": _or_none(kept.due),
        "warns_at": _or_none(kept.warns_at),
        "left_seconds": kept.left.total_seconds() if kept.left is not None else None,
    }


def _or_none(at: datetime | None) -> str | None:
    return in_json(at) if at is not None else None
