"""What was posted in a chat has a name now: what people write under it finds its ticket."""

from datetime import datetime

from intake.desk.chat.cards import Cards
from intake.desk.chat.conversation import room_of
from intake.desk.outbound import Outbound
from intake.desk.parties import is_caller
from intake.desk.ports import UnitOfWork
from intake.desk.telling import Teller
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.chat import Room
from intake.domain.delivery import SentRef
from intake.domain.message import ThreadKind, ThreadRef

_DIRECT = "D"  # how the ids of rooms begin in which the desk is alone with somebody


def landed(outbound: Outbound, ref: SentRef, teller: Teller, books: UnitOfWork, now: datetime) -> None:
    """`ref` is what the channel calls the post."""
    if outbound.delivery.mirror is not None:
        _shown(outbound, ref, teller.cards, books, now)
    elif outbound.delivery.channel is Channel.SLACK and outbound.mirror is None and not _in_conversation(outbound, ref):
        _begun(outbound, ref, teller, books)


def _in_conversation(outbound: Outbound, ref: SentRef) -> bool:
    """Not where its room takes nothing any more, and it went to their direct messages instead."""
    return any(room_of(one) == room_of(ref.value) for one in outbound.answers)


def _shown(outbound: Outbound, ref: SentRef, cards: Cards, books: UnitOfWork, now: datetime) -> None:
    mirror = outbound.mirror
    if mirror is None or mirror.ref == ref.value:
        return
    present = books.mirrors.get(mirror.id)
    if mirror.channel is Channel.SLACK:
        _bind(ThreadKind.NOTES, ref, outbound.ticket.number, books)
    if present is not None and present.ref and present.ref != mirror.ref:
        return  # it was begun anew meanwhile, and shows it elsewhere already
    books.mirrors.show(mirror.id, ref.value)
    if present is not None and present.over:  # it moved while its card was on the way
        cards.draw(outbound.ticket, present, books, now)


def _begun(outbound: Outbound, ref: SentRef, teller: Teller, books: UnitOfWork) -> None:
    """A post at top level of somebody's direct messages. Of what is internal the thread is one for notes; what the desk's own
    people write under anything else would be taken for an answer that whoever asked has read."""
    if not room_of(ref.value).startswith(_DIRECT) or "/" not in ref.value:
        return
    delivery, number = outbound.delivery, outbound.ticket.number
    address = Address(kind=AddressKind.SLACK, value=delivery.address)
    if delivery.notice is not None and not delivery.notice.kind.public:
        _bind(ThreadKind.NOTES, ref, number, books)
    elif is_caller(address, outbound.ticket, books) or teller.of_the_staff(address, books) is None:
        _bind(ThreadKind.CONVERSATION, ref, number, books)
    if outbound.person is not None and books.chat.room(room_of(ref.value)) is None:
        books.chat.keep_room(Room(id=room_of(ref.value), workspace=outbound.person.workspace, direct=True))


def _bind(kind: ThreadKind, ref: SentRef, ticket: int, books: UnitOfWork) -> None:
    name = ThreadRef(channel=Channel.SLACK, kind=kind, value=ref.value)
    if name not in books.threads.bound([name]):
        books.threads.bind([name], ticket)
