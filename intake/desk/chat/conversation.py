"""In which conversation somebody in a chat is told of a ticket."""

from collections.abc import Collection, Sequence

from intake.desk.ports import UnitOfWork
from intake.desk.reaching import LOOK_BACK
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.delivery import Delivery
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.ticket import Ticket

# For those concerned, who need not be whoever asked: they read it by themselves.
_IN_PERSON = frozenset({NoticeKind.CONSENT_WANTED, NoticeKind.ANNOUNCEMENT})


def conversation_of(delivery: Delivery, ticket: Ticket, books: UnitOfWork) -> tuple[ThreadRef, ...]:
    """In the room where this person spoke about it last, the ticket's first conversation there, so that all of it stays
    together; else the one that the desk began with them. Empty: it begins a new one, in their direct messages."""
    notice = delivery.notice
    if delivery.mirror is not None or (notice is not None and not notice.kind.public):
        return ()
    known = list(books.threads.conversations(delivery.ticket, Channel.SLACK))
    if not known:
        return ()
    alone = delivery.copy or (notice is not None and notice.kind in _IN_PERSON)
    room = "" if alone else _spoke_in(delivery, books)
    if not room:
        began = books.outbox.refs(Channel.SLACK, delivery.address, ticket.opened_at)
        known = [ref for ref in known if ref.value in began]
    return _first(known, room)


def room_of(ref: ThreadRef | str) -> str:
    return (ref if isinstance(ref, str) else ref.value).partition("/")[0]


def _first(known: Sequence[ThreadRef], room: str) -> tuple[ThreadRef, ...]:
    """Names sort as what they name was said."""
    there = [ref for ref in known if not room or room_of(ref) == room]
    return (min(there, key=lambda ref: ref.value.partition("/")[2]),) if there else ()


def _spoke_in(delivery: Delivery, books: UnitOfWork) -> str:
    """From this very account, else from another one of theirs."""
    heard = [
        one
        for one in books.tickets.heard(delivery.ticket, LOOK_BACK)
        if one.channel is Channel.SLACK and one.author is not None
    ]
    if len(heard) < LOOK_BACK:
        opening, _ = books.tickets.opening(delivery.ticket)
        if opening is not None and opening.channel is Channel.SLACK and all(one.id != opening.id for one in heard):
            heard.append(opening)
    theirs: Collection[str] = {delivery.address}
    for addresses in (theirs, _all_of(delivery.address, books)):
        for one in heard:
            if one.author is not None and one.author.value in addresses and (room := _said_in(one.id, books)):
                return room
    return ""


def _said_in(message: int, books: UnitOfWork) -> str:
    """Empty for what was typed into a form."""
    names = (ref for ref in books.threads.names(message) if ref.channel is Channel.SLACK and ref.kind in _SAID)
    return next((room_of(ref) for ref in names), "")


_SAID = frozenset({ThreadKind.MESSAGE_ID, ThreadKind.CONVERSATION})


def _all_of(address: str, books: UnitOfWork) -> Collection[str]:
    known = books.contacts.at(Address(kind=AddressKind.SLACK, value=address))
    contact = books.contacts.get(known.id) if known is not None else None
    return {one.value for one in contact.addresses if one.kind is AddressKind.SLACK} if contact is not None else set()
