"""Working time: how much of it lies between two moments, and when so much of it has passed."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from intake.desk.calendar import Calendar
from intake.desk.sla.local_time import moment_of

ALWAYS = "always"
NONE = timedelta(0)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_FARTHEST = 150  # years ahead: what has not been reached by then never is
_LAST_YEAR = 9_990

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class _Year:
    """The working spans of one local year, in microseconds since 1970, and how much was worked before each."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int

    def worked_until(self, moment: int) -> int:
        place = bisect_right(self.starts, moment) - 1
        if place < 0:
            return 0
        return self.before[place] + min(moment, self.ends[place]) - self.starts[place]

    def when(self, amount: int) -> int:
        """The first moment at which so much was worked, of more than nothing and at most `total`."""
        place = bisect_left(self.before, amount) - 1
        return self.starts[place] + amount - self.before[place]


_Place = tuple[datetime, int, _Year, int]  # a moment, its local year, and what was worked in that before


class Hours:
    """When somebody works. Without a calendar: always. What a year holds is worked out once."""

    def __init__(self, name: str, calendar: Calendar | None) -> None:
        self.name = name
        self.calendar = calendar
        self._years: dict[int, _Year] = {}
        self._place: _Place | None = None  # of the last start that was asked about: one ticket asks four times

    @property
    def longest_day(self) -> timedelta:
        """As the clock on the wall counts it, on a day without a change of the clocks."""
        if self.calendar is None:
            return _DAY
        days = self.calendar.spans.values()
        return max((timedelta(minutes=sum(end - start for start, end in spans)) for spans in days), default=NONE)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Between the two; nothing where they are the wrong way round."""
        if end <= start:
            return NONE
        if self.calendar is None:
            return end - start
        first, last = self._year_at(start), self._year_at(end)
        worked = self._year(last).worked_until(_number(end)) - self._year(first).worked_until(_number(start))
        worked += sum(self._year(year).total for year in range(first, last))
        return timedelta(microseconds=worked)

    def reached(self, start: datetime, amount: timedelta) -> datetime | None:
        """The first moment at which so much was worked since the start; None: not in a hundred years."""
        if amount <= NONE:
            return start
        if self.calendar is None:
            return start + amount
        place = self._place
        if place is None or place[0] is not start:
            year = self._year_at(start)
            table = self._year(year)
            place = self._place = start, year, table, table.worked_until(_number(start))
        _, year, table, before = place
        wanted = amount // _MICROSECOND + before
        latest = min(year + _FARTHEST, _LAST_YEAR)
        while wanted > table.total:
            wanted -= table.total
            year += 1
            if year > latest:
                return None
            table = self._year(year)
        return _moment(table.when(wanted))

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """What is worked between the two, in order; spans that touch are one."""
        if end <= start:
            return
        if self.calendar is None:
            yield start, end
            return
        begun: Span | None = None
        for year in range(self._year_at(start), self._year_at(end) + 1):
            table = self._year(year)
            for place in range(max(0, bisect_right(table.ends, _number(start))), len(table.starts)):
                opens, closes = max(_moment(table.starts[place]), start), min(_moment(table.ends[place]), end)
                if opens >= end:
                    break
                if begun is not None and begun[1] == opens:
                    begun = begun[0], closes
                    continue
                if begun is not None:
                    yield begun
                begun = opens, closes
        if begun is not None:
            yield begun

    def works_at(self, moment: datetime) -> bool:
        return next(self.spans(moment, moment + _MICROSECOND), None) is not None

    def opens(self, moment: datetime) -> datetime | None:
        """The moment itself while somebody works, else the next one at which somebody does."""
        after = self.reached(moment, _MICROSECOND)
        return after - _MICROSECOND if after is not None else None

    def _year_at(self, moment: datetime) -> int:
        assert self.calendar is not None
        return moment.astimezone(self.calendar.zone).year

    def _year(self, year: int) -> _Year:
        table = self._years.get(year)
        if table is None:
            assert self.calendar is not None
            table = self._years[year] = _work_out(year, self.calendar)
        return table


def _work_out(year: int, calendar: Calendar) -> _Year:
    table, worked = _Year([], [], [], 0), 0
    day, end_of_year = date(year, 1, 1), date(year + 1, 1, 1)
    while day < end_of_year:
        for begins, ends in calendar.spans_on(day):
            start, end = (_number(moment_of(day, minute, calendar.zone)) for minute in (begins, ends))
            if end <= start:
                continue  # the clocks went forward over all of it
            if table.ends and table.ends[-1] == start:
                table.ends[-1] = end
            else:
                table.starts.append(start)
                table.ends.append(end)
                table.before.append(worked)
            worked += end - start
        day += _DAY
    return _Year(table.starts, table.ends, table.before, worked)


def _number(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(number: int) -> datetime:
    return _EPOCH + timedelta(microseconds=number)
