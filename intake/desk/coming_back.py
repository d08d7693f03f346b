"""Machine mail that belongs to a ticket: kept out of the requester's sight; a bounce marks the delivery, and the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.case import Case
from intake.desk.opening import add_message, contact_of
from intake.desk.parties import takes_part
from intake.desk.ports import UnitOfWork
from intake.desk.replies import Replies
from intake.desk.telling import REACHED_BY, Teller
from intake.desk.threads import Match, Proof
from intake.domain.channel import Address, AddressKind
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import Event, EventKind
from intake.domain.message import Bounce, InboundMessage
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import Ticket

_COMES_BACK = frozenset({DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED})  # a bounce may be the quicker

# Not for whoever asked, at whatever address.
_TO_OTHERS: Mapping[NoticeKind, str] = {
    NoticeKind.APPROVAL_WANTED: "they were asked to approve the change",
    NoticeKind.CONSENT_WANTED: "they were asked to agree as product owner",
    NoticeKind.ANNOUNCEMENT: "they were to be told of the change",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingBack:
    teller: Teller
    replies: Replies

    def hear(
        self, message: InboundMessage, ticket: Ticket, match: Match, ledger: int, books: UnitOfWork, now: datetime
    ) -> Receipt:
        """What proves nothing is not filed: a ticket's number, or a Message-ID that others know, is no proof."""
        nature = message.nature.value
        if not match.proof.is_signed and not (message.authentic and takes_part(message.author, ticket, books)):
            reason = f"{nature}: machine mail that {match.reason}, which proves nothing"
            return Receipt(id=ledger, outcome=Outcome.SUPPRESSED, reason=reason)
        reason = f"{nature} mail filed: {match.reason}"
        add_message(message, ticket.number, ledger, books, public=False)
        books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.ATTACHED, at=now, reason=reason))
        if message.bounce is not None and match.delivery is not None:
            self._bounced(message.bounce, match, ticket, books, now)
        return Receipt(id=ledger, outcome=Outcome.APPENDED, reason=reason, ticket=ticket.number)

    def _bounced(self, bounce: Bounce, match: Match, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        sent = books.outbox.get(match.delivery) if match.delivery is not None else None
        if sent is None or sent.ticket != ticket.number or sent.state not in _COMES_BACK:
            return
        # Whoever got a mail knows its Message-ID; only the servers that carried it know the address to come back to.
        named = {recipient.lower() for recipient in bounce.recipients}
        if match.proof is not Proof.BOUNCE_ADDRESS and sent.address not in named:
            return
        if bounce.temporary:
            self._late(bounce, sent, ticket, books, now)
        else:
            self._failed(bounce, sent, ticket, books, now)

    def _late(self, bounce: Bounce, sent: Delivery, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """Not lost yet: whoever has the ticket may want to call."""
        reason = f"{sent.address} was not reached yet; its mail server goes on trying {bounce.status}".strip()
        Case(ticket, books, now).write(EventKind.DELIVERY_REPORTED, reason, data={"delivery": str(sent.id)})
        if sent.reply is not None and not sent.copy:
            self.teller.tell_holder(ticket, NoticeKind.UNREACHED, books, now, {"why": reason})

    def _failed(self, bounce: Bounce, sent: Delivery, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        error = f"bounced {bounce.status}".strip()
        failed: Delivery = replace(sent, state=DeliveryState.FAILED, error=error)
        books.outbox.save(failed)
        reason = f"{error}: {sent.address} was not reached"
        books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.DELIVERY_FAILED, at=now, reason=reason))
        address = Address(kind=AddressKind.EMAIL, value=sent.address)
        contact_of(address, books, now)  # also of somebody who only reads along
        books.contacts.mark_dead(address, error, now)
        if failed.reply is not None:
            self.replies.failed(failed, books, now, was=sent.state)
        elif failed.notice is not None and failed.notice.kind in _TO_OTHERS:
            case = Case(ticket, books, now)
            why = f"{sent.address} cannot be reached ({error}): {_TO_OTHERS[failed.notice.kind]}"
            case.write(EventKind.UNDELIVERABLE, why)
            self.teller.tell_holder(case.ticket, NoticeKind.UNREACHED, books, now, {"why": why})
        elif failed.notice is not None and failed.notice.kind.public:
            self._tell_elsewhere(failed, address, Case(ticket, books, now))

    def _tell_elsewhere(self, failed: Delivery, dead: Address, case: Case) -> None:
        """Whoever asked hears of it on the next channel that is known of them; where none is, whoever has the ticket does."""
        assert failed.notice is not None
        others = self.replies.living_addresses(case, dead)
        if others:
            there = others[0]
            self.teller.tell(case.ticket, failed.notice, REACHED_BY[there.kind], there.value, case.books, case.now)
            why = f"{dead.value} cannot be reached ({failed.error}); told at {there.value} instead"
        else:
            why = f"{dead.value} cannot be reached ({failed.error}), and no other way is known"
        case.write(EventKind.DELIVERY_DIVERTED if others else EventKind.UNDELIVERABLE, why)
        self.teller.tell_holder(case.ticket, NoticeKind.UNREACHED, case.books, case.now, {"why": why})
