"""What calendar programs make of the feed: two parsers that we did not write read the same out of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.calendar.render import render
from intake.desk.policy_file.change import Freeze
from intake.domain.change import Change, ChangeKind, ChangeLine, CloseCode, Risk, Stage, Window
from intake.domain.label import Category, Kind, Level, Priority
from intake.domain.ticket import State, Ticket, Tier
from tests.calendar.outside_parser import read_event
from tests.changes.calendar_desk import at

WINDOW = Window(starts=at("2026-12-08T21:00"), ends=at("2026-12-09T01:00"), time_zone="Europe/Berlin")
TICKET = Ticket(
    number=12,
    kind=Kind.SERVICE_REQUEST,
    category=Category.COLLATERAL,
    impact=Level.LOW,
    urgency=Level.LOW,
    priority=Priority.P4,
    state=State.NEW,
    tier=Tier.TEAM,
    assignment_group="cio",
    contact_type="integration",
    caller=None,
    short_description="Patching, servers; all\\of them",
    opened_at=at("2026-11-23T09:00"),
    updated_at=at("2026-11-23T09:30"),
    assigned_to="Cleo",
)
CHANGE = Change(
    ticket=12,
    kind=ChangeKind.STANDARD,
    stage=Stage.SCHEDULED,
    since=at("2026-11-23T09:00"),
    risk=Risk.LOW,
    services=("Windows servers", "ERP"),
    window=WINDOW,
    moved=1,
)
FREEZE = Freeze(name="year end", window=WINDOW, services=frozenset({"ERP"}))


def lines(change: Change = CHANGE, ticket: Ticket = TICKET) -> Sequence[ChangeLine]:
    return [ChangeLine(change=change, ticket=ticket)]


def feed(change: Change = CHANGE, ticket: Ticket = TICKET, agent: str = "Cleo") -> bytes:
    return render(lines(change, ticket), [], domain="desk.example", agent=agent)


def event(raw: bytes) -> icalendar.Event:
    (only,) = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert isinstance(only, icalendar.Event)
    return only


def test_a_window_is_in_utc_with_a_name_that_stays() -> None:
    raw = feed()
    assert b"DTSTART:20261208T210000Z\r\n" in raw
    assert b"DTEND:20261209T010000Z\r\n" in raw
    assert b"UID:change-12@desk.example\r\n" in raw
    assert b"X-WR-CALNAME:Changes\r\n" in raw
    assert feed() == raw, "the same for the same changes"


def test_vobject_and_icalendar_read_the_same_title() -> None:
    by_vobject = read_event(feed().decode())
    assert by_vobject.summary == str(event(feed())["SUMMARY"]) == "HD-12 Patching, servers; all\\of them"
    assert by_vobject.starts == WINDOW.starts
    assert by_vobject.description.splitlines() == [
        "standard, scheduled",
        "Risk: low",
        "Services: Windows servers, ERP",
        "Team: cio, Cleo",
        "Planned in Europe/Berlin",
    ]


def test_a_window_that_moves_keeps_its_uid_and_has_a_higher_sequence() -> None:
    moved = replace(CHANGE, moved=2, window=replace(WINDOW, ends=WINDOW.ends + timedelta(hours=1)))
    before, after = event(feed()), event(feed(moved))
    assert after["UID"] == before["UID"]
    assert after.sequence > before.sequence


@pytest.mark.parametrize("stage", [Stage.WITHDRAWN, Stage.REJECTED])
def test_one_that_does_not_happen_is_cancelled_with_a_higher_sequence(stage: Stage) -> None:
    off = event(feed(replace(CHANGE, stage=stage)))
    assert off["STATUS"] == "CANCELLED"
    anew = event(feed(replace(CHANGE, moved=2)))
    assert event(feed()).sequence < off.sequence < anew.sequence
    assert anew["STATUS"] == "CONFIRMED"


def test_only_who_has_it_is_busy() -> None:
    assert event(feed(agent="Cleo"))["TRANSP"] == "OPAQUE"
    assert event(feed(agent="Lea"))["TRANSP"] == "TRANSPARENT"


def test_how_it_ended_is_said_and_its_plans_are_not() -> None:
    closed = replace(
        CHANGE,
        stage=Stage.CLOSED,
        close_code=CloseCode.SUCCESSFUL_WITH_ISSUES,
        implementation_plan="sudo reboot",
        backout_plan="password: swordfish",
        outcome="grumbling",
    )
    raw = feed(closed)
    assert b"successful with issues" in raw
    assert not any(word in raw for word in (b"sudo", b"swordfish", b"grumbling"))


def test_a_freeze_is_shown_and_makes_nobody_busy() -> None:
    one = event(render([], [FREEZE], domain="desk.example", agent="Cleo"))
    assert str(one["SUMMARY"]) == "Freeze: year end (ERP)"
    assert one["TRANSP"] == "TRANSPARENT"


def test_a_change_without_a_window_is_in_no_calendar() -> None:
    assert b"VEVENT" not in feed(replace(CHANGE, window=None))


def test_no_line_is_longer_than_75_octets() -> None:
    raw = feed(ticket=replace(TICKET, short_description="Überlänge " * 16))
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


@given(st.text(max_size=160), st.lists(st.text(min_size=1, max_size=40), max_size=30))
def test_nothing_that_people_write_becomes_a_line_of_its_own(title: str, services: list[str]) -> None:
    """Whatever stands in a title, parsers find one event with the properties that we gave it."""
    raw = feed(replace(CHANGE, services=tuple(services)), replace(TICKET, short_description=title))
    text = raw.decode("utf-8")
    assert not any(ord(char) < 32 for char in text.replace("\r\n", "").replace("\t", ""))
    one = event(raw)
    assert one["STATUS"] == "CONFIRMED"
    assert str(one["SUMMARY"]).startswith("HD-12")
    assert read_event(text).uid == "change-12@desk.example"


@given(st.datetimes(datetime(1970, 1, 1), datetime(9990, 1, 1)))  # noqa: DTZ001
def test_any_moment_comes_back_as_it_was(starts: datetime) -> None:
    begins = at(starts.isoformat()).replace(microsecond=0)
    window = replace(WINDOW, starts=begins, ends=begins + timedelta(minutes=1))
    assert event(feed(replace(CHANGE, window=window))).start == begins
