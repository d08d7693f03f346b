"""Which day is so many working days after another one."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.calendar import Calendar

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = frozenset(range(5))  # Monday to Friday


def calendar(zone: ZoneInfo = BERLIN, weekdays: frozenset[int] = OFFICE, holidays: Collection[date] = ()) -> Calendar:
    return Calendar(zone=zone, weekdays=weekdays, holidays=frozenset(holidays))


def berlin(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23 09:00", 1, "2026-11-24 09:00"),  # a Monday
        ("2026-11-23 09:00", 5, "2026-11-30 09:00"),
        ("2026-11-27 17:30", 1, "2026-11-30 17:30"),  # a Friday
        ("2026-11-28 12:00", 1, "2026-11-30 12:00"),  # a Saturday: Monday is the first
        ("2026-11-29 23:59", 2, "2026-12-01 23:59"),  # a Sunday
    ],
)
def test_weekends_do_not_count(start: str, days: int, end: str) -> None:
    assert calendar().after_working_days(berlin(start), days) == berlin(end)


def test_holidays_do_not_count() -> None:
    christmas = calendar(holidays=[date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1)])
    wednesday = berlin("2026-12-23 10:00")
    assert christmas.after_working_days(wednesday, 1) == berlin("2026-12-28 10:00")
    assert christmas.after_working_days(wednesday, 5) == berlin("2027-01-04 10:00")


def test_a_site_may_work_on_other_days() -> None:
    sunday_to_thursday = calendar(weekdays=frozenset({6, 0, 1, 2, 3}))
    thursday = berlin("2026-11-26 09:00")
    assert sunday_to_thursday.after_working_days(thursday, 1) == berlin("2026-11-29 09:00")


def test_the_day_is_the_one_on_the_calendars_own_clock() -> None:
    friday_night_in_greenwich = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)  # Saturday in Berlin
    assert calendar().after_working_days(friday_night_in_greenwich, 1) == datetime(2026, 11, 29, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 3, 27, 8, 0, tzinfo=UTC), datetime(2026, 3, 30, 7, 0, tzinfo=UTC)),  # clocks go forward
        (datetime(2026, 10, 23, 7, 0, tzinfo=UTC), datetime(2026, 10, 26, 8, 0, tzinfo=UTC)),  # and back
    ],
)
def test_nine_in_the_morning_stays_nine_when_the_clocks_change(start: datetime, end: datetime) -> None:
    after = calendar().after_working_days(start, 1)
    assert after == end
    assert after.tzinfo is UTC


def test_an_hour_that_the_clocks_skip_moves_on() -> None:
    every_day = calendar(weekdays=frozenset(range(7)))
    half_past_two = berlin("2026-03-28 02:30")
    after = every_day.after_working_days(half_past_two.astimezone(UTC), 1)
    assert f"{after.astimezone(BERLIN):%Y-%m-%d %H:%M}" == "2026-03-29 03:30"


def test_a_year_of_holidays_does_not_hang_the_desk() -> None:
    never = calendar(holidays=[date(2026, 1, 1) + timedelta(days=n) for n in range(5_000)])
    assert never.after_working_days(datetime(2026, 11, 23, tzinfo=UTC), 3) > datetime(2027, 1, 1, tzinfo=UTC)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60), st.frozensets(st.integers(0, 6), min_size=1))
def test_the_end_is_a_working_day_and_exactly_so_many_lie_between(start: date, days: int, weekdays: frozenset[int]) -> None:
    utc = calendar(zone=ZoneInfo("UTC"), weekdays=weekdays)
    moment = datetime.combine(start, time(9, 30, tzinfo=UTC))
    after = utc.after_working_days(moment, days)
    passed = [moment.date() + timedelta(days=n + 1) for n in range((after.date() - moment.date()).days)]
    assert sum(utc.works_on(day) for day in passed) == days
    assert utc.works_on(after.date())
    assert after.timetz() == moment.timetz()
