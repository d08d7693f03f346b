"""A recurring change over a year: local time stays local time when the clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.changes.recurrence import demand_rule, occurrences
from intake.desk.policy_file.change import ChangeTemplate
from intake.domain.change import Risk

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
A_YEAR = datetime(2026, 12, 1, 12, tzinfo=UTC), datetime(2027, 12, 1, 12, tzinfo=UTC)
PATCHING = ChangeTemplate(
    name="patching",
    title="Patching",
    text="",
    team="cio",
    risk=Risk.LOW,
    services=("Servers",),
    implementation_plan="",
    test_plan="",
    backout_plan="Snapshots.",
    tasks=(),
    zone=BERLIN,
    starts=datetime(2026, 12, 1, 22, 0),  # noqa: DTZ001 - local time
    duration=timedelta(hours=4),
    repeats="FREQ=MONTHLY;BYDAY=2TU",
    open_ahead=timedelta(days=14),
    agreement="",
    minutes=0,
)


def a_year(repeats: str, zone: ZoneInfo = BERLIN, starts: datetime = datetime(2026, 12, 1, 22, 0)) -> list[datetime]:  # noqa: DTZ001
    return [*occurrences(replace(PATCHING, repeats=repeats, zone=zone, starts=starts), *A_YEAR)]


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
def test_the_second_tuesday_of_twelve_months_at_ten_in_the_evening(zone: ZoneInfo) -> None:
    local = [one.astimezone(zone) for one in a_year("FREQ=MONTHLY;BYDAY=2TU", zone)]
    assert len(local) == 12
    assert {(one.hour, one.minute, one.weekday()) for one in local} == {(22, 0, 1)}
    assert all(8 <= one.day <= 14 for one in local)
    assert len({one.utcoffset() for one in local}) == 2, "winter and summer"


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
def test_the_last_day_of_each_month(zone: ZoneInfo) -> None:
    local = [one.astimezone(zone) for one in a_year("FREQ=MONTHLY;BYMONTHDAY=-1", zone)]
    assert len(local) == 12
    assert all((one.date() + timedelta(days=1)).day == 1 for one in local)
    assert local[2].date() == date(2027, 2, 28)


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
def test_every_sunday_over_both_changes_of_the_clocks(zone: ZoneInfo) -> None:
    """At half past two, which one Sunday of the year does not have, and another one twice."""
    moments = a_year("FREQ=WEEKLY;BYDAY=SU", zone, datetime(2026, 12, 1, 2, 30))  # noqa: DTZ001
    assert len(moments) == 52
    local = [one.astimezone(zone) for one in moments]
    odd = [one for one in local if (one.hour, one.minute) != (2, 30)]
    assert [(one.hour, one.minute) for one in odd] == [(3, 0)], "the moment of the change"
    gaps = {later - earlier for earlier, later in pairwise(moments)}
    week, hour, half = timedelta(days=7), timedelta(hours=1), timedelta(minutes=30)
    assert gaps == {week, week - half, week + hour, week - half} | ({week + hour} if zone is BERLIN else set())


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    twice = [one for one in a_year("FREQ=WEEKLY;BYDAY=SU", BERLIN, datetime(2026, 12, 1, 2, 30)) if one.month == 10]  # noqa: DTZ001
    assert twice[-1] == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_every_other_week_keeps_its_turn_whenever_it_is_asked() -> None:
    every_other = replace(PATCHING, repeats="FREQ=WEEKLY;INTERVAL=2;BYDAY=WE")
    whole = [*occurrences(every_other, *A_YEAR)]
    middle = A_YEAR[0] + timedelta(days=200)
    assert [*occurrences(every_other, A_YEAR[0], middle), *occurrences(every_other, middle, A_YEAR[1])] == whole


def test_a_rule_ends_with_its_count_or_its_last_day() -> None:
    assert len(a_year("FREQ=DAILY;COUNT=3")) == 3
    assert a_year("FREQ=DAILY;UNTIL=20261203")[-1] == datetime(2026, 12, 3, 21, 0, tzinfo=UTC)
    assert a_year("FREQ=DAILY;UNTIL=20261203T205959Z")[-1] == datetime(2026, 12, 2, 21, 0, tzinfo=UTC)


def test_the_29th_of_february_comes_every_four_years() -> None:
    leap = replace(PATCHING, repeats="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    found = [*occurrences(leap, A_YEAR[0], A_YEAR[0] + timedelta(days=365 * 20))]
    assert [one.year for one in found] == [2028, 2032, 2036, 2040, 2044]


def test_what_begins_at_once_or_at_the_end_is_counted_once() -> None:
    first, second, *_ = a_year("FREQ=DAILY")
    daily = replace(PATCHING, repeats="FREQ=DAILY")
    assert [*occurrences(daily, first, second)] == [second]


def test_a_template_for_use_by_hand_never_happens_by_itself() -> None:
    assert [*occurrences(replace(PATCHING, repeats="", starts=None), *A_YEAR)] == []


@given(st.text(alphabet="FREQ=MONTHLYDAIWKBSPU;,0123456789-+:TZ", max_size=80))
def test_any_text_is_a_rule_or_is_refused(text: str) -> None:
    try:
        demand_rule(text, datetime(2026, 12, 1, 22, 0), BERLIN)  # noqa: DTZ001
    except ValueError:
        return
    anytime = datetime(2026, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert next(occurrences(replace(PATCHING, repeats=text), *anytime)) >= anytime[0]


@given(
    st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]),
    st.integers(1, 40),
    st.lists(
        st.sampled_from(["BYMONTH=2", "BYMONTHDAY=30", "BYMONTHDAY=-1", "BYDAY=MO,FR", "BYSETPOS=-1", "COUNT=7"]), unique=True
    ),
    st.datetimes(datetime(1970, 1, 1), datetime(2190, 1, 1)),  # noqa: DTZ001
)
def test_every_time_of_any_rule_is_later_than_the_one_before(
    freq: str, interval: int, parts: list[str], starts: datetime
) -> None:
    repeats = ";".join([f"FREQ={freq}", f"INTERVAL={interval}", *parts])
    starts = starts.replace(second=0, microsecond=0)
    try:
        demand_rule(repeats, starts, NEW_YORK)
    except ValueError:
        return
    begin = starts.replace(tzinfo=UTC) - timedelta(days=2)
    found = [*occurrences(replace(PATCHING, repeats=repeats, starts=starts, zone=NEW_YORK), begin, begin + timedelta(days=900))]
    assert all(earlier < later for earlier, later in pairwise(found))
    assert all(one.astimezone(NEW_YORK).replace(tzinfo=None) >= starts or one.minute != starts.minute for one in found)
