"""Calendars, and tickets that stood so from then on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from intake.desk.calendar import Calendar, Minutes
from intake.desk.sla.history import History, Phase
from intake.desk.sla.hours import Hours
from intake.desk.sla.targets import SlaPolicy, Target
from intake.domain.clock import ClockKind
from intake.domain.label import Kind, Priority
from intake.domain.ticket import State

ALWAYS = Hours("always", None)
NINE_TO_FIVE = (9 * 60, 17 * 60)
OFFICE: Mapping[int, Sequence[Minutes]] = dict.fromkeys(range(5), (NINE_TO_FIVE,))
HOUR = timedelta(hours=1)


def hours(
    zone: str, spans: Mapping[int, Sequence[Minutes]] = OFFICE, holidays: Collection[date] = (), name: str = "desk"
) -> Hours:
    week = {day: tuple(row) for day, row in spans.items() if row}
    return Hours(name, Calendar(zone=ZoneInfo(zone), weekdays=frozenset(week), holidays=frozenset(holidays), spans=week))


def every_day(*spans: Minutes) -> Mapping[int, Sequence[Minutes]]:
    return dict.fromkeys(range(7), spans)


def at(text: str, zone: str = "UTC") -> datetime:
    """`2026-11-23 09:00` on the wall there."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def wall(moment: datetime | None, zone: str) -> str:
    assert moment is not None
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %z}"


def history(opened: datetime, *then: tuple[datetime, State], answered: datetime | None = None) -> History:
    phases = [Phase(since=opened, state=State.NEW, why="opened")]
    phases += [Phase(since=since, state=state, why=state.value) for since, state in then]
    return History(kind=Kind.INCIDENT, priority=Priority.P3, phases=tuple(phases), answered=answered)


def policy_of(amount: timedelta, of: Hours) -> SlaPolicy:
    """The same for both clocks."""
    target = Target(amount=amount, hours=of)
    return SlaPolicy(targets={(Kind.INCIDENT, Priority.P3): dict.fromkeys(ClockKind, target)}, hours={of.name: of})
