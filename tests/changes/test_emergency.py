"""An emergency is carried out first, for a P1, and approved within a set time; what is not is told of again and again."""

from datetime import timedelta

import pytest

from channels.serve.change_gauges import change_gauges
from intake.desk.watch import Watch
from intake.domain import deed as d
from intake.domain.change import ChangeKind, CloseCode, NotApproved, Side, Stage
from intake.domain.event import EventKind
from intake.domain.label import Level
from intake.domain.notice import NoticeKind
from intake.domain.timer import TimerKind
from storage.watching import look
from tests.changes.change_desk import PLAN, ChangeDesk
from tests.changes.stages import resolved
from tests.desk.at_the_desk import CALM, MONDAY

CIO, PROCESS = d.ApproveChange(side=Side.CIO), d.ApproveChange(side=Side.PROCESS)
SUCCESS = d.CloseChange(close_code=CloseCode.SUCCESSFUL, text="it holds")
BACKED_OUT = d.CloseChange(close_code=CloseCode.BACKED_OUT, text="the old one is back")


def test_the_work_begins_at_once_and_both_sides_are_asked_with_a_deadline(desk: ChangeDesk) -> None:
    ticket = desk.emergency()
    change = desk.change(ticket)
    assert (change.stage, change.author, change.implemented_by) == (Stage.IMPLEMENTING, "Cleo", "Cleo")
    assert change.approve_by == MONDAY + timedelta(hours=24)
    letters = desk.told(NoticeKind.APPROVAL_WANTED, ticket)
    assert {one.address for one in letters} == {"lee@desk.example", "lia@desk.example", "lou@desk.example"}
    assert all(one.notice is not None and one.notice.fields["afterwards"] == "yes" for one in letters)


def test_it_is_approved_while_it_is_carried_out_or_afterwards(desk: ChangeDesk) -> None:
    ticket = desk.emergency()
    desk.must(CIO, ticket, "Lee")
    desk.must(d.CompleteChange(text="replaced"), ticket)
    assert "not approved by Process" in desk.refuses(SUCCESS, ticket)
    desk.must(PROCESS, ticket, "Lou")
    desk.must(SUCCESS, ticket)
    desk.lets_pass(days=3)
    assert not desk.events(ticket, EventKind.APPROVAL_OVERDUE)
    assert desk.decisions_told(ticket) == ["submitted", "done"], "nobody hears of an approval after the work"


@pytest.mark.parametrize("by", ["Cleo", "Cora"])
def test_neither_who_planned_it_nor_who_began_it_approves(desk: ChangeDesk, by: str) -> None:
    ticket = desk.emergency()
    for deed in (CIO, PROCESS):
        assert desk.refuses(deed, ticket, by).startswith("forbidden")


def test_a_lead_who_begins_what_others_asked_for_does_not_approve_it(desk: ChangeDesk) -> None:
    ticket = desk.emergency(begun=False)
    desk.must(d.PlanChange(risk=PLAN.risk, services=PLAN.services, backout_plan=PLAN.backout_plan), ticket, "Cora")
    desk.must(d.RequestApproval(), ticket)
    desk.must(d.ImplementChange(), ticket, "Lee")
    assert "carries it out" in desk.refuses(CIO, ticket, "Lee")
    desk.must(CIO, ticket, "Lia")


def test_without_a_p1_there_is_no_emergency(desk: ChangeDesk) -> None:
    ticket = desk.emergency(begun=False)
    incident = desk.change(ticket).incident
    assert incident is not None
    desk.must(d.Relabel(impact=Level.LOW, urgency=Level.LOW), incident, "root")
    assert "not P1" in desk.refuses(d.ImplementChange(), ticket)
    desk.must(d.Relabel(impact=Level.HIGH, urgency=Level.HIGH), incident, "root")
    desk.must(d.ImplementChange(), ticket)
    desk.must(d.Relabel(impact=Level.LOW, urgency=Level.LOW), incident, "root")
    assert desk.change(ticket).stage is Stage.IMPLEMENTING, "what counts is when the work begins"


def test_what_is_resolved_is_no_emergency_any_more(desk: ChangeDesk) -> None:
    ticket = desk.emergency(begun=False)
    incident = desk.change(ticket).incident
    assert incident is not None
    desk.must(d.Resolve(text="It runs again."), incident, "root")
    resolved(desk, incident)
    assert "Reopen" in desk.refuses(d.ImplementChange(), ticket)
    desk.must(d.Reopen(reason="it broke again"), incident, "root")
    desk.must(d.ImplementChange(), ticket)


def test_without_an_incident_there_is_no_emergency(desk: ChangeDesk) -> None:
    ticket = desk.assessed(d.PlanChange(kind=ChangeKind.EMERGENCY))
    assert "incident" in desk.refuses(d.ImplementChange(), ticket)
    assert "no incident" in desk.refuses(d.PlanChange(incident=desk.opens(CALM)), ticket)


def test_an_emergency_that_is_approved_before_has_no_deadline(desk: ChangeDesk) -> None:
    ticket = desk.emergency(begun=False)
    desk.must(PLAN, ticket, "Cora")
    desk.must(d.RequestApproval(), ticket)
    desk.approve_both(ticket)
    desk.must(d.ImplementChange(), ticket)
    assert desk.change(ticket).approve_by is None


def test_a_deadline_that_passes_is_told_to_the_leads_of_both_sides_and_to_whoever_has_it(desk: ChangeDesk) -> None:
    ticket = desk.emergency()
    desk.must(d.Take(), ticket)
    desk.must(CIO, ticket, "Lee")
    desk.lets_pass(hours=23)
    assert not desk.events(ticket, EventKind.APPROVAL_OVERDUE)
    desk.lets_pass(hours=2)
    (event,) = desk.events(ticket, EventKind.APPROVAL_OVERDUE)
    assert "Process did not" in event.reason
    assert set(desk.told_to(NoticeKind.APPROVAL_OVERDUE, ticket)) == {
        "cio-leads@localhost",
        "process-leads@localhost",
        "lee@desk.example",
        "lia@desk.example",
        "lou@desk.example",
        "cleo@desk.example",
    }
    desk.lets_pass(days=2)
    assert len(desk.events(ticket, EventKind.APPROVAL_OVERDUE)) == 3, "again and again"
    desk.must(PROCESS, ticket, "Lou")
    desk.lets_pass(days=3)
    assert len(desk.events(ticket, EventKind.APPROVAL_OVERDUE)) == 3


def test_the_figures_and_the_alarm_stand_until_both_have_approved(desk: ChangeDesk) -> None:
    ticket = desk.emergency()
    assert unapproved(desk) == ([], 0)
    desk.clock.advance(hours=24)
    assert unapproved(desk) == ([f"approval HD-{ticket}"], 1)
    desk.must(CIO, ticket, "Lee")
    desk.must(PROCESS, ticket, "Lou")
    assert unapproved(desk) == ([], 0)


def unapproved(desk: ChangeDesk) -> tuple[list[str], int]:
    """The names of the alarms, and what the metrics say."""
    now = desk.clock()
    ((name, _, _, ((_, figure),)),) = change_gauges(desk.store, desk.clock)
    assert name == "intake_changes_approval_overdue"
    with desk.store.reading() as connection:
        seen = look(
            connection, now=now, held_since=now - timedelta(hours=1), stuck_since=None, channels=(), told_of_quarantine=""
        )  # fmt: skip
    watch = Watch(policy=desk.policy, since=MONDAY)
    alarms = [alarm.name for alarm in watch.wrong(seen, now) if alarm.name.startswith("approval")]
    assert all(isinstance(one, NotApproved) for one in seen.unapproved)
    assert all(watch.watches(name) for name in alarms)
    return alarms, int(figure)


def test_what_is_rejected_afterwards_is_backed_out_and_closed_as_that(desk: ChangeDesk) -> None:
    ticket = desk.emergency()
    desk.must(CIO, ticket, "Lee")
    assert "backed out" in desk.must(d.RejectChange(reason="it breaks the month end"), ticket, "Lou")
    change = desk.change(ticket)
    assert change.stage is Stage.IMPLEMENTING, "the work is there, whatever was decided"
    told = [one.notice.fields["why"] for one in desk.told(NoticeKind.CHANGE_NEWS, ticket, "cio@localhost") if one.notice]
    assert any(why.startswith("back it out") and "month end" in why for why in told)
    assert "backed out" in desk.refuses(PROCESS, ticket, "Lyn")
    desk.must(d.CompleteChange(text="it is still in"), ticket)
    assert "rejected by Lou" in desk.refuses(SUCCESS, ticket)
    desk.must(BACKED_OUT, ticket)
    change = desk.change(ticket)
    assert (change.stage, change.backed_out, change.close_code) == (Stage.CLOSED, True, CloseCode.BACKED_OUT)


def test_what_was_rejected_and_is_not_backed_out_is_still_told_of(desk: ChangeDesk) -> None:
    ticket = desk.emergency()
    desk.must(d.RejectChange(reason="no"), ticket, "Lou")
    desk.lets_pass(days=1, hours=1)
    (event,) = desk.events(ticket, EventKind.APPROVAL_OVERDUE)
    assert "Lou rejected it, and it is not backed out yet" in event.reason
    assert not desk.events(ticket, EventKind.APPROVAL_REMINDED), "they have decided"
    desk.must(d.CompleteChange(text="the old one is back", backed_out=True), ticket)
    desk.lets_pass(days=3)
    assert len(desk.events(ticket, EventKind.APPROVAL_OVERDUE)) == 1


def test_what_was_backed_out_is_closed_without_approval(desk: ChangeDesk) -> None:
    ticket = desk.emergency()
    desk.must(d.CompleteChange(text="it made things worse", backed_out=True), ticket)
    desk.must(BACKED_OUT, ticket)
    with desk.store.begin() as books:
        assert not any(books.timers.cancel(ticket, kind) for kind in (TimerKind.APPROVAL_DUE, TimerKind.APPROVAL_REMINDER))
