"""Working time between two moments, over weekends, holidays and days on which the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from intake.desk.sla.hours import Hours
from tests.sla.examples import ALWAYS, HOUR, NINE_TO_FIVE, OFFICE, at, every_day, hours, wall

BERLIN, NEW_YORK, KATHMANDU = "Europe/Berlin", "America/New_York", "Asia/Kathmandu"


def test_a_weekend_does_not_count() -> None:
    office = hours(BERLIN)
    friday, monday = at("2026-11-27 16:00", BERLIN), at("2026-11-30 10:00", BERLIN)
    assert office.worked(friday, monday) == 2 * HOUR
    assert wall(office.reached(friday, 2 * HOUR), BERLIN) == "2026-11-30 10:00 +0100"
    assert office.worked(monday, friday) == timedelta(0)


def test_a_target_that_ends_with_the_day_is_due_then_and_not_the_next_morning() -> None:
    office = hours(BERLIN)
    assert wall(office.reached(at("2026-11-23 15:00", BERLIN), 2 * HOUR), BERLIN) == "2026-11-23 17:00 +0100"


def test_a_lunch_break_does_not_count() -> None:
    office = hours("UTC", every_day((8 * 60, 12 * 60), (13 * 60, 17 * 60)))
    assert office.worked(at("2026-11-23 11:00"), at("2026-11-23 14:00")) == 2 * HOUR
    assert office.reached(at("2026-11-23 11:00"), 90 * timedelta(minutes=1)) == at("2026-11-23 13:30")


def test_a_holiday_has_no_working_time() -> None:
    office = hours(BERLIN, holidays=[date(2026, 12, 25)])
    thursday = at("2026-12-24 16:00", BERLIN)
    assert wall(office.reached(thursday, 2 * HOUR), BERLIN) == "2026-12-28 10:00 +0100"


def test_somebody_who_always_works_counts_every_second() -> None:
    start = at("2026-11-28 03:17")
    assert ALWAYS.reached(start, 4 * HOUR) == start + 4 * HOUR
    assert ALWAYS.longest_day == 24 * HOUR


def test_days_that_end_at_24_00_touch() -> None:
    around = hours(BERLIN, every_day((0, 24 * 60)))
    start, end = at("2026-03-20 00:00", BERLIN), at("2026-04-02 12:00", BERLIN)
    assert around.worked(start, end) == end - start
    assert list(around.spans(start, end)) == [(start, end)]


@pytest.mark.parametrize(
    ("zone", "day", "spans", "worked"),
    [
        (BERLIN, "2026-03-29", (0, 6 * 60), 5),  # 02:00 becomes 03:00
        (BERLIN, "2026-10-25", (0, 6 * 60), 7),  # 03:00 becomes 02:00
        (BERLIN, "2026-03-29", (9 * 60, 17 * 60), 8),
        (BERLIN, "2026-03-29", (150, 210), 0.5),  # 02:30 to 03:30: it begins at the change
        (BERLIN, "2026-03-29", (120, 180), 0),  # 02:00 to 03:00 does not exist
        (BERLIN, "2026-10-25", (150, 210), 2),  # from the first 02:30 to 03:30
        (BERLIN, "2026-10-25", (60, 150), 1.5),  # until the first 02:30
        (NEW_YORK, "2026-03-08", (0, 6 * 60), 5),
        (NEW_YORK, "2026-11-01", (0, 6 * 60), 7),
        (NEW_YORK, "2026-11-01", (90, 180), 2.5),  # from the first 01:30
        (KATHMANDU, "2026-03-29", (0, 6 * 60), 6),  # five and three quarters ahead, and never another time
        ("Australia/Lord_Howe", "2026-10-04", (0, 6 * 60), 5.5),  # by half an hour
        ("America/Sao_Paulo", "2018-11-04", (0, 6 * 60), 5),  # midnight does not exist
        ("Pacific/Apia", "2011-12-30", (0, 24 * 60), 0),  # a day that was left out
    ],
)
def test_a_span_is_the_real_time_between_its_two_local_times(
    zone: str, day: str, spans: tuple[int, int], worked: float
) -> None:
    start = at(f"{day} 00:00", zone) - 2 * timedelta(days=1)
    on_that_day = hours(zone, {date.fromisoformat(day).weekday(): (spans,)})
    assert on_that_day.worked(start, start + 5 * timedelta(days=1)) == worked * HOUR


def test_nine_oclock_is_nine_oclock_in_kathmandu() -> None:
    assert hours(KATHMANDU).opens(at("2026-11-23 00:00", KATHMANDU)) == at("2026-11-23 03:15")


def test_a_working_day_is_as_long_as_the_longest() -> None:
    week = {**OFFICE, 4: ((9 * 60, 14 * 60),), 5: ((8 * 60, 12 * 60), (13 * 60, 18 * 60))}
    assert hours("UTC", week).longest_day == 9 * HOUR


def test_it_is_known_whether_somebody_works_and_when_they_will() -> None:
    office = hours("UTC")
    assert office.works_at(at("2026-11-23 09:00"))
    assert not office.works_at(at("2026-11-23 17:00"))
    assert office.opens(at("2026-11-23 12:34")) == at("2026-11-23 12:34")
    assert office.opens(at("2026-11-27 17:00")) == at("2026-11-30 09:00")


def test_years_join_without_a_seam() -> None:
    office = hours("Asia/Tokyo", every_day((0, 24 * 60)))
    start = at("2024-06-01 00:00")
    for days in (300, 700, 1_900):
        end = start + timedelta(days=days)
        assert office.worked(start, end) == end - start
        assert office.reached(start, end - start) == end


def test_one_who_hardly_ever_works_is_not_waited_for_for_ever() -> None:
    once_a_week = hours("UTC", {0: ((9 * 60, 9 * 60 + 1),)})
    assert once_a_week.reached(at("2026-11-23 09:00"), timedelta(hours=1_000)) is None


def test_a_ticket_of_many_years_is_counted_by_years() -> None:
    """A holiday list is asked once for each day, whatever is asked of the hours afterwards."""
    asked: list[date] = []

    class Counting(frozenset[date]):
        def __contains__(self, day: object) -> bool:
            assert isinstance(day, date)
            asked.append(day)
            return False

    office = hours("UTC")
    assert office.calendar is not None
    counted = Hours(
        "desk",
        type(office.calendar)(
            zone=office.calendar.zone, weekdays=office.calendar.weekdays, holidays=Counting(), spans={0: (NINE_TO_FIVE,)}
        ),
    )
    start = datetime(2021, 1, 1, tzinfo=UTC)
    for _ in range(50):
        counted.worked(start, start + timedelta(days=5 * 365))
        counted.reached(start, timedelta(hours=1_500))
    assert len(asked) == len(set(asked))
