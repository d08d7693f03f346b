"""Which state may follow which, and what makes a ticket open."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from intake.desk.policy import Policy
from intake.domain.errors import IllegalTransition
from intake.domain.ticket import State, Ticket, spoken

S = State
TRANSITIONS: Mapping[State, frozenset[State]] = {
    S.NEW:         frozenset({S.IN_PROGRESS, S.ON_HOLD, S.RESOLVED, S.CANCELED}),
    S.IN_PROGRESS: frozenset({S.NEW, S.ON_HOLD, S.RESOLVED, S.CANCELED}),
    S.ON_HOLD:     frozenset({S.NEW, S.IN_PROGRESS, S.RESOLVED, S.CANCELED}),
    S.RESOLVED:    frozenset({S.IN_PROGRESS, S.CLOSED}),
    S.CLOSED:      frozenset({S.IN_PROGRESS}),
    S.CANCELED:    frozenset({S.IN_PROGRESS}),
}  # fmt: skip
OPEN = frozenset({S.NEW, S.IN_PROGRESS, S.ON_HOLD})


def move(ticket: Ticket, to: State) -> Ticket:
    """Whoever leaves a hold leaves its reason behind; a ticket that is worked on again is not resolved."""
    if to not in TRANSITIONS[ticket.state]:
        raise IllegalTransition(f"{spoken(ticket.number)} is {ticket.state.value}: it cannot become {to.value}")
    moved = replace(ticket, state=to)
    if ticket.state is S.ON_HOLD:
        moved = replace(moved, on_hold_reason="", on_hold_until=None)
    if ticket.state not in OPEN and to in OPEN:
        moved = replace(moved, final_response=None, resolved_at=None, closed_at=None)
    return moved


def demand_open(ticket: Ticket, what: str) -> None:
    """Raises IllegalTransition that says what to do first."""
    if ticket.merged_into is not None:
        raise IllegalTransition(
            f"{spoken(ticket.number)} was merged into {spoken(ticket.merged_into)}: {what} there, or undo the merge first"
        )
    if ticket.state not in OPEN:
        raise IllegalTransition(f"{spoken(ticket.number)} is {ticket.state.value}: reopen it first, to {what} it")


def may_reopen(ticket: Ticket, policy: Policy, now: datetime) -> bool:
    """Is it over for no longer than the reopen window?"""
    ended = ticket.resolved_at or ticket.closed_at or ticket.updated_at
    return now - ended <= policy.final.reopen_window
