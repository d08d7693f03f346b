"""Clocks in words, for the timeline and for whoever is told."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from intake.desk.sla.hours import Hours
from intake.desk.sla.targets import Target
from intake.domain.clock import ClockKind

MINUTE = timedelta(minutes=1)
MISSED: Mapping[ClockKind, str] = {
    ClockKind.RESPONSE: "nobody's answer has left",
    ClockKind.RESOLUTION: "it is not resolved",
}


def duration(of: timedelta) -> str:
    """In hours and minutes, such as `26 h 5 min`: working days differ from calendar to calendar. Rounded down."""
    if of < timedelta(0):
        return f"-{duration(-of)}"
    if of < MINUTE:
        return f"{of // timedelta(seconds=1)} s"
    hours, minutes = divmod(of // MINUTE, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


def wall_time(of: timedelta) -> str:
    """By the clock on the wall: days are days."""
    days, rest = divmod(of // MINUTE, 24 * 60)
    return f"{days} d {rest // 60} h" if days >= 2 else duration(of)


def target_in_words(target: Target) -> str:
    return f"{duration(target.amount)} ({target.hours.name})"


def moment(at: datetime, hours: Hours) -> str:
    """On the clock of those who work these hours."""
    local = at.astimezone(hours.calendar.zone if hours.calendar is not None else UTC)
    return f"{local:%a %Y-%m-%d %H:%M %Z}"
