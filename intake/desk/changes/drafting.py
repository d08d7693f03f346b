"""A ticket gets a change: a draft, of which nothing is known yet but what the requester wrote; or its draft again."""

from dataclasses import replace

from intake.desk.case import Case
from intake.desk.changes.in_the_way import waits
from intake.desk.lifecycle import demand_open
from intake.domain.change import Change, ChangeKind, Stage
from intake.domain.errors import PolicyViolation
from intake.domain.event import EventKind
from intake.domain.ticket import spoken


def draft(case: Case, why: str) -> Change:
    """Of a ticket that carries none. Raises IllegalTransition where it is over, PolicyViolation where it is answered: what is
    on its way would resolve it in the middle of the work."""
    demand_open(case.ticket, "plan a change on")
    if case.ticket.final_response is not None:
        raise PolicyViolation(f"The final response of {spoken(case.ticket.number)} is on its way: reopen it then, and plan")
    change = Change(ticket=case.ticket.number, kind=ChangeKind.NORMAL, stage=Stage.DRAFT, since=case.now)
    case.books.changes.add(change)
    case.note(EventKind.CHANGE_DRAFTED, why, {"stage": change.stage.value})
    return change


def drafted(case: Case, why: str) -> Change:
    """What must have a change from now on. Where the ticket is over already there is nothing to plan until it is reopened."""
    if waits(case.ticket):
        return draft(case, why)
    why = f"{why}; it had been answered before" if case.ticket.final_response is not None else f"{why}; it was over before"
    change = Change(
        ticket=case.ticket.number,
        kind=ChangeKind.NORMAL,
        stage=Stage.WITHDRAWN,
        since=case.now,
        ended_at=case.now,
        ended_because=why,
    )
    case.books.changes.add(change)
    case.note(EventKind.CHANGE_WITHDRAWN, f"nothing to plan: {why}", {"stage": change.stage.value})
    return change


def drafted_again(change: Change, case: Case) -> Change:
    """Its next round: what was planned stays, what was decided, reserved and scheduled does not. It is no standard change any
    more: that is what its template says, which it may be made from again."""
    again = replace(
        change,
        kind=ChangeKind.NORMAL if change.kind is ChangeKind.STANDARD else change.kind,
        stage=Stage.DRAFT,
        since=case.now,
        author="",
        agreement="",
        estimate=0,
        asked_at=None,
        cio_approved_by="",
        process_approved_by="",
        approve_by=None,
        window=None,
        despite="",
        implemented_by="",
        started_at=None,
        finished_at=None,
        outcome="",
        backed_out=False,
        close_code=None,
        ended_at=None,
        ended_because="",
    )
    case.books.changes.save(again)
    why = f"a draft again, its next round: it was {change.stage.value}"
    case.note(EventKind.CHANGE_DRAFTED, why, {"stage": again.stage.value})
    return again
