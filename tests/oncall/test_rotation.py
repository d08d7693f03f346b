"""Who is on call: held against a clock that is walked hour by hour, through every change of the clocks."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.desk.calendar import Calendar
from intake.desk.oncall.rotation import (
    NOT_BEGUN,
    ON_PURPOSE,
    OUTSIDE_HOURS,
    Override,
    Rotation,
    following,
    gaps,
    on_call,
    shifts,
)
from intake.desk.sla.hours import Hours

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TURNS = Rotation(
    name="cio",
    team="cio",
    zone=BERLIN,
    starts=date(2026, 1, 5),
    weekday=0,
    hand_over=time(9),
    every_weeks=1,
    members=("Robin", "Kim", "Sam"),
)
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/Havana",
    "Africa/Casablanca", "Asia/Beirut", "America/Sao_Paulo", "Pacific/Chatham",
)  # fmt: skip


def utc(*of: int) -> datetime:
    return datetime(*of, tzinfo=UTC)  # type: ignore[misc,arg-type]


def local(zone: ZoneInfo, *of: int) -> datetime:
    return datetime(*of, tzinfo=zone).astimezone(UTC)  # type: ignore[misc,arg-type]


def naively(rotation: Rotation, at: datetime) -> str:
    """Counted on the wall: how many hand-overs have been seen since the rotation began?"""
    for override in reversed(rotation.overrides):
        if override.begins <= at < override.ends:
            return override.agent
    zone, seen = rotation.zone, 0
    day = rotation.starts
    while day <= at.astimezone(zone).date() + DAY:
        if day.weekday() == rotation.weekday and first_showing(zone, day, rotation.hand_over) <= at:
            seen += 1
        day += DAY
    turns = -(-seen // rotation.every_weeks)
    return rotation.members[(turns - 1) % len(rotation.members)] if turns else ""


def first_showing(zone: ZoneInfo, day: date, at: time) -> datetime:
    """The first minute at which a clock on the wall shows this time, or more."""
    target = datetime.combine(day, at)
    moment = (target - timedelta(hours=40)).replace(tzinfo=UTC)
    step = timedelta(minutes=1)
    low, high = 0, 80 * 60  # minutes: fold aside, the wall never goes back by more than an hour
    for coarse in range(low, high, 60):
        if (moment + coarse * step).astimezone(zone).replace(tzinfo=None) >= target:
            low = max(0, coarse - 60)
            break
    for fine in range(low, high):
        if (moment + fine * step).astimezone(zone).replace(tzinfo=None) >= target:
            return moment + fine * step
    raise AssertionError("never shown")


rotations = st.builds(
    Rotation,
    name=st.just("r"),
    team=st.just("t"),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    starts=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    weekday=st.integers(0, 6),
    hand_over=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    every_weeks=st.integers(1, 5),
    members=st.lists(st.sampled_from(["A", "B", "C", "D"]), min_size=1, max_size=5).map(tuple),
    overrides=st.lists(
        st.builds(
            lambda begins, hours, agent: Override(agent=agent, begins=begins, ends=begins + hours * HOUR),
            st.integers(0, 364 * 24).map(lambda hours: utc(2026, 1, 1) + hours * HOUR),
            st.integers(1, 400),
            st.sampled_from(["", "A", "Z"]),
        ),
        max_size=4,
    ).map(tuple),
)
moments = st.integers(0, 436 * 24 * 60).map(lambda minutes: utc(2025, 12, 20) + timedelta(minutes=minutes))


@given(rotations, moments)
@settings(max_examples=300, deadline=None)
def test_whoever_is_on_call_is_whom_a_clock_on_the_wall_says(rotation: Rotation, at: datetime) -> None:
    hand_over = rotation.turn_begins(max(0, rotation.turn_at(at)))
    for moment in (at, hand_over - timedelta(minutes=1), hand_over):
        assert on_call(rotation, moment).agent == naively(rotation, moment)


@given(rotations, moments, st.integers(1, 60))
@settings(max_examples=80, deadline=None)
def test_shifts_say_hour_by_hour_who_is_on_call_and_leave_no_hole(rotation: Rotation, begin: datetime, days: int) -> None:
    end = begin + days * DAY
    found = list(shifts(rotation, begin, end))
    assert (found[0].begins, found[-1].ends) == (begin, end)
    assert all(one.ends == other.begins for one, other in pairwise(found))
    at = begin
    while at < end:
        (shift,) = [one for one in found if one.begins <= at < one.ends]
        assert shift.agent == on_call(rotation, at).agent
        at += HOUR
    assert [one for one in found if not one.agent] == gaps(rotation, begin, end)
    coming = following(rotation, begin)
    if coming is not None:
        assert on_call(rotation, coming.begins).agent == coming.agent
        before = on_call(rotation, coming.begins - timedelta(microseconds=1))
        assert (before.agent, before.why) != (coming.agent, coming.why)


def test_turns_go_round_in_order_for_ever() -> None:
    begins = [TURNS.turn_begins(turn) for turn in (0, 1, 2, 3, 5_000)]
    assert [on_call(TURNS, at).agent for at in begins] == ["Robin", "Kim", "Sam", "Robin", "Sam"]
    assert on_call(TURNS, begins[1] - timedelta(seconds=1)).agent == "Robin"


def test_the_hand_over_stays_at_nine_on_the_wall_through_both_changes_of_the_clocks() -> None:
    for day in (date(2026, 3, 23), date(2026, 3, 30), date(2026, 10, 19), date(2026, 10, 26)):
        hand_over = local(BERLIN, day.year, day.month, day.day, 9)
        assert on_call(TURNS, hand_over - timedelta(minutes=1)).agent != on_call(TURNS, hand_over).agent


def test_before_the_first_turn_nobody_is_on_call_and_it_says_so() -> None:
    early = on_call(replace(TURNS, starts=date(2026, 1, 6)), local(BERLIN, 2026, 1, 12, 8, 59))
    assert (early.agent, early.why, early.is_gap) == ("", NOT_BEGUN, True)
    assert on_call(replace(TURNS, starts=date(2026, 1, 6)), local(BERLIN, 2026, 1, 12, 9)).agent == "Robin"


def test_a_hand_over_that_the_clocks_leap_over_is_the_moment_of_the_change() -> None:
    at_night = replace(TURNS, starts=date(2026, 3, 29), weekday=6, hand_over=time(2, 30))
    assert at_night.turn_begins(0) == utc(2026, 3, 29, 1)


def test_a_hand_over_that_comes_twice_is_the_first_of_the_two() -> None:
    at_night = replace(TURNS, starts=date(2026, 10, 25), weekday=6, hand_over=time(2, 30))
    assert at_night.turn_begins(0) == utc(2026, 10, 25, 0, 30)


def test_the_last_override_in_the_file_counts_and_an_empty_one_is_a_gap_on_purpose() -> None:
    covered = replace(
        TURNS,
        overrides=(
            Override(agent="Ann", begins=utc(2026, 6, 1), ends=utc(2026, 6, 20)),
            Override(agent="", begins=utc(2026, 6, 3), ends=utc(2026, 6, 5)),
            Override(agent="Bob", begins=utc(2026, 6, 4), ends=utc(2026, 6, 6)),
        ),
    )
    assert [on_call(covered, utc(2026, 6, day)).agent for day in (1, 3, 4, 5, 6)] == ["Ann", "", "Bob", "Bob", "Ann"]
    (gap,) = gaps(covered, utc(2026, 6, 1), utc(2026, 7, 1))
    assert (gap.begins, gap.ends, gap.why) == (utc(2026, 6, 3), utc(2026, 6, 4), ON_PURPOSE)


def test_outside_its_hours_nobody_is_on_call_and_that_is_no_gap() -> None:
    weekdays = dict.fromkeys(range(5), ((8 * 60, 17 * 60),))
    office = Hours("desk", Calendar(zone=BERLIN, weekdays=frozenset(range(5)), holidays=frozenset(), spans=weekdays))
    by_day = replace(TURNS, hours=office)
    night = local(BERLIN, 2026, 6, 2, 3)
    assert on_call(by_day, night).why == OUTSIDE_HOURS
    assert gaps(by_day, night, night + 30 * DAY) == []
    coming = following(by_day, night)
    assert coming is not None
    assert (coming.agent, coming.begins) == (on_call(TURNS, night).agent, local(BERLIN, 2026, 6, 2, 8))


def test_one_person_alone_is_never_relieved() -> None:
    assert following(replace(TURNS, members=("Robin",)), utc(2026, 6, 1)) is None
