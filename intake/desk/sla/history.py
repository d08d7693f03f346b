"""What a ticket's events say about its clocks: how it stood from when to when, and when a human's answer had left."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.desk.lifecycle import OPEN
from intake.domain.clock import ClockKind
from intake.domain.event import Event, EventKind
from intake.domain.label import Kind, Priority
from intake.domain.ticket import State, Ticket

E = EventKind
CHANGING = frozenset({"state", "kind", "priority"})  # fields of a ticket that its clocks depend on
TELLING = frozenset(
    {E.ANSWER_LEFT, E.ANSWER_CAME_BACK, E.REPLIED, E.DELIVERY_REPORTED, E.CALL_TAKEN, E.SLA_WARNED, E.SLA_BREACHED}
)
DIRECT, ARRIVED = "direct", "arrived"  # keys of an event's data that make it a human's answer
CLOCK, TARGET = "clock", "target"
UNASKED = "unasked"  # of an opening: nobody asked for it, so nobody waits for an answer

Told = tuple[ClockKind, str]  # of which clock, and the target's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """How the ticket has stood since then, and why."""

    since: datetime
    state: State
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """`until` is empty for what lasts. `counts` says whether working time in it does."""

    since: datetime
    until: datetime | None
    counts: bool
    state: State
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`answered` is when the first answer left that has not come back. The first phase begins when the ticket was opened."""

    kind: Kind
    priority: Priority
    phases: tuple[Phase, ...]
    answered: datetime | None = None
    warned: frozenset[Told] = frozenset()
    breached: frozenset[Told] = frozenset()

    @property
    def state(self) -> State:
        return self.phases[-1].state

    def periods(self, clock: ClockKind) -> Iterator[Period]:
        """In order and without gaps, up to the moment at which the clock stopped for good as far as anybody knows."""
        end = self.answered if clock is ClockKind.RESPONSE else None
        for place, phase in enumerate(self.phases):
            if end is not None and phase.since >= end:
                return
            last = place + 1 == len(self.phases)
            if last and phase.state not in OPEN:
                return
            until = None if last else self.phases[place + 1].since
            if end is not None and (until is None or until > end):
                until = end
            if until is None or until > phase.since:
                counts = counts_in(clock, phase.state)
                yield Period(since=phase.since, until=until, counts=counts, state=phase.state, why=phase.why)

    def stopped(self, clock: ClockKind) -> datetime | None:
        """Since when it stands still. Reopening lets it go on; an answer that came back has never stopped it."""
        over = None if self.state in OPEN else self.phases[-1].since
        if clock is ClockKind.RESPONSE and self.answered is not None:
            return self.answered if over is None else min(self.answered, over)
        return over

    def paused(self, clock: ClockKind) -> bool:
        return self.stopped(clock) is None and not counts_in(clock, self.state)


def counts_in(clock: ClockKind, state: State) -> bool:
    return state in OPEN and (state is not State.ON_HOLD or clock is ClockKind.RESPONSE)


def history_of(ticket: Ticket, events: Iterable[Event]) -> History:
    """Of all events that change one of `CHANGING` or are of a kind in `TELLING`, the oldest first. Of the ticket only what
    never changes is taken, unless its events are of a version that did not write down what they changed."""
    fields = {"kind": "", "priority": "", "state": State.NEW.value}
    phases = [Phase(since=ticket.opened_at, state=State.NEW, why="opened")]
    left: dict[str, datetime] = {}  # when an answer left, by its delivery, or by its event where the desk sent none
    told: dict[EventKind, set[Told]] = {E.SLA_WARNED: set(), E.SLA_BREACHED: set()}
    for event in events:
        for field, _, after in event.changes:
            if field not in CHANGING:
                continue
            if field == "state" and after != fields["state"]:
                since = max(event.at, phases[-1].since)
                phases.append(Phase(since=since, state=State(after), why=_why(event)))
            fields[field] = after
        if event.kind in told:
            told[event.kind].add((ClockKind(event.data[CLOCK]), event.data[TARGET]))
        elif event.kind in TELLING or UNASKED in event.data:
            _answer(event, left)
    if not fields["kind"]:
        fields = {"kind": ticket.kind, "priority": ticket.priority, "state": fields["state"]}
    if ticket.state is not phases[-1].state and not any(phase.why != "opened" for phase in phases):
        phases.append(Phase(since=max(ticket.updated_at, ticket.opened_at), state=ticket.state, why=ticket.state.value))
    return History(
        kind=Kind(fields["kind"]),
        priority=Priority(fields["priority"]),
        phases=tuple(phases),
        answered=max(min(left.values()), ticket.opened_at) if left else None,
        warned=frozenset(told[E.SLA_WARNED]),
        breached=frozenset(told[E.SLA_BREACHED]),
    )


def _answer(event: Event, left: dict[str, datetime]) -> None:
    delivery = event.data.get("delivery", "")
    match event.kind:
        case E.ANSWER_CAME_BACK:
            left.pop(delivery, None)
        case E.ANSWER_LEFT:
            left.setdefault(delivery, event.at)
        case E.OPENED:
            left["nobody asked"] = event.at
        case E.CALL_TAKEN:  # whoever asked talks with somebody
            left[f"event {event.id}"] = event.at
        case E.REPLIED if DIRECT in event.data:
            left[f"event {event.id}"] = event.at
        case E.DELIVERY_REPORTED if ARRIVED in event.data:
            left.setdefault(delivery, event.at)


def _why(event: Event) -> str:
    what = event.kind.value.replace("_", " ")
    return f"{event.reason if event.reason.startswith(what) else f'{what}: {event.reason}'} ({event.actor})"
