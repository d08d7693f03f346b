"""The window of a change: whose time it is in, what else happens then, and what forbids it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.changes.local_window import in_words, window_meant
from intake.domain import deed as d
from intake.domain.change import ChangeKind, Risk, Stage, Window
from intake.domain.errors import PolicyViolation
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from storage.store import SqlStore
from tests.changes.calendar_desk import ERP_FREEZE, FREEZE, at, calendar_desk, local
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NOW = at("2026-11-23T09:00")


def meant(starts: str, ends: str, time_zone: str = "Europe/Berlin") -> Window:
    return window_meant(local(starts), local(ends), time_zone, NEW_YORK, NOW).window


def test_a_local_time_is_in_its_own_zone() -> None:
    window = meant("2026-12-08T22:00", "2026-12-09T02:00")
    assert (window.starts, window.ends) == (at("2026-12-08T21:00"), at("2026-12-09T01:00"))


def test_a_local_time_without_a_zone_is_in_the_desks() -> None:
    window = meant("2026-12-08T22:00", "2026-12-09T02:00", "")
    assert (window.starts, window.time_zone) == (at("2026-12-09T03:00"), "America/New_York")


def test_a_time_with_an_offset_is_what_it_says() -> None:
    window = meant("2026-12-08T22:00+05:30", "2026-12-08T23:00+05:30")
    assert window.starts == at("2026-12-08T16:30")


def test_a_night_on_which_the_clocks_go_forward_is_an_hour_shorter() -> None:
    window = meant("2027-03-28T01:00", "2027-03-28T04:00")
    assert (window.ends - window.starts).total_seconds() == 2 * 3600


@pytest.mark.parametrize(
    ("starts", "zone", "says"),
    [
        (
            "2027-03-28T02:30",
            "Europe/Berlin",
            "there is no 02:30 on 2027-03-28 in Europe/Berlin: the clocks go from 02:00 to 03:00",
        ),
        ("2027-03-14T02:30", "America/New_York", "there is no 02:30 on 2027-03-14 in America/New_York"),
    ],
)
def test_a_time_that_does_not_exist_that_night_is_refused_and_says_why(starts: str, zone: str, says: str) -> None:
    with pytest.raises(PolicyViolation, match=says):
        meant(starts, f"{starts[:10]}T06:00", zone)


def test_a_time_that_comes_twice_is_the_first_of_the_two_and_says_so() -> None:
    given_window = window_meant(local("2027-10-31T02:30"), local("2027-10-31T05:00"), "Europe/Berlin", NEW_YORK, NOW)
    assert given_window.window.starts == at("2027-10-31T00:30")
    (remark,) = given_window.remarks
    assert "02:30 comes twice" in remark
    assert "2027-10-31T02:30+01:00" in remark, "how to write the second"


@pytest.mark.parametrize(
    ("starts", "ends", "zone", "says"),
    [
        ("2026-12-08T22:00", "2026-12-08T21:00", "UTC", "ends before it begins"),
        ("2026-12-08T22:00:00", "2026-12-08T22:00:59", "UTC", "at least a minute"),
        ("2026-12-01T22:00", "2026-12-15T22:01", "UTC", "at most 14 days"),
        ("2026-11-22T22:00", "2026-11-23T09:00", "UTC", "must end in the future"),
        ("2026-12-08T22:00", "2026-12-08T23:00", "Mars/Olympus", "is not a time zone"),
        ("9999-12-31T23:00", "9999-12-31T23:59", "America/New_York", "beyond all calendars"),
        ("9999-12-31T20:00+00:00", "9999-12-31T23:00+00:00", "Pacific/Kiritimati", "beyond all calendars"),
    ],
)
def test_a_window_that_nobody_can_mean_is_refused(starts: str, ends: str, zone: str, says: str) -> None:
    with pytest.raises(PolicyViolation, match=says):
        meant(starts, ends, zone)


@given(st.datetimes(), st.datetimes(), st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Apia", "x", ""]))
def test_any_two_times_are_a_window_or_are_refused(starts: datetime, ends: datetime, zone: str) -> None:
    try:
        window = window_meant(starts, ends, zone, BERLIN, NOW).window
    except PolicyViolation:
        return
    assert window.starts < window.ends
    assert window.starts.tzinfo is UTC


def test_a_window_in_words_names_its_day_and_zone() -> None:
    assert in_words(meant("2026-12-08T22:00", "2026-12-09T02:00")) == "2026-12-08 22:00 to 2026-12-09 02:00 CET (Europe/Berlin)"
    assert in_words(meant("2026-12-08T20:00", "2026-12-08T22:00", "UTC")) == "2026-12-08 20:00 to 22:00 UTC"


def test_an_approved_change_gets_its_window_and_whoever_asked_hears_it(store: SqlStore) -> None:
    desk = calendar_desk(store)
    ticket = desk.approved()
    said = desk.schedule(ticket, local("2026-12-08T22:00"), local("2026-12-09T02:00"), time_zone="Europe/Berlin")
    change = desk.change(ticket)
    assert change.stage is Stage.SCHEDULED
    assert change.window == meant("2026-12-08T22:00", "2026-12-09T02:00")
    assert "22:00 to 2026-12-09 02:00 CET" in said
    told = [one.notice.fields for one in desk.told(NoticeKind.CHANGE_DECIDED, "ann@customer.example") if one.notice]
    assert [fields["decision"] for fields in told][-1] == "scheduled"
    assert told[-1]["starts"].startswith("2026-12-08T21:00")


def test_a_window_that_moves_is_told_once_and_counted(store: SqlStore) -> None:
    desk = calendar_desk(store)
    ticket = desk.approved()
    desk.schedule(ticket, at("2026-12-08T22:00"), at("2026-12-09T02:00"))
    desk.schedule(ticket, at("2026-12-09T22:00"), at("2026-12-10T02:00"))
    said = desk.schedule(ticket, at("2026-12-09T22:00"), at("2026-12-10T02:00"))
    assert "already" in said
    assert desk.change(ticket).moved == 2
    decisions = [one.notice.fields["decision"] for one in desk.told(NoticeKind.CHANGE_DECIDED) if one.notice]
    assert decisions[-2:] == ["scheduled", "rescheduled"]


def test_what_is_not_approved_gets_no_window(store: SqlStore) -> None:
    desk = calendar_desk(store)
    ticket = desk.opens()
    plan = d.PlanChange(risk=Risk.LOW, services=("Reports",), backout_plan="Put it back.")
    for deed in (plan, d.SubmitChange(), d.RequestApproval()):
        desk.must(deed, ticket)
    desk.must(d.ApproveChange(), ticket, "Lea")
    schedule = d.ScheduleChange(starts=at("2026-12-08T22:00"), ends=at("2026-12-09T02:00"))
    assert "not approved yet: Process" in desk.refuses(schedule, ticket)


def test_other_changes_at_that_time_are_shown_those_of_the_same_service_first(store: SqlStore) -> None:
    desk = calendar_desk(store)
    window = at("2026-12-08T22:00"), at("2026-12-09T02:00")
    reports, erp, later = desk.approved("Reports"), desk.approved("SAP"), desk.approved("ERP")
    desk.schedule(reports, *window)
    desk.schedule(erp, *window)
    desk.schedule(later, at("2026-12-09T02:00"), at("2026-12-09T03:00"))
    mine = desk.approved("ERP", "Web")
    said = desk.schedule(mine, *window)
    assert f"at the same time: HD-{erp} (ERP as well), HD-{reports}" in said
    assert f"HD-{later}" not in said, "one that begins when the other ends does not overlap"


def test_a_freeze_forbids_a_window_until_somebody_says_why(store: SqlStore) -> None:
    desk = calendar_desk(store, FREEZE)
    ticket = desk.approved()
    window = at("2026-12-18T16:00"), at("2026-12-18T17:30")
    refused = desk.refuses(d.ScheduleChange(starts=window[0], ends=window[1]), ticket)
    assert "freeze 'year end'" in refused
    assert desk.change(ticket).stage is Stage.APPROVAL
    desk.schedule(ticket, *window, despite="The auditors want it this year.")
    assert desk.change(ticket).despite == "The auditors want it this year."
    assert "auditors" in desk.events(ticket, EventKind.CHANGE_SCHEDULED)[-1].reason
    desk.schedule(ticket, at("2026-12-10T16:00"), at("2026-12-10T17:00"), despite="not needed here")
    assert desk.change(ticket).despite == "", "outside the freeze there is nothing to excuse"


def test_a_freeze_of_a_service_forbids_what_touches_it_by_any_of_its_names(store: SqlStore) -> None:
    desk = calendar_desk(store, ERP_FREEZE)
    window = d.ScheduleChange(starts=at("2026-12-20T16:00"), ends=at("2026-12-20T17:00"))
    assert "freeze 'quarter' of ERP" in desk.refuses(window, desk.approved("SAP"))
    desk.must(window, desk.approved("Printers"))


def test_a_window_that_ends_when_the_freeze_begins_is_free(store: SqlStore) -> None:
    desk = calendar_desk(store, FREEZE)
    desk.schedule(desk.approved(), at("2026-12-18T16:00"), at("2026-12-18T17:00"))


def test_a_standard_change_is_scheduled_without_approval(store: SqlStore) -> None:
    desk = calendar_desk(store, TEMPLATE)
    ticket = desk.opens()
    desk.must(d.UseTemplate(template="patching"), ticket)
    change = desk.change(ticket)
    assert (change.kind, change.stage, change.template) == (ChangeKind.STANDARD, Stage.ASSESSMENT, "patching")
    with store.begin() as books:
        assert [task.title for task in books.changes.tasks(ticket)] == ["Snapshots", "Patch"]
    desk.must(d.UseTemplate(template="patching"), ticket)
    with store.begin() as books:
        assert len(books.changes.tasks(ticket)) == 2, "its tasks are not there twice"
    desk.schedule(ticket, at("2026-12-08T22:00"), at("2026-12-09T02:00"))
    assert desk.change(ticket).stage is Stage.SCHEDULED


def test_an_unknown_template_names_those_that_there_are(store: SqlStore) -> None:
    desk = calendar_desk(store, TEMPLATE)
    assert "patching" in desk.refuses(d.UseTemplate(template="pathcing"), desk.opens())


TEMPLATE = """
[[change_template]]
name = "patching"
title = "Patching"
team = "cio"
risk = "low"
services = ["Windows servers"]
backout_plan = "Take the snapshot back."
tasks = ["Snapshots", "Patch"]
"""
