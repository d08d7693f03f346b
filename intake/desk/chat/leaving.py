"""May something leave for a chat now? Asked when it is claimed: cards move, and who was staff need not be any more."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake.desk.chat.internal_place import MIRROR, mirror_of, why_not_there
from intake.desk.chat.progress import is_news
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.domain.channel import Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import Event, EventKind
from intake.domain.notice import NoticeKind

ITS_TURN = timedelta(seconds=1)  # what shows the same is on its way: two cards would be posted
ITS_CARD = timedelta(seconds=3)  # it is told under a card that is not posted yet
NO_CARD = timedelta(hours=1)  # and never was


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    policy: Policy

    def may_leave(self, delivery: Delivery, books: UnitOfWork, now: datetime) -> bool:
        """Of a delivery that has been claimed. What may not is written down: it waits, is no longer true, or must not."""
        if delivery.channel is not Channel.SLACK:
            return True
        if why := why_not_there(delivery, self.policy, books):
            self._refuse(delivery, why, books, now)
            return False
        if delivery.mirror is not None:
            return self._card(delivery, books, now)
        if delivery.notice is not None and MIRROR in delivery.notice.fields:
            return self._under_card(delivery, books, now)
        if delivery.notice is not None and delivery.notice.kind is NoticeKind.PROGRESS:
            ticket = books.tickets.many([delivery.ticket]).get(delivery.ticket)
            if ticket is None or not is_news(ticket):
                _cancel(delivery, "the ticket has gone on: they hear of that otherwise", books)
                return False
        return True

    def _card(self, delivery: Delivery, books: UnitOfWork, now: datetime) -> bool:
        mirror = books.mirrors.get(delivery.mirror) if delivery.mirror is not None else None
        if books.outbox.is_sending(delivery, now):
            _wait(delivery, ITS_TURN, "an earlier one is on its way", books, now)
            return False
        if mirror is None or (mirror.over and not mirror.ref):
            _cancel(delivery, "the ticket moved on before it was shown there", books)
            return False
        return True

    def _under_card(self, delivery: Delivery, books: UnitOfWork, now: datetime) -> bool:
        mirror = mirror_of(delivery.notice, books)
        if mirror is not None and mirror.ref:
            return True
        if mirror is None or mirror.over or now - delivery.created_at > NO_CARD:
            _cancel(delivery, "there is no card under which it could be told", books)
        else:
            # Where the channel takes no cards for hours, what waits for them is not looked at every few seconds.
            pause = max(ITS_CARD, (now - delivery.created_at) / 10)
            _wait(delivery, pause, "its card is not posted yet", books, now)
        return False

    def _refuse(self, delivery: Delivery, why: str, books: UnitOfWork, now: datetime) -> None:
        books.outbox.save(replace(delivery, state=DeliveryState.FAILED, error=why))
        reason = f"nothing was sent to {delivery.address}: {why}"
        books.tickets.add_event(Event(ticket=delivery.ticket, kind=EventKind.DELIVERY_FAILED, at=now, reason=reason))


def _wait(delivery: Delivery, pause: timedelta, why: str, books: UnitOfWork, now: datetime) -> None:
    """Nobody was asked: it counts as no attempt. Where a newer one that tells the same is queued, that one waits."""
    if delivery.coalesce and books.outbox.is_queued(delivery.coalesce):
        _cancel(delivery, "a newer one tells the same", books)
        return
    waits = replace(delivery, state=DeliveryState.QUEUED, attempts=delivery.attempts - 1, due_at=now + pause, error=why)
    books.outbox.save(waits)


def _cancel(delivery: Delivery, why: str, books: UnitOfWork) -> None:
    books.outbox.save(replace(delivery, state=DeliveryState.CANCELED, error=why))
