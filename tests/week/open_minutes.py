"""Working time, minute by minute: each minute of some weeks is looked at on the calendar's own wall clock."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.week.happening import START, Second

MINUTES = 45 * 24 * 60
Span = tuple[int, int]  # minutes of the local day, from and until; 24:00 is 1440


class OpenMinutes:
    """`spans` are those of each weekday, Monday is 0. Nothing opens or closes but on a full minute."""

    def __init__(self, zone: ZoneInfo, spans: Mapping[int, Sequence[Span]], holidays: Collection[date]) -> None:
        self.longest_day = 60 * max((sum(end - begin for begin, end in day) for day in spans.values()), default=0)
        self._open = list(_walk(zone, spans, holidays))
        self._before = [0]
        for is_open in self._open:
            self._before.append(self._before[-1] + (60 if is_open else 0))

    def is_open(self, at: Second) -> bool:
        return self._open[at // 60]

    def between(self, begin: Second, end: Second) -> int:
        """Working seconds."""
        return self._until(end) - self._until(begin)

    def after(self, begin: Second, working: int) -> Second:
        """The first moment at which so many working seconds have passed since then."""
        wanted = self._until(begin) + working
        if working <= 0:
            return begin
        minute = bisect_left(self._before, wanted)
        assert minute < len(self._before), "beyond the weeks that are looked at"
        return (minute - 1) * 60 + wanted - self._before[minute - 1]

    def opens(self, at: Second) -> Second:
        """The beginning of the first open minute from then on; `at` itself inside of one."""
        if self.is_open(at):
            return at
        minute = at // 60
        while not self._open[minute]:
            minute += 1
        return minute * 60

    def _until(self, at: Second) -> int:
        minute, rest = divmod(at, 60)
        return self._before[minute] + (rest if self._open[minute] else 0)


def _walk(zone: ZoneInfo, spans: Mapping[int, Sequence[Span]], holidays: Collection[date]) -> list[bool]:
    """A span begins when the wall clock first shows its beginning, or more; it ends when it first shows its end, or more."""
    found, today = [], date.min
    begun: set[Span] = set()
    ended: set[Span] = set()
    for minute in range(MINUTES):
        local = (START + timedelta(minutes=minute)).astimezone(zone)
        if local.date() != today:
            today, begun, ended = local.date(), set(), set()
        shown = local.hour * 60 + local.minute
        for span in spans.get(today.weekday(), ()):
            if shown >= span[0]:
                begun.add(span)
            if shown >= span[1]:
                ended.add(span)
        found.append(today not in holidays and bool(begun - ended))
    return found


def first_shown(zone: ZoneInfo, wanted: datetime) -> datetime:
    """The first minute at which the wall clock there shows this local time, or a later one."""
    from_here = wanted.replace(tzinfo=START.tzinfo) - timedelta(hours=15)
    while from_here.astimezone(zone).replace(tzinfo=None) < wanted:
        from_here += timedelta(minutes=1)
    return from_here
