"""The outbox by hand: an administrator has a delivery tried again, lets out what the gate held, or gives it up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from intake.desk.ports import UnitOfWork
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.errors import NotFound, PolicyViolation
from intake.domain.event import Event, EventKind

S = DeliveryState
IN_HAND = frozenset({S.QUEUED, S.NO_RELAY, S.HELD, S.FAILED})
WHY_NOT = {
    S.SENDING: "is being sent right now: look again in a minute",
    S.SENT: "was sent already",
    S.DELIVERED: "has arrived already",
    S.CANCELED: "was canceled already",
}


def retry(id: int, books: UnitOfWork, actor: str, now: datetime) -> Delivery:
    """Due now, whatever the outbound gate held back and however old it is. Raises NotFound, PolicyViolation."""
    before = _in_hand(id, books)
    if before.coalesce and before.state is not S.QUEUED and books.outbox.is_queued(before.coalesce):
        raise PolicyViolation(f"Delivery {id} need not be tried again: a newer one that tells the same is queued")
    if before.state is S.HELD:
        return _let_out([before], books, actor, now)[0]
    after = replace(before, state=S.QUEUED, due_at=now, created_at=now, error="")
    books.outbox.save(after)
    _write_down(before, EventKind.DELIVERY_RETRIED, f"put back in the outbox by hand ({_before(before)})", books, actor, now)
    return after


def release(ids: Sequence[int], books: UnitOfWork, actor: str, now: datetime) -> Sequence[Delivery]:
    """Of these, what the outbound gate still holds: due now, behind what is fresh, and not counted by the gate again."""
    found = [delivery for id in ids if (delivery := books.outbox.get(id)) is not None]  # noqa: A001 - the outbox's own word
    return _let_out([delivery for delivery in found if delivery.state is S.HELD], books, actor, now)


def give_up(id: int, why: str, books: UnitOfWork, actor: str, now: datetime) -> Delivery:
    """It will never be sent. Raises NotFound, PolicyViolation."""
    before = _in_hand(id, books)
    after = replace(before, state=S.CANCELED, error=f"given up by hand: {why}" if why else "given up by hand")
    books.outbox.save(after)
    what = f"given up by hand{f', {why}' if why else ''} ({_before(before)})"
    _write_down(before, EventKind.DELIVERY_GIVEN_UP, what, books, actor, now)
    return after


def _let_out(held: Sequence[Delivery], books: UnitOfWork, actor: str, now: datetime) -> Sequence[Delivery]:
    if held:
        books.outbox.let_out([delivery.id for delivery in held], now)
    for before in held:
        _write_down(before, EventKind.DELIVERY_RETRIED, f"released by hand ({_before(before)})", books, actor, now)
    return [replace(before, state=S.QUEUED, due_at=now, created_at=now, error="") for before in held]


def _in_hand(id: int, books: UnitOfWork) -> Delivery:
    delivery = books.outbox.get(id)
    if delivery is None:
        raise NotFound(f"There is no delivery {id}: `intake outbox` lists them")
    if delivery.state not in IN_HAND:
        raise PolicyViolation(f"Delivery {id} {WHY_NOT[delivery.state]}")
    return delivery


def _before(delivery: Delivery) -> str:
    tries = f", tried {delivery.attempts} times" if delivery.attempts > 1 else ", tried once" if delivery.attempts else ""
    return f"before: {delivery.state.value}{tries}{f': {delivery.error}' if delivery.error else ''}"


def _write_down(delivery: Delivery, kind: EventKind, what: str, books: UnitOfWork, actor: str, now: datetime) -> None:
    reason = f"{what_of(delivery)} to {delivery.address}: {what}"
    books.tickets.add_event(
        Event(ticket=delivery.ticket, kind=kind, at=now, actor=actor, reason=reason, data={"delivery": str(delivery.id)})
    )


def what_of(delivery: Delivery) -> str:
    """What would be handed over, in a word."""
    if delivery.notice is not None:
        return delivery.notice.kind.value
    return "reply" if delivery.reply is not None else "refresh"
