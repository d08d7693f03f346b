"""Hours as people type them become whole minutes, and are shown so that they can be typed again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.cli.hours import in_hours, minutes_typed

TYPED = [
    ("90m", 90),
    ("1h30m", 90),
    ("1.5h", 90),
    ("1,5h", 90),
    ("12h", 720),
    ("12H", 720),
    (" 1h 30m ", 90),
    ("0h", 0),
    ("0.25h", 15),
    ("1h90m", 150),
]
REFUSED = ["", "12", "1:30", "h", "-1h", "1h-30m", "1e3h", "30m1h", "1.5m", "zwei", "1h30", "٣h", "9" * 400 + "h", "2d"]


@pytest.mark.parametrize(("text", "minutes"), TYPED)
def test_hours_are_typed_in_several_ways(text: str, minutes: int) -> None:
    assert minutes_typed(text) == minutes


@pytest.mark.parametrize("text", REFUSED)
def test_what_could_mean_something_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hours look like 90m, 1h30m, 1\.5h or 12h"):
        minutes_typed(text)


def test_a_part_of_a_minute_is_refused_and_the_nearest_is_named() -> None:
    with pytest.raises(ValueError, match="no whole number of minutes: type 1h20m"):
        minutes_typed("1.33h")


def test_days_are_typed_where_they_are_no_working_days() -> None:
    assert minutes_typed("2d", days=True) == 48 * 60
    assert minutes_typed("1d2h", days=True) == 26 * 60


@given(st.integers(0, 10_000_000))
def test_what_is_shown_can_be_typed_again(minutes: int) -> None:
    assert minutes_typed(in_hours(minutes)) == minutes


@pytest.mark.parametrize(("minutes", "shown"), [(0, "0h"), (45, "45m"), (60, "1h"), (65, "1h05m"), (-90, "-1h30m")])
def test_minutes_are_shown_as_hours(minutes: int, shown: str) -> None:
    assert in_hours(minutes) == shown
