"""The outbox by hand: an administrator has a delivery tried again, or gives it up."""

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
    after = replace(before, state=S.QUEUED, due_at=now, created_at=now, error="")
    what = f"put back in the outbox by hand (before: {_how_far(before)})"
    return _write_down(after, EventKind.DELIVERY_RETRIED, what, books, actor, now)


def give_up(id: int, why: str, books: UnitOfWork, actor: str, now: datetime) -> Delivery:
    """It will never be sent. Raises NotFound, PolicyViolation."""
    before = _in_hand(id, books)
    after = replace(before, state=S.CANCELED, error=f"given up by hand: {why}" if why else "given up by hand")
    what = f"given up by hand{f', {why}' if why else ''} (before: {_how_far(before)})"
    return _write_down(after, EventKind.DELIVERY_GIVEN_UP, what, books, actor, now)


def _in_hand(id: int, books: UnitOfWork) -> Delivery:
    delivery = books.outbox.get(id)
    if delivery is None:
        raise NotFound(f"There is no delivery {id}: `intake outbox` lists them")
    if delivery.state not in IN_HAND:
        raise PolicyViolation(f"Delivery {id} {WHY_NOT[delivery.state]}")
    return delivery


def _how_far(delivery: Delivery) -> str:
    tries = f", tried {delivery.attempts} times" if delivery.attempts > 1 else ", tried once" if delivery.attempts else ""
    return f"{delivery.state.value}{tries}{f': {delivery.error}' if delivery.error else ''}"


def _write_down(delivery: Delivery, kind: EventKind, what: str, books: UnitOfWork, actor: str, now: datetime) -> Delivery:
    books.outbox.save(delivery)
    reason = f"{what_of(delivery)} to {delivery.address}: {what}"
    books.tickets.add_event(
        Event(ticket=delivery.ticket, kind=kind, at=now, actor=actor, reason=reason, data={"delivery": str(delivery.id)})
    )
    return delivery


def what_of(delivery: Delivery) -> str:
    """What would be handed over, in a word."""
    if delivery.notice is not None:
        return delivery.notice.kind.value
    return "reply" if delivery.reply is not None else "refresh"
