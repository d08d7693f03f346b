"""Days and times on a page, whatever the machine's locale."""

from datetime import UTC, datetime

from intake.desk.changes.window_told import at_place, zone_name
from intake.domain.change import Window

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def moment(at: datetime) -> str:
    """`23 November 2026, 09:05 UTC`."""
    return f"{day(at)}, {at.astimezone(UTC):%H:%M} UTC"


def day(at: datetime) -> str:
    return _date(at.astimezone(UTC))


def when(window: Window) -> str:
    """`Tuesday 8 December 2026, 22:00 to Wednesday 9 December 2026, 02:00, Berlin time (CET)`."""
    local = at_place(window)
    starts, ends, zone = local.starts, local.ends, zone_name(local.ends)
    first = f"{starts:%H:%M}" if zone_name(starts) == zone else f"{starts:%H:%M} {zone_name(starts)}"
    last = f"{ends:%H:%M}" if starts.date() == ends.date() else f"{_weekday(ends)} {_date(ends)}, {ends:%H:%M}"
    return f"{_weekday(starts)} {_date(starts)}, {first} to {last}, {f'{local.place} time ({zone})' if local.place else zone}"


def _weekday(at: datetime) -> str:
    return _WEEKDAYS[at.weekday()]


def _date(at: datetime) -> str:
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"
