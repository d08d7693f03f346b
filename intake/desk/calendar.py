"""Which days the desk works, and from when to when."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

MONDAY_FIRST = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


Minutes = tuple[int, int]  # of the day, from and until


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """`weekdays` count from Monday, 0; at least one. Holidays are dates in the calendar's own zone. `spans` are in order."""

    zone: ZoneInfo
    weekdays: frozenset[int]
    holidays: Container[date]
    spans: Mapping[int, Sequence[Minutes]] = field(default_factory=dict)

    def spans_on(self, day: date) -> Sequence[Minutes]:
        return self.spans.get(day.weekday(), ()) if self.works_on(day) else ()

    def works_on(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays

    def after_working_days(self, start: datetime, days: int) -> datetime:
        """The same local time of day on the n-th working day after the start's own; in the start's zone.

        A local time that daylight saving skips moves on by the hour.
        """
        local = start.astimezone(self.zone)
        day = local.date()
        left = days
        for _ in range(366 * (days + 2)):  # holidays may be many, but not endless
            if left == 0 and self.works_on(day):
                break
            day += timedelta(days=1)
            if self.works_on(day):
                left = max(0, left - 1)
        return datetime.combine(day, local.timetz().replace(tzinfo=self.zone)).astimezone(start.tzinfo)
