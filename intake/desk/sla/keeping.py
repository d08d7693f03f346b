"""Keeping a ticket's clocks beside it: they are written in the transaction that changes what they follow from."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from intake.desk.ports import UnitOfWork
from intake.desk.ports_of_clocks import KeptPolicy
from intake.desk.sla.clocks import keep, keep_new, read_clock
from intake.desk.sla.history import CHANGING, CLOCK, DIRECT, TARGET, TELLING, History, history_of
from intake.desk.sla.targets import SlaPolicy, of_text
from intake.domain.clock import ClockKind, KeptClocks
from intake.domain.delivery import DeliveryState
from intake.domain.event import Change, Event, EventKind
from intake.domain.ticket import Ticket
from intake.domain.timer import Timer, TimerKind

_GONE = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED})
_MOST = 1_000  # answers of one ticket that are looked at


def concerns_clocks(kind: EventKind, changes: Iterable[Change]) -> bool:
    return kind in TELLING or any(change.field in CHANGING for change in changes)


def begin(ticket: Ticket, books: UnitOfWork) -> None:
    """Of a ticket that has just been opened."""
    if (known := books.clocks.policy(ticket.policy)) is None:
        return
    clocks = keep_new(ticket, known.version, of_text(known.text))
    books.clocks.add(clocks)
    _set_timer(clocks, books)


def follow(ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
    """After something that its clocks follow from. A ticket that had none kept is from before clocks were: what ran out since
    then is written down and has no consequences."""
    if (known := books.clocks.policy(ticket.policy)) is None:
        return
    before = books.clocks.of(ticket.number)
    if before is None:
        _write_down_answers(ticket, books)
    history = history_now(ticket, books)
    if before is None:
        history = _let_pass(ticket, history, known, books, now)
    clocks = keep(ticket.number, known.version, history, of_text(known.text))
    if before is None:
        books.clocks.add(clocks)
    elif clocks != before:
        books.clocks.save(clocks)
    timer = before.timer if before is not None else None
    if clocks.timer != timer:
        if timer is not None:
            books.timers.cancel(ticket.number, TimerKind.CLOCK)
        _set_timer(clocks, books)


def forget_timer(ticket: int, books: UnitOfWork) -> None:
    """It has fired: `follow` sets the next one, or the same again where it was too early."""
    if (kept := books.clocks.of(ticket)) is not None:
        books.clocks.save(replace(kept, timer=None))


def worked_out_again(ticket: Ticket, books: UnitOfWork) -> KeptClocks | None:
    """From the ticket's events alone; equal to what is kept, always."""
    if (known := books.clocks.policy(ticket.policy)) is None:
        return None
    return keep(ticket.number, known.version, history_now(ticket, books), of_text(known.text))


def history_now(ticket: Ticket, books: UnitOfWork) -> History:
    return history_of(ticket, books.clocks.events(ticket.number))


def _write_down_answers(ticket: Ticket, books: UnitOfWork) -> None:
    """What a human had answered before clocks were kept stands in the outbox alone, or went to whoever asked directly."""
    known = {event.data.get("delivery") for event in books.tickets.events_of(ticket.number, {EventKind.ANSWER_LEFT}, _MOST)}
    for said in books.tickets.events_of(ticket.number, {EventKind.REPLIED, EventKind.FINAL_RESPONSE}, _MOST):
        message = said.data.get("message", "")
        if not message.isdecimal() or DIRECT in said.data:
            continue
        sent = [one for one in books.outbox.of_reply(int(message)) if one.ticket == ticket.number and not one.copy]
        left = {str(one.id): one.sent_at for one in sent if one.state in _GONE and one.sent_at is not None}
        if not sent and said.kind is EventKind.REPLIED:
            left[f"event {said.id}"] = said.at
        for delivery, at in left.items():
            if delivery not in known:
                why, data = "answered, before clocks were kept", {"delivery": delivery}
                event = Event(ticket=ticket.number, kind=EventKind.ANSWER_LEFT, at=at, reason=why, data=data)
                books.tickets.add_event(event)


def _let_pass(ticket: Ticket, history: History, known: KeptPolicy, books: UnitOfWork, now: datetime) -> History:
    policy: SlaPolicy = of_text(known.text)
    for clock in ClockKind:
        reading = read_clock(history, policy, clock, now)
        if reading is None or reading.breached_at is None:
            continue
        told = (clock, reading.target.name)
        books.tickets.add_event(
            Event(
                ticket=ticket.number,
                kind=EventKind.SLA_BREACHED,
                at=max(now, ticket.updated_at),
                reason=f"{clock.value} overdue since {reading.breached_at:%Y-%m-%d %H:%M} UTC, before clocks were kept:"
                " nobody is told, nothing escalates",
                data={CLOCK: clock.value, TARGET: reading.target.name},
            )
        )
        history = replace(history, breached=history.breached | {told})
    return history


def _set_timer(clocks: KeptClocks, books: UnitOfWork) -> None:
    if clocks.timer is not None:
        books.timers.add(Timer(id=books.next_id(), ticket=clocks.ticket, kind=TimerKind.CLOCK, due_at=clocks.timer))
