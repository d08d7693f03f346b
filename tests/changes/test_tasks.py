"""The check-list of a change."""

import pytest

from intake.desk.policy_file.change_template import MOST_TASKS
from intake.domain import deed as d
from intake.domain.change import Stage
from intake.domain.event import EventKind
from storage.store import SqlStore
from tests.changes.calendar_desk import CalendarDesk, at, calendar_desk
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]


@pytest.fixture
def desk(store: SqlStore) -> CalendarDesk:
    return calendar_desk(store)


def begun(desk: CalendarDesk) -> int:
    ticket = desk.approved()
    desk.must(d.AddTask(title="Snapshots", assigned_to="Cleo"), ticket)
    desk.must(d.AddTask(title="Patch"), ticket)
    desk.schedule(ticket, at("2026-11-23T08:00"), at("2026-11-23T12:00"))
    desk.must(d.ImplementChange(), ticket)
    return ticket


def test_the_work_is_not_over_before_every_task_is_done_or_dropped(desk: CalendarDesk) -> None:
    ticket = begun(desk)
    done = d.CompleteChange(text="All done.")
    assert "1 (Snapshots), 2 (Patch)" in desk.refuses(done, ticket)
    desk.must(d.FinishTask(task=1), ticket)
    assert "2 (Patch)" in desk.refuses(done, ticket)
    desk.must(d.DropTask(task=2, reason="No patches this month."), ticket)
    desk.must(done, ticket)
    assert desk.change(ticket).stage is Stage.REVIEW


def test_the_timeline_says_who_ticked_what_off(desk: CalendarDesk) -> None:
    ticket = begun(desk)
    desk.must(d.FinishTask(task=1), ticket)
    (event,) = desk.events(ticket, EventKind.TASK_DONE)
    assert (event.actor, event.reason) == ("Cleo", "task 1 is done: Snapshots")


def test_a_task_is_done_once_and_dropped_once(desk: CalendarDesk) -> None:
    ticket = begun(desk)
    desk.must(d.FinishTask(task=1), ticket)
    assert "already, by Cleo" in desk.must(d.FinishTask(task=1), ticket, "Lea")
    assert "is done, by Cleo" in desk.refuses(d.DropTask(task=1, reason="Not needed."), ticket)
    desk.must(d.DropTask(task=2, reason="Not needed."), ticket)
    assert "was dropped: Not needed." in desk.refuses(d.FinishTask(task=2), ticket)


def test_a_number_is_never_given_again(desk: CalendarDesk) -> None:
    ticket = desk.approved()
    desk.must(d.AddTask(title="One"), ticket)
    desk.must(d.AddTask(title="Two"), ticket)
    desk.must(d.DropTask(task=2, reason="Not needed."), ticket)
    assert "task 3: Three" in desk.must(d.AddTask(title="Three"), ticket)


def test_what_there_is_none_of_is_named(desk: CalendarDesk) -> None:
    ticket = desk.approved()
    assert "has no task 7" in desk.refuses(d.FinishTask(task=7), ticket)
    assert "is nobody in the directory" in desk.refuses(d.AddTask(title="One", assigned_to="Nobody"), ticket)


def test_a_check_list_has_its_bounds(desk: CalendarDesk) -> None:
    ticket = desk.approved()
    for number in range(MOST_TASKS):
        desk.must(d.AddTask(title=f"Step {number}"), ticket)
    assert "no more can be" in desk.refuses(d.AddTask(title="One more"), ticket)
