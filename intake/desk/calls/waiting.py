"""How long a ladder waits because its ticket's caller is being connected with somebody."""

from datetime import datetime, timedelta

from intake.desk.calls.plan import connecting_takes, people_to_connect
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.domain.event import EventKind
from intake.domain.ticket import Ticket

A_CALL_LASTS = timedelta(hours=1)  # at most, as far as waiting for its end goes: not every end is reported
CALL, LAST = "call", "last"  # keys of the data of a call's events


def being_connected(ticket: Ticket, policy: Policy, books: UnitOfWork, now: datetime, *, but: str = "") -> datetime | None:
    """Until when that may take; None where no caller is on the line, `but` the one of this call, everybody has been rung, or
    nobody can be. What was opened in this very commit, and not by a call, is not asked about."""
    if not ticket.revision:
        return None
    call = books.calls.live(ticket.number, now - A_CALL_LASTS)
    if call is None or call.name == but:
        return None
    tried = books.tickets.events_of(ticket.number, {EventKind.PEOPLE_TRIED}, _LOOK_BACK)
    if any(event.data.get(CALL) == call.name and event.data.get(LAST) for event in tried):
        return None
    plan = people_to_connect(
        policy,
        kind=ticket.kind,
        priority=ticket.priority,
        tier=ticket.tier,
        assignment_group=ticket.assignment_group,
        now=now,
    )
    return now + connecting_takes(plan, policy) if plan else None


_LOOK_BACK = 50  # attempts
