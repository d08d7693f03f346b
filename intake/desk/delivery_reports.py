"""What becomes of a delivery after it was handed over, as a vendor reports it, in whatever order and however often; and a
number that nothing will reach any more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.arriving import ARRIVES, Arrival
from intake.desk.case import Case
from intake.desk.opening import contact_of
from intake.desk.paging import Pager
from intake.desk.ports import UnitOfWork
from intake.desk.replies import Replies
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import ReportDelivery
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.errors import NotFound
from intake.domain.event import EventKind

S = DeliveryState
_ON_ITS_WAY = frozenset({S.QUEUED, S.SENDING})
_ENDED = frozenset({S.DELIVERED, S.FAILED, S.CANCELED})
NOBODY_PAGED = "nobody was being paged"  # whoever takes a page hears that they come too late
_ONE_PAGE = frozenset({Channel.PHONE, Channel.SLACK})
BY_NUMBER = frozenset({Channel.SMS, Channel.PHONE})
_KIND: Mapping[Channel, AddressKind] = {
    Channel.SMS: AddressKind.PHONE,
    Channel.PHONE: AddressKind.PHONE,
    Channel.SLACK: AddressKind.SLACK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReports:
    """Whoever calls it has the ticket locked."""

    replies: Replies
    pager: Pager

    def report(self, deed: ReportDelivery, case: Case) -> str:
        """Raises NotFound. What has ended by itself stays as it ended; of an answer to a person the last word counts, for its
        ticket hangs on it."""
        delivery = case.books.outbox.get(deed.delivery)
        if delivery is None or delivery.ticket != case.ticket.number:
            raise NotFound("The report names no delivery of ours")
        delivery = replace(delivery, sent_ref=delivery.sent_ref or deed.ref)
        if deed.dead:
            mark_dead(delivery, deed.error, case.books, case.now)
        if delivery.state is deed.state or (delivery.reply is None and delivery.state in _ENDED):
            return f"was {delivery.state.value} already"
        if deed.state is S.SENT:
            return self._on_its_way(delivery, case)
        if deed.state is S.DELIVERED and delivery.reply is not None:
            self.replies.arrived(delivery, f"said {case.by.name}", case.books, case.now)
            return deed.state.value
        sent_at = delivery.sent_at or (case.now if delivery.sent_ref else None)
        reported = replace(delivery, state=deed.state, error=deed.error, sent_at=sent_at)
        case.books.outbox.save(reported)
        failed = deed.state is S.FAILED
        kind = EventKind.DELIVERY_FAILED if failed else EventKind.DELIVERY_REPORTED
        why = f": {deed.error}" if deed.error else ""
        case.write(kind, f"{delivery.address}: {deed.state.value}{why}", data={"delivery": str(delivery.id)})
        if failed and delivery.reply is not None:
            self.replies.failed(reported, case.books, case.now, was=delivery.state)
        if failed:
            self.pager.page_failed(delivery, case.ticket, case.books, case.now)
        return deed.state.value

    def is_of_a_run_that_is_over(self, case: Case) -> bool:
        """A key pressed on the phone, or a button under a page in a chat, takes the run that it belongs to, no later one."""
        if case.delivery is None or case.channel not in _ONE_PAGE:
            return False
        run = case.books.ladders.run_of(case.delivery)
        return run is not None and not run.is_open

    def who_was_quicker(self, case: Case) -> str:
        """Whoever ended the run that the page belongs to; empty where nobody did, or they did themselves."""
        run = case.books.ladders.run_of(case.delivery) if case.delivery is not None else None
        return run.ended_by if run is not None and run.ended_by != case.by.name else ""

    def was_taken(self, case: Case) -> None:
        """By key: that page has arrived, whatever a machine's ear or the end of the call says of it."""
        page = case.books.outbox.get(case.delivery) if case.delivery is not None else None
        if page is not None and page.urgent and case.channel is Channel.PHONE:
            case.books.outbox.save(replace(page, state=S.DELIVERED, error="", sent_at=page.sent_at or case.now))

    def _on_its_way(self, delivery: Delivery, case: Case) -> str:
        """The vendor has it, though whoever handed it over may have died before writing that down: it is not handed over again.
        An answer's own bookkeeping waits for the sender, who asks the vendor before a second try."""
        if delivery.reply is None and delivery.state in _ON_ITS_WAY and delivery.attempts:
            case.books.outbox.save(replace(delivery, state=S.SENT, sent_at=case.now, error=""))
        return "on its way"


def as_reported(sent: Delivery, books: UnitOfWork) -> Delivery:
    """`sent` was handed over; where the vendor's report has overtaken that, what it says stands."""
    if ARRIVES[sent.channel] is not Arrival.REPORT:
        return sent
    books.tickets.get(sent.ticket)  # first: reports have it locked
    present = books.outbox.get(sent.id)
    if present is None or present.state not in {S.DELIVERED, S.FAILED}:
        return sent
    return replace(present, sent_ref=sent.sent_ref, sent_at=sent.sent_at)


def is_reported(delivery: Delivery, books: UnitOfWork) -> bool:
    """Has the vendor told of it, though its answer to us was lost? Then it is not handed over again."""
    if ARRIVES[delivery.channel] is not Arrival.REPORT:
        return False
    books.tickets.get(delivery.ticket)  # first: reports have it locked
    present = books.outbox.get(delivery.id)
    return present is not None and present.state not in _ON_ITS_WAY


def mark_dead(delivery: Delivery, because: str, books: UnitOfWork, now: datetime) -> None:
    """What goes to the desk's own people is tried again all the same: a page has no other way."""
    public = delivery.reply is not None or (delivery.notice is not None and delivery.notice.kind.public)
    if delivery.channel in _KIND and public:
        address = Address(kind=_KIND[delivery.channel], value=delivery.address)
        contact_of(address, books, now)
        books.contacts.mark_dead(address, because, now)
