"""What a clock on the wall means: local times of days on which the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60  # minutes
_SECOND = timedelta(seconds=1)


def moment_of(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which so many minutes of the day show on the wall; 1440 is the next midnight. A time that does not
    exist is the moment of the change; one that exists twice is the first of the two."""
    local = datetime.combine(day, time()) + timedelta(minutes=minute)
    moment = local.replace(tzinfo=zone).astimezone(UTC)  # of two, fold=0 is the first
    if moment.astimezone(zone).replace(tzinfo=None) == local:
        return moment
    return _change(local.replace(tzinfo=zone, fold=1).astimezone(UTC), moment, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first moment with the new offset; zones change it on a whole second."""
    old = before.astimezone(zone).utcoffset()
    low, high = 0, int((after - before) / _SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if (before + middle * _SECOND).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return before + high * _SECOND
