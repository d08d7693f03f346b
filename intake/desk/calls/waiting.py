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
    since = now - A_CALL_LASTS
    if not ticket.revision or books.calls.live(ticket.number, since) is None:
        return None
    calls = [call for call in books.calls.of(ticket.number) if call.ended_at is None and call.began_at >= since]
    waiting = {call.name for call in calls if not call.connected_to and call.name != but}
    tried = books.tickets.events_of(ticket.number, {EventKind.PEOPLE_TRIED}, _LOOK_BACK)
    if not waiting - {event.data.get(CALL) for event in tried if event.data.get(LAST)}:
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


def somebody_talks(ticket: Ticket, books: UnitOfWork, now: datetime) -> bool:
    """With one of its callers, at this moment."""
    calls = books.calls.of(ticket.number) if ticket.revision else ()
    return any(call.connected_to and call.ended_at is None and call.began_at >= now - A_CALL_LASTS for call in calls)


_LOOK_BACK = 50  # attempts
