"""Which ticket a message belongs to, and how well that is proven."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from intake.desk.incoming import bounded
from intake.desk.keys import KeyRing
from intake.desk.ports import UnitOfWork
from intake.desk.signed_names import OwnMessage, bounced_message, own_message, ticket_of_note_tag, ticket_of_reply_tag
from intake.domain.channel import Channel
from intake.domain.message import InboundMessage, ThreadKind, ThreadRef
from intake.domain.ticket import unspoken


class Proof(Enum):
    """What shows that a message belongs to its ticket. Only what the desk signed itself cannot be made up."""

    REPLY_ADDRESS = "sent to the ticket's signed reply address"
    NOTE_ADDRESS = "sent to the ticket's signed note address"
    BOUNCE_ADDRESS = "came back to the address that the desk's mail was sent from"
    OWN_MESSAGE_ID = "answers a message that the desk signed"
    CHANNEL = "added on the ticket itself"
    CALL = "said in the call"  # the phone channel vouches for it
    CONVERSATION = "came in the same conversation"
    FOREIGN_MESSAGE_ID = "answers a message on the ticket"
    SUBJECT_TAG = "names the ticket in its subject"
    NAMED_IN_TEXT = "names the ticket"
    SAME_NUMBER = "goes on with what this number texted, or was texted"
    ASKED_BY_TEXT = "answers what the desk asked"
    RIGHT_AFTER = "said right after, or before, by the same person"
    SAME_PERSON = "goes on with what this person said, or was told"

    @property
    def is_signed(self) -> bool:
        return self in _SIGNED


_SIGNED = frozenset({Proof.REPLY_ADDRESS, Proof.NOTE_ADDRESS, Proof.BOUNCE_ADDRESS, Proof.OWN_MESSAGE_ID})


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`delivery` is the very one that the message answers or brings back, where that is known. `blind`: the proof stands in the
    message's envelope alone."""

    ticket: int
    proof: Proof
    delivery: int | None = None
    blind: bool = False

    @property
    def reason(self) -> str:
        return self.proof.value


def find(message: InboundMessage, books: UnitOfWork, keys: KeyRing) -> Match | None:
    """The strongest reference that leads to a ticket (DESIGN 6: signed address, signed Message-ID, foreign Message-ID,
    conversation, subject tag)."""
    if message.ticket is not None:
        return Match(ticket=message.ticket, proof=Proof.CHANNEL)
    if not message.answers:
        return None
    if (match := _signed(message, keys)) is not None:
        return match
    unsigned = [
        replace(ref, value=bounded(ref.value))
        for ref in message.answers
        if ref.kind in {ThreadKind.MESSAGE_ID, ThreadKind.CONVERSATION}
    ]
    bound = books.threads.bound(unsigned)
    for ref in unsigned:
        if ref in bound:
            in_a_call = message.authentic and message.channel is ref.channel is Channel.PHONE
            return Match(ticket=bound[ref], proof=Proof.CALL if in_a_call else _UNSIGNED[ref.kind])
    numbers = [unspoken(ref.value) for ref in message.answers if ref.kind is ThreadKind.SUBJECT_TAG]
    named = [number for number in numbers if number is not None]
    known = books.tickets.many(named) if named else {}  # a subject may carry another desk's numbers too
    return next((Match(ticket=number, proof=Proof.SUBJECT_TAG) for number in named if number in known), None)


def bind_names(names: Iterable[ThreadRef], ticket: int, books: UnitOfWork, message: int | None = None) -> None:
    """So that answers to it find the way; `message` is the one that is known by these names."""
    books.threads.bind([replace(ref, value=bounded(ref.value)) for ref in names], ticket, message)


def keep_names(names: Collection[ThreadRef], ticket: int, books: UnitOfWork, message: int) -> None:
    """Of a message that is held: until an agent accepts it nobody finds the way by them. Who writes a message chooses its name,
    and the first to have a name keeps it: a stranger could take the one of somebody's mail that is yet to come, and all answers
    to that mail would wait on a ticket that they have nothing to do with. A message of a chat has the name that the chat gave
    it: by that its author changes it, or takes it back, while it waits."""
    given = [ref for ref in names if ref.channel is Channel.SLACK and ref.kind is ThreadKind.MESSAGE_ID]
    chosen = [ref for ref in names if ref not in given]
    held = [replace(ref, kind=ThreadKind.HELD, value=f"{message} {ref.kind.value} {bounded(ref.value)}") for ref in chosen]
    books.threads.bind((*given, *held), ticket, message)


def release_names(ticket: int, books: UnitOfWork, message: int) -> None:
    """It is part of the ticket now. A name that leads elsewhere already goes on leading there."""
    held = [ref for ref in books.threads.names(message) if ref.kind is ThreadKind.HELD]
    books.threads.unbind(held)
    for ref in held:
        _, kind, value = ref.value.split(" ", 2)
        books.threads.bind([replace(ref, kind=ThreadKind(kind), value=value)], ticket, message)


_UNSIGNED = {
    ThreadKind.MESSAGE_ID: Proof.FOREIGN_MESSAGE_ID,
    ThreadKind.CONVERSATION: Proof.CONVERSATION,
}


def _signed(message: InboundMessage, keys: KeyRing) -> Match | None:
    """The address that it was sent to counts first; which of our mails it answers may stand in its Message-IDs."""
    answered = _answered(message, keys)
    addressed = [ref for ref in message.answers if ref.kind is ThreadKind.REPLY_ADDRESS]
    for ref in addressed:  # what is meant for colleagues is not shown because it went to the requester's address as well
        if (number := ticket_of_note_tag(keys, ref.value)) is not None:
            return Match(ticket=number, proof=Proof.NOTE_ADDRESS, blind=ref in message.blind)
    for ref in addressed:
        if (bounced := bounced_message(keys, ref.value)) is not None:
            return Match(ticket=bounced.ticket, proof=Proof.BOUNCE_ADDRESS, delivery=bounced.delivery)
        if (number := ticket_of_reply_tag(keys, ref.value)) is not None:
            delivery = answered.delivery if answered is not None and answered.ticket == number else None
            return Match(ticket=number, proof=Proof.REPLY_ADDRESS, delivery=delivery, blind=ref in message.blind)
    if answered is None:
        return None
    return Match(ticket=answered.ticket, proof=Proof.OWN_MESSAGE_ID, delivery=answered.delivery)


def _answered(message: InboundMessage, keys: KeyRing) -> OwnMessage | None:
    names = (ref.value for ref in message.answers if ref.kind is ThreadKind.MESSAGE_ID)
    return next((own for name in names if (own := own_message(keys, name)) is not None), None)
