"""A ticket whose change is in a stage, and labels for it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from intake.domain import deed as d
from intake.domain.change import ChangeKind, CloseCode, Stage
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.ticket import State
from tests.changes.change_desk import PLAN, ChangeDesk
from tests.desk.at_the_desk import BURNING

# As bad as any, but nobody is woken for it.
BROKEN = replace(BURNING, impact=Level.MEDIUM, urgency=Level.MEDIUM)
UNSORTED = Label(kind=Kind.NONE, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=0.0, version="test")
PATCHING = replace(BROKEN, kind=Kind.SERVICE_REQUEST, category=Category.COLLATERAL)


def _rejected(desk: ChangeDesk, plan: d.PlanChange) -> int:
    ticket = desk.asked(plan)
    desk.must(d.RejectChange(reason="not this year"), ticket, "Lee")
    return ticket


def _withdrawn(desk: ChangeDesk, plan: d.PlanChange) -> int:
    ticket = desk.assessed(plan)
    desk.must(d.WithdrawChange(reason="nobody needs it"), ticket)
    return ticket


def _review(desk: ChangeDesk, plan: d.PlanChange) -> int:
    ticket = desk.implementing(plan)
    desk.must(d.CompleteChange(text="went as planned"), ticket)
    return ticket


def _closed(desk: ChangeDesk, plan: d.PlanChange) -> int:
    ticket = _review(desk, plan)
    desk.must(d.CloseChange(close_code=CloseCode.SUCCESSFUL, text="The report is wider."), ticket)
    return ticket


def _draft(desk: ChangeDesk, plan: d.PlanChange) -> int:
    ticket = desk.opens()
    desk.must(plan, ticket, "Cora")
    return ticket


_WAYS: Mapping[Stage, Callable[[ChangeDesk, d.PlanChange], int]] = {
    Stage.DRAFT: _draft,
    Stage.ASSESSMENT: lambda desk, plan: desk.assessed(plan),
    Stage.APPROVAL: lambda desk, plan: desk.asked(plan),
    Stage.SCHEDULED: lambda desk, plan: desk.scheduled(plan),
    Stage.IMPLEMENTING: lambda desk, plan: desk.implementing(plan),
    Stage.REVIEW: _review,
    Stage.CLOSED: _closed,
    Stage.REJECTED: _rejected,
    Stage.WITHDRAWN: _withdrawn,
}


def in_stage(desk: ChangeDesk, stage: Stage, plan: d.PlanChange = PLAN) -> int:
    """A ticket whose change got there as people bring it there."""
    ticket = _WAYS[stage](desk, plan)
    assert desk.change(ticket).stage is stage
    return ticket


def fix_in_stage(desk: ChangeDesk, stage: Stage, incident: int) -> int:
    """A defect fix of this incident."""
    ticket = in_stage(desk, stage, replace(PLAN, incident=incident, kind=ChangeKind.NORMAL))
    desk.must(d.Relabel(category=Category.DEFECT_FIX), ticket)
    return ticket


def resolved(desk: ChangeDesk, ticket: int) -> None:
    """Its final response leaves, and arrives."""
    desk.sends()
    desk.lets_pass(hours=80)
    assert desk.ticket(ticket).state is State.RESOLVED
