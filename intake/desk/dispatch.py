"""What leaves the outbox, and what becomes of it: claiming, retrying, giving up."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random

from intake.desk.answer_left import update_left
from intake.desk.arriving import ARRIVES, Arrival
from intake.desk.chat.landed import landed
from intake.desk.chat.leaving import Leaving
from intake.desk.chat.surroundings import NO_CHAT, in_chat
from intake.desk.chat.undelivered import tell_elsewhere
from intake.desk.delivery_reports import as_reported, is_reported, mark_dead
from intake.desk.lifecycle import OPEN
from intake.desk.outbound import About, Outbound
from intake.desk.policy import DeliveryPolicy, Policy
from intake.desk.ports import UnitOfWork
from intake.desk.reaching import LOOK_BACK
from intake.desk.replies import Replies
from intake.desk.showing import shown
from intake.desk.telling import REACHED_BY
from intake.domain.channel import Address, Channel
from intake.domain.delivery import Delivery, DeliveryState, SentRef
from intake.domain.errors import DeliveryError
from intake.domain.event import Event, EventKind
from intake.domain.message import Attachment, ThreadRef
from intake.domain.mirror import Mirror
from intake.domain.notice import NoticeKind
from intake.domain.ticket import State, Ticket
from intake.domain.ticket_message import TicketMessage

MINUTE = timedelta(minutes=1)
LINES_WITH_WORDS = 50  # of a digest; the rest says which ticket it is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatcher:
    """`replica` names this process among its fellows."""

    policy: Policy
    replies: Replies
    replica: str
    random: Random

    def claim(
        self, channels: Collection[Channel], limit: int, books: UnitOfWork, now: datetime, *, only_urgent: bool = False
    ) -> Sequence[Outbound]:
        """Lease what is due and may leave now; pages may always. What waited too long becomes a dead letter instead."""
        allowance = self.policy.gate.per_instance_per_minute - books.outbox.sent_since(now - MINUTE)
        books.outbox.take_up(channels)  # a process without a relay, such as the command line, may have written it
        until = now + self.policy.delivery.lease
        most = min(limit, allowance) if allowance > 0 else limit
        urgent = only_urgent or allowance <= 0
        claimed = books.outbox.claim(channels, now=now, until=until, replica=self.replica, limit=most, only_urgent=urgent)
        fresh, leaving = [], Leaving(policy=self.policy)
        for delivery in claimed:
            if now - delivery.created_at > self.policy.delivery.give_up_after:
                self._bury(delivery, f"not sent within {self.policy.delivery.give_up_after}", books, now)
            elif leaving.may_leave(delivery, books, now):
                fresh.append(delivery)
        tickets = books.tickets.many({delivery.ticket for delivery in fresh})
        files = cache(lambda message: tuple(books.tickets.files(message)))  # one answer may go to many
        return [_outbound(group, tickets, files, self.policy, books) for group in _groups(fresh)]

    def is_withdrawn(self, outbound: Outbound, books: UnitOfWork) -> bool:
        """A page that was claimed before somebody answered, and has not left: it stays. Asked just before it would leave."""
        delivery = outbound.delivery
        if not delivery.urgent or not _is_answered(delivery, books):
            return False
        books.outbox.save(replace(delivery, state=DeliveryState.CANCELED, error=_ANSWERED))
        return True

    def sent(self, outbound: Outbound, ref: SentRef, books: UnitOfWork, now: datetime) -> None:
        for delivery in outbound.deliveries:
            sent = replace(delivery, state=DeliveryState.SENT, sent_ref=ref.value, sent_at=now, error="")
            if sent.reply is None:
                books.outbox.save(as_reported(sent, books))
                if sent.notice is not None and sent.notice.kind is NoticeKind.STORM_UPDATE:
                    update_left(sent, books, now)
                continue
            books.tickets.get(sent.ticket)  # first, as deeds do: two who lock must lock in the same order
            present = books.outbox.get(sent.id)
            if present is not None and present.state is DeliveryState.SENDING:
                books.outbox.save(sent)  # or else a bounce, or the vendor's report, has overtaken us
                self.replies.sent(sent, books, now)
            elif present is not None and ARRIVES[sent.channel] is Arrival.REPORT:
                books.outbox.save(replace(present, sent_ref=ref.value, sent_at=present.sent_at or now))
        landed(outbound, ref, self.replies.teller, books, now)
        self._show_changed(outbound.deliveries, books, now)

    def failed(self, outbound: Outbound, fault: DeliveryError, books: UnitOfWork, now: datetime) -> None:
        for delivery in outbound.deliveries:
            if is_reported(delivery, books):
                continue
            begun = delivery.attempts if fault.tried else delivery.attempts - 1
            due_at = now + (self._pause(begun, fault.retry_after) if fault.tried else _as_told(fault))
            too_late = due_at - delivery.created_at > self.policy.delivery.give_up_after
            if delivery.urgent and _is_answered(delivery, books):
                books.outbox.save(replace(delivery, state=DeliveryState.CANCELED, error=_ANSWERED))
            elif fault.permanent or too_late:
                self._bury(delivery, str(fault), books, now, dead=fault.dead)
            elif delivery.coalesce and books.outbox.is_queued(delivery.coalesce):
                books.outbox.save(replace(delivery, state=DeliveryState.CANCELED, error="a newer one tells the same"))
            else:
                queued = replace(delivery, state=DeliveryState.QUEUED, attempts=begun, due_at=due_at, error=str(fault))
                books.outbox.save(queued)
        self._show_changed(outbound.deliveries, books, now)

    def _show_changed(self, deliveries: Sequence[Delivery], books: UnitOfWork, now: datetime) -> None:
        """How far an answer got stops clocks that are shown elsewhere."""
        answered = {one.ticket for one in deliveries if one.reply is not None and not one.copy}
        self.replies.teller.cards.refresh_changed(books, now, also=answered)

    def _bury(self, delivery: Delivery, error: str, books: UnitOfWork, now: datetime, *, dead: bool = False) -> None:
        ticket = books.tickets.get(delivery.ticket) if delivery.urgent else None  # first, as deeds do
        failed = replace(delivery, state=DeliveryState.FAILED, error=error)
        books.outbox.save(failed)
        if dead:
            mark_dead(failed, error, books, now)
        what = delivery.notice.kind.value if delivery.notice else "message"
        reason = f"{what} to {delivery.address} failed for good: {error}"
        books.tickets.add_event(Event(ticket=delivery.ticket, kind=EventKind.DELIVERY_FAILED, at=now, reason=reason))
        if failed.reply is not None:
            self.replies.failed(failed, books, now, was=delivery.state)
        elif delivery.channel is Channel.SLACK:
            tell_elsewhere(failed, self.replies, books, now)
        if ticket is not None:
            self.replies.pager.page_failed(failed, ticket, books, now)

    def _pause(self, attempts: int, retry_after: float | None) -> timedelta:
        return pause(self.policy.delivery, attempts, retry_after, self.random.uniform(0.8, 1.2))


_ANSWERED = "nobody need be woken any more"


def _is_answered(page: Delivery, books: UnitOfWork) -> bool:
    run = books.ladders.run_of(page.id)
    if run is not None:
        return not run.is_open
    return not any(one.is_open for one in books.ladders.of(page.ticket))  # a page of an older desk


def _as_told(fault: DeliveryError) -> timedelta:
    """Nobody was asked: it is due again when the wait that it fell into is over, and its own pauses do not grow by it."""
    return timedelta(seconds=max(fault.retry_after or 0.0, 1.0))


def pause(policy: DeliveryPolicy, attempts: int, retry_after: float | None, jitter: float) -> timedelta:
    """Doubles with each attempt up to the longest, jittered; never shorter than the other side asked for."""
    doubled = policy.first_retry * (1 << min(max(attempts - 1, 0), 20))
    wait = min(doubled, policy.longest_retry) * jitter
    return max(wait, timedelta(seconds=retry_after)) if retry_after is not None else wait


def _groups(deliveries: Sequence[Delivery]) -> list[list[Delivery]]:
    """Deliveries of one group leave together, the oldest first, for it names the message; the rest alone."""
    groups: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        groups.setdefault(delivery.group or f"#{delivery.id}", []).append(delivery)
    return [sorted(group, key=lambda delivery: delivery.id) for group in groups.values()]


def _outbound(
    group: Sequence[Delivery],
    tickets: dict[int, Ticket],
    files: Callable[[int], tuple[Attachment, ...]],
    policy: Policy,
    books: UnitOfWork,
) -> Outbound:
    first = group[0]
    reply = books.tickets.message(first.reply) if first.reply is not None else None
    chat = in_chat(first, tickets[first.ticket], books) if first.channel is Channel.SLACK else NO_CHAT
    answers = _answers(reply, first, books) if reply is not None and first.channel is not Channel.SLACK else chat.answers
    mirror = books.mirrors.get(first.mirror) if first.mirror is not None else chat.mirror
    return Outbound(
        deliveries=tuple(group),
        tickets=tuple(tickets[delivery.ticket] for delivery in group),
        mirror=mirror,
        reply=reply,
        answers=answers,
        files=files(reply.id) if reply is not None else (),
        resolves=reply is not None and _resolves(reply, first, tickets[first.ticket]),
        about=_told_of(group, books),
        elsewhere=_elsewhere(first, mirror, books),
        shown=shown(tickets[first.ticket], policy, books) if first.mirror is not None and mirror and not mirror.over else None,
        room=chat.room,
        person=chat.person,
    )


def _elsewhere(delivery: Delivery, mirror: Mirror | None, books: UnitOfWork) -> frozenset[str]:
    if delivery.mirror is not None and mirror is not None and not mirror.ref:  # a card that was there before, and moved on
        return books.outbox.shown_as(delivery.ticket, mirror.id)
    if delivery.attempts < 2 or ARRIVES[delivery.channel] is not Arrival.REPORT:
        return frozenset()
    return books.outbox.refs(delivery.channel, delivery.address, delivery.created_at - MINUTE)


def _told_of(group: Sequence[Delivery], books: UnitOfWork) -> tuple[About, ...]:
    """What opened each ticket, and what the news of it is about."""
    if (notice := group[0].notice) is None:
        return ()
    if notice.kind in _ABOUT_A_CHANGE and len(group) == 1:
        return (_of_the_change(group[0], notice.fields.get("announcement", ""), books),)
    if notice.kind.public:
        said = _message_of(group[0])
        return (About(said=books.tickets.message(said)),) if said is not None else ()
    ask = cache(books.tickets.opening)  # much of a digest may be about one ticket
    found = [ask(delivery.ticket, _message_of(delivery)) for delivery in group[:LINES_WITH_WORDS]]
    return tuple(About(asked=asked, said=said) for asked, said in found)


_ABOUT_A_CHANGE = frozenset(
    {NoticeKind.CHANGE_DECIDED, NoticeKind.CONSENT_WANTED, NoticeKind.ANNOUNCEMENT, NoticeKind.APPROVAL_WANTED}
)


def _of_the_change(delivery: Delivery, announcement: str, books: UnitOfWork) -> About:
    planned = books.changes.announcements(delivery.ticket) if announcement else ()
    return About(
        asked=books.tickets.opening(delivery.ticket)[0],
        change=books.changes.get(delivery.ticket),
        announcement=next((one for one in planned if str(one.position) == announcement), None),
    )


def _message_of(delivery: Delivery) -> int | None:
    named = delivery.notice.fields.get("message", "") if delivery.notice else ""
    return int(named) if named.isascii() and named.isdigit() else None


def _resolves(reply: TicketMessage, delivery: Delivery, ticket: Ticket) -> bool:
    """A final response that nobody has accepted yet, on its way to whoever asked: not the copy of somebody who watches."""
    return ticket.final_response == reply.id and ticket.state in OPEN | {State.RESOLVED} and not delivery.copy


def _answers(reply: TicketMessage, delivery: Delivery, books: UnitOfWork) -> tuple[ThreadRef, ...]:
    """By which names the channel knows what is answered: the newest message before the answer that whoever gets this wrote, be
    it from another of their addresses; else what opened the ticket. What others wrote they may never have got."""
    heard = [one for one in books.tickets.heard(delivery.ticket, LOOK_BACK) if one.at <= reply.at]
    here = [one for one in heard if one.channel is delivery.channel and one.author is not None]
    answered = _newest_by({delivery.address}, here) or (_newest_by(_known_as(delivery, books), here) if here else None)
    if answered is None:
        answered = heard[-1] if 0 < len(heard) < LOOK_BACK else books.tickets.opening(delivery.ticket)[0]
    if answered is None or answered.channel is not delivery.channel:
        return ()
    return tuple(books.threads.names(answered.id))


def _newest_by(addresses: Collection[str], heard: Sequence[TicketMessage]) -> TicketMessage | None:
    return next((one for one in heard if one.author is not None and one.author.value in addresses), None)


def _known_as(delivery: Delivery, books: UnitOfWork) -> Collection[str]:
    """Every address of whoever this goes to."""
    for kind in (kind for kind, channel in REACHED_BY.items() if channel is delivery.channel):
        if (reached := books.contacts.at(Address(kind=kind, value=delivery.address))) is not None:
            contact = books.contacts.get(reached.id)
            return {address.value for address in contact.addresses} if contact is not None else set()
    return set()
