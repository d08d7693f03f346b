"""Which state may follow which."""

from collections.abc import Mapping
from dataclasses import replace

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
    if to not in TRANSITIONS[ticket.state]:
        raise IllegalTransition(f"{spoken(ticket.number)} is {ticket.state.value}: it cannot become {to.value}")
    return replace(ticket, state=to)
