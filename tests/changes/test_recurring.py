"""Recurring changes open their tickets by themselves: ahead, once, scheduled, at their team."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from intake.desk.sla.keeping import worked_out_again
from intake.domain import deed as d
from intake.domain.change import ChangeKind, CloseCode, Stage
from intake.domain.errors import Conflict
from intake.domain.event import EventKind
from intake.domain.label import Category, Kind
from intake.domain.notice import NoticeKind
from intake.domain.ticket import State
from storage.store import SqlStore
from tests.changes.calendar_desk import FREEZE, CalendarDesk, at, calendar_desk
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

PATCHING = """
[[change_template]]
name = "monthly patching"
title = "Monthly patching of the Windows servers"
text = "Security updates, server by server."
team = "cio"
risk = "low"
services = ["Windows servers"]
backout_plan = "Take the snapshot back."
tasks = ["Snapshots", "Patch"]
time_zone = "Europe/Berlin"
duration = "4h"
starts = "2026-12-08T22:00"
repeats = "FREQ=MONTHLY;BYDAY=2TU"
open_ahead = "14d"
"""
FIRST = at("2026-12-08T21:00")


@pytest.fixture
def desk(store: SqlStore) -> CalendarDesk:
    return calendar_desk(store, PATCHING)


def opens(desk: CalendarDesk) -> int:
    with desk.store.begin() as books:
        return desk.desk.changes.recurring.open_due(books, desk.clock())


def opened(desk: CalendarDesk) -> list[int]:
    with desk.store.looking() as reader:
        return [line.ticket.number for line in reversed(reader.changes(limit=1_000))]


def test_it_opens_so_long_ahead_and_no_earlier(desk: CalendarDesk) -> None:
    desk.clock.now = FIRST - timedelta(days=14, seconds=1)
    assert opens(desk) == 0
    desk.clock.advance(seconds=1)
    assert opens(desk) == 1
    assert opens(desk) == 0, "each once"


def test_it_is_a_request_at_its_team_with_its_plan_and_its_window(desk: CalendarDesk) -> None:
    desk.clock.now = FIRST - timedelta(days=14)
    opens(desk)
    (number,) = opened(desk)
    ticket, change = desk.ticket(number), desk.change(number)
    assert (ticket.kind, ticket.category) == (Kind.SERVICE_REQUEST, Category.COLLATERAL)
    assert (ticket.assignment_group, ticket.caller) == ("cio", None)
    assert ticket.short_description == "Monthly patching of the Windows servers"
    assert (change.kind, change.stage, change.template) == (ChangeKind.STANDARD, Stage.SCHEDULED, "monthly patching")
    assert change.window is not None
    assert (change.window.starts, change.window.ends) == (FIRST, FIRST + timedelta(hours=4))
    (event,) = desk.events(number, EventKind.OPENED)
    assert "'monthly patching', FREQ=MONTHLY;BYDAY=2TU: the one of 2026-12-08 22:00" in event.reason
    (told,) = desk.told(NoticeKind.ARRIVAL)
    assert told.address == "cio@localhost"


def test_nobody_is_in_arrears_with_it_before_its_window(desk: CalendarDesk) -> None:
    """It rests; no clock runs, and none escalates it."""
    desk.clock.now = FIRST - timedelta(days=14)
    opens(desk)
    (number,) = opened(desk)
    assert desk.ticket(number).state is State.ON_HOLD
    while desk.clock.now < FIRST - timedelta(hours=6):
        desk.clock.advance(hours=6)
        desk.fires_what_is_due()
    ticket = desk.ticket(number)
    assert (ticket.state, ticket.assignment_group) == (State.ON_HOLD, "cio")
    assert not desk.events(number, EventKind.SLA_BREACHED)
    with desk.store.begin() as books:
        assert books.clocks.of(number) == worked_out_again(ticket, books)
    desk.clock.now = FIRST
    desk.fires_what_is_due()
    assert desk.ticket(number).state is State.NEW, "now it waits for somebody"


def test_it_is_done_and_closed_like_any_change_and_nobody_waits_for_an_answer(desk: CalendarDesk) -> None:
    desk.clock.now = FIRST - timedelta(days=14)
    opens(desk)
    (number,) = opened(desk)
    desk.clock.now = FIRST
    desk.fires_what_is_due()
    desk.must(d.ImplementChange(), number)
    for task in (1, 2):
        desk.must(d.FinishTask(task=task), number)
    desk.must(d.CompleteChange(text="All patched."), number)
    desk.must(d.CloseChange(close_code=CloseCode.SUCCESSFUL, text="All patched."), number)
    assert desk.change(number).stage is Stage.CLOSED
    assert desk.ticket(number).state is State.RESOLVED


def test_a_window_that_is_moved_takes_the_rest_along(desk: CalendarDesk) -> None:
    desk.clock.now = FIRST - timedelta(days=14)
    opens(desk)
    (number,) = opened(desk)
    desk.schedule(number, FIRST - timedelta(days=2), FIRST - timedelta(days=1))
    assert desk.ticket(number).on_hold_until == FIRST - timedelta(days=2)
    desk.clock.now = FIRST - timedelta(days=2)
    desk.fires_what_is_due()
    assert desk.ticket(number).state is State.NEW
    assert opens(desk) == 0, "moved is not gone"


def test_a_year_of_it_each_at_ten_in_the_evening(desk: CalendarDesk) -> None:
    desk.clock.now = at("2026-11-20T12:00")
    while desk.clock.now < at("2027-11-30T12:00"):
        opens(desk)
        desk.clock.advance(days=1)
    windows = [desk.change(number).window for number in opened(desk)]
    starts = [window.starts for window in windows if window is not None]
    assert len(starts) == 12
    assert {one.hour for one in starts} == {20, 21}, "summer and winter"


def test_one_whose_window_has_begun_is_not_opened(desk: CalendarDesk) -> None:
    """The desk was off for a month."""
    desk.clock.now = FIRST
    assert opens(desk) == 0
    assert opened(desk) == []


def test_in_a_freeze_it_waits_for_another_window_and_its_team_is_told(store: SqlStore) -> None:
    desk = calendar_desk(store, PATCHING + FREEZE.replace("2026-12-18T18:00", "2026-12-01T00:00"))
    desk.clock.now = FIRST - timedelta(days=14)
    assert opens(desk) == 1
    (number,) = opened(desk)
    change = desk.change(number)
    assert (change.stage, change.window) == (Stage.ASSESSMENT, None)
    (news,) = [one.notice.fields["why"] for one in desk.told(NoticeKind.CHANGE_NEWS) if one.notice]
    assert "freeze 'year end'" in news
    assert "choose another window" in news
    assert opens(desk) == 0
    desk.schedule(number, at("2027-01-05T20:00"), at("2027-01-06T00:00"))
    assert desk.change(number).stage is Stage.SCHEDULED


def test_hours_that_cannot_be_reserved_keep_no_work_from_being_planned(store: SqlStore) -> None:
    desk = calendar_desk(store, PATCHING + 'agreement = "ACME 2026"\nhours = "4h"\n')
    desk.clock.now = FIRST - timedelta(days=14)
    assert opens(desk) == 1
    (number,) = opened(desk)
    assert desk.change(number).stage is Stage.SCHEDULED
    assert "are not reserved in 'ACME 2026'" in desk.events(number, EventKind.NOTED)[-1].reason


def test_hours_are_reserved_where_the_agreement_has_them(store: SqlStore) -> None:
    desk = calendar_desk(store, PATCHING + 'agreement = "ACME 2026"\nhours = "4h"\n')
    day = desk.clock().date()
    agreement = d.OpenAgreement(
        agreement="ACME 2026", party="ACME", starts=day, ends=day + timedelta(days=90), minutes=600, spenders=("cio",)
    )
    desk.does(agreement, desk.policy.agents["Lea"].principal)
    desk.clock.now = FIRST - timedelta(days=14)
    opens(desk)
    (number,) = opened(desk)
    assert (desk.change(number).agreement, desk.change(number).estimate) == ("ACME 2026", 240)
    with desk.store.begin() as books:
        assert books.agreements.balance("ACME 2026").left == 360


@pytest.mark.parametrize(
    ("days", "minutes", "close", "says"),
    [(90, 600, True, "was closed on"), (3, 600, False, "ended on"), (90, 239, False, "has 3 h 59 min left")],
)
def test_an_agreement_that_is_closed_over_or_used_up_keeps_no_work_from_being_planned(
    store: SqlStore, days: int, minutes: int, close: bool, says: str
) -> None:
    desk = calendar_desk(store, PATCHING + 'agreement = "ACME 2026"\nhours = "4h"\n')
    lead, today = desk.policy.agents["Lea"].principal, desk.clock().date()
    agreement = d.OpenAgreement(
        agreement="ACME 2026",
        party="ACME",
        starts=today,
        ends=today + timedelta(days=days),
        minutes=minutes,
        spenders=("cio",),
    )
    desk.does(agreement, lead)
    if close:
        desk.does(d.CloseAgreement(agreement="ACME 2026"), lead)
    desk.clock.now = FIRST - timedelta(days=7)
    assert opens(desk) == 1
    (number,) = opened(desk)
    change = desk.change(number)
    assert (change.stage, change.agreement, change.estimate) == (Stage.SCHEDULED, "", 0)
    assert says in desk.events(number, EventKind.NOTED)[-1].reason
    with desk.store.begin() as books:
        assert books.agreements.balance("ACME 2026").left == minutes


def test_of_two_replicas_one_opens_it(desk: CalendarDesk) -> None:
    desk.clock.now = FIRST - timedelta(days=14)

    def replica(_: int) -> int:
        for _try in range(5):
            try:
                return opens(desk)
            except Conflict:
                continue
        return 0

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(replica, range(4))) == 1
    assert len(opened(desk)) == 1


def test_many_at_once_are_opened_some_at_a_time(store: SqlStore) -> None:
    daily = PATCHING.replace("FREQ=MONTHLY;BYDAY=2TU", "FREQ=DAILY").replace('open_ahead = "14d"', 'open_ahead = "30d"')
    desk = calendar_desk(store, daily)
    desk.clock.now = FIRST - timedelta(minutes=1)
    assert [opens(desk), opens(desk), opens(desk)] == [20, 10, 0]


def test_one_that_was_withdrawn_does_not_come_back(desk: CalendarDesk) -> None:
    desk.clock.now = FIRST - timedelta(days=14)
    opens(desk)
    (number,) = opened(desk)
    desk.must(d.WithdrawChange(reason="Nothing to patch this month."), number)
    assert desk.change(number).stage is Stage.WITHDRAWN
    assert opens(desk) == 0


def test_one_that_was_sent_back_and_made_from_its_template_again_is_not_opened_twice(desk: CalendarDesk) -> None:
    desk.clock.now = FIRST - timedelta(days=14)
    opens(desk)
    (number,) = opened(desk)
    desk.must(d.ReworkChange(reason="The plan was edited."), number)
    desk.must(d.UseTemplate(template="monthly patching"), number)
    assert opens(desk) == 0
    desk.must(d.PlanChange(kind=ChangeKind.NORMAL), number)
    assert opens(desk) == 0


def test_one_that_recurs_is_made_from_no_other_template(store: SqlStore) -> None:
    """Or nobody could say any more that this one was opened."""
    once = PATCHING.replace("monthly patching", "replace a disk").partition("time_zone")[0]
    desk = calendar_desk(store, PATCHING + once)
    desk.clock.now = FIRST - timedelta(days=14)
    opens(desk)
    (number,) = opened(desk)
    desk.must(d.ReworkChange(reason="Wrong plan."), number)
    says = desk.refuses(d.UseTemplate(template="replace a disk"), number)
    assert "is one of those that 'monthly patching' plans by itself" in says
    assert opens(desk) == 0
