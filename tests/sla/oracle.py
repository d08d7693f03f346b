"""Working time as a child would count it: minute by minute, looking at the clock on the wall."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from intake.desk.calendar import Calendar

MINUTE = timedelta(minutes=1)
WARM_UP = 2 * 24 * 60


def minutes(calendar: Calendar, start: datetime) -> Iterator[bool]:
    """Whether each minute from the start is worked. What the wall has shown, it has shown: where the clocks go back it still
    counts as the latest time of that day, so a time that comes twice has come the first time."""
    moment, shown = start - WARM_UP * MINUTE, datetime.min  # noqa: DTZ901 - times on a wall
    while True:
        shown = max(shown, moment.astimezone(calendar.zone).replace(tzinfo=None))
        minute = shown.hour * 60 + shown.minute
        spans = calendar.spans.get(shown.weekday(), ())
        if moment >= start:
            yield shown.date() not in calendar.holidays and any(begins <= minute < ends for begins, ends in spans)
        moment += MINUTE


def minutes_worked(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Between two whole minutes."""
    return sum(islice(minutes(calendar, start), (end - start) // MINUTE)) if start < end else 0


def when_worked(calendar: Calendar, start: datetime, amount: int, most: int) -> datetime | None:
    """The first moment at which so many minutes were; None: not within `most` minutes."""
    for passed, works in enumerate(islice(minutes(calendar, start), most), start=1):
        amount -= works
        if amount == 0:
            return start + passed * MINUTE
    return None
