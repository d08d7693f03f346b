"""People around a ticket: held replies, a requester's addresses, and those who watch."""

from dataclasses import dataclass, replace

from intake.desk.case import Case
from intake.desk.closing import reopened
from intake.desk.directory import Directory
from intake.desk.joining import message_on
from intake.desk.lifecycle import OPEN
from intake.desk.parties import is_caller
from intake.desk.telling import Teller
from intake.desk.threads import release_names
from intake.domain.address_shape import address_of
from intake.domain.channel import Address, AddressKind
from intake.domain.contact import Contact
from intake.domain.deed import AcceptReply, LinkAddress, RejectReply, UnlinkAddress, Unwatch, Watch
from intake.domain.errors import NotFound, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.ticket import spoken
from intake.domain.ticket_message import TicketMessage
from intake.domain.timer import TimerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    teller: Teller

    def accept(self, deed: AcceptReply, case: Case) -> str:
        """The reply joins the ticket, and its author takes part from now on; a ticket that was over goes on."""
        message = _held(deed.message, case)
        release_names(case.ticket.number, case.books, message.id)
        if message.author is not None and self._is_staff(message.author, case):
            case.books.tickets.judge_message(message.id, public=False, held=False, rejected=False)
            said = f"the words of {message.author.value} are kept inside; the requester does not see them"
            case.write(EventKind.REPLY_ACCEPTED, said, data={"message": str(message.id)})
            return "accepted, inside"
        case.books.tickets.judge_message(message.id, public=True, held=False, rejected=False)
        if message.author is not None and message.author.value not in self.teller.own:
            case.books.tickets.watch(case.ticket.number, message.author)
        goes_on = case.ticket.state in OPEN or case.ticket.merged_into is not None  # a merged one goes on elsewhere
        after = case.ticket if goes_on else reopened(case.ticket)
        case.books.timers.cancel(case.ticket.number, TimerKind.CLOSE)
        whose = message.author.value if message.author else "somebody"
        case.write(
            EventKind.REPLY_ACCEPTED,
            f"the reply of {whose} is part of the ticket now",
            replace(after, final_response=None) if after.state in OPEN else after,
            data={"message": str(message.id)},
        )
        return "accepted"

    def reject(self, deed: RejectReply, case: Case) -> str:
        message = _held(deed.message, case)
        case.books.tickets.judge_message(message.id, public=False, held=False, rejected=True)
        case.write(EventKind.REPLY_REJECTED, deed.reason, data={"message": str(message.id)})
        return "rejected"

    def link_address(self, deed: LinkAddress, case: Case) -> str:
        """An agent's word is the proof. Whoever had the address before is the same person from now on."""
        contact = self._caller(case)
        address = self._address(deed.kind, deed.address)
        former = case.books.contacts.at(address)
        if former is not None and former.id == contact.id:
            return "had it already"
        case.books.contacts.link(address, contact.id)
        data = {"kind": address.kind.value, "address": address.value, "from": str(former.id) if former else ""}
        case.write(EventKind.ADDRESS_LINKED, f"{address.value} is {contact.name} as well", data=data)
        return f"linked {address.value}"

    def unlink_address(self, deed: UnlinkAddress, case: Case) -> str:
        contact = self._caller(case)
        address = self._address(deed.kind, deed.address)
        known = next((a for a in contact.addresses if (a.kind, a.value) == (address.kind, address.value)), None)
        if known is None:
            raise NotFound(f"{contact.name} has no address {address.value}")
        if len(contact.addresses) == 1:
            raise PolicyViolation(f"{address.value} is the only address of {contact.name}: it stays")
        to = None
        if case.books.contacts.former(known) is None:
            to = case.books.next_id()
            case.books.contacts.add(Contact(id=to, name=known.name or known.value, since=case.now))
        case.books.contacts.unlink(known, to)
        data = {"kind": known.kind.value, "address": known.value}
        case.write(EventKind.ADDRESS_UNLINKED, f"{known.value} is not {contact.name}", data=data)
        return f"unlinked {known.value}"

    def watch(self, deed: Watch, case: Case) -> str:
        address = self._address(deed.kind, deed.address)
        if not case.books.tickets.watch(case.ticket.number, address):
            return "watched already"
        case.write(EventKind.WATCHED, f"{address.value} watches")
        return f"{address.value} watches"

    def unwatch(self, deed: Unwatch, case: Case) -> str:
        address = self._address(deed.kind, deed.address)
        if not case.books.tickets.unwatch(case.ticket.number, address):
            raise NotFound(f"{address.value} does not watch {spoken(case.ticket.number)}")
        data = {"kind": address.kind.value, "address": address.value}
        case.write(EventKind.UNWATCHED, f"{address.value} watches no longer", data=data)
        return f"{address.value} watches no longer"

    def _is_staff(self, author: Address, case: Case) -> bool:
        known = Directory(policy=self.teller.policy).writer(author)
        return known is not None and not is_caller(author, case.ticket, case.books)

    def _caller(self, case: Case) -> Contact:
        contact = case.books.contacts.get(case.ticket.caller) if case.ticket.caller is not None else None
        if contact is None:
            raise PolicyViolation(f"{spoken(case.ticket.number)} has no requester")
        return contact

    def _address(self, kind: AddressKind, text: str) -> Address:
        """Raises PolicyViolation that shows what such an address looks like."""
        try:
            address = address_of(kind, text)
        except ValueError as fault:
            raise PolicyViolation(str(fault)) from fault
        if address.value in self.teller.own:
            raise PolicyViolation(f"{address.value} is the desk's own address")
        return address


def _held(id: int, case: Case) -> TicketMessage:
    message = message_on(id, case)
    if not message.held:
        raise PolicyViolation(f"Message {id} is not waiting: somebody has decided about it already, or it was never held")
    return message
