"""Which ticket a message belongs to, and how well that is proven."""

from dataclasses import dataclass

from intake.desk.keys import KeyRing
from intake.desk.ports import UnitOfWork
from intake.desk.signed_names import own_message, ticket_of_reply_tag
from intake.domain.message import InboundMessage, ThreadKind, ThreadRef
from intake.domain.ticket import unspoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`signed` when the reference carries our own signature: then it descends from something that we sent."""

    ticket: int
    by: ThreadRef
    signed: bool
    delivery: int | None = None

    @property
    def reason(self) -> str:
        return _REASONS[self.by.kind, self.signed]


_REASONS = {
    (ThreadKind.REPLY_ADDRESS, True): "sent to the ticket's signed reply address",
    (ThreadKind.MESSAGE_ID, True): "answers a message that the desk signed",
    (ThreadKind.MESSAGE_ID, False): "answers a message on the ticket",
    (ThreadKind.CONVERSATION, False): "came in the same conversation",
    (ThreadKind.SUBJECT_TAG, False): "names the ticket in its subject",
}


def find(message: InboundMessage, books: UnitOfWork, keys: KeyRing) -> Match | None:
    """The strongest reference that leads to a ticket (DESIGN 6: signed address, signed Message-ID, foreign Message-ID,
    conversation, subject tag)."""
    if not message.answers:
        return None
    for ref in message.answers:
        if (match := _signed(ref, keys)) is not None:
            return match
    unsigned = [ref for ref in message.answers if ref.kind in {ThreadKind.MESSAGE_ID, ThreadKind.CONVERSATION}]
    bound = books.threads.bound(unsigned)
    for ref in unsigned:
        if ref in bound:
            return Match(ticket=bound[ref], by=ref, signed=False)
    for ref in message.answers:
        if ref.kind is ThreadKind.SUBJECT_TAG and (number := unspoken(ref.value)) is not None:
            return Match(ticket=number, by=ref, signed=False)
    return None


def _signed(ref: ThreadRef, keys: KeyRing) -> Match | None:
    if ref.kind is ThreadKind.REPLY_ADDRESS and (number := ticket_of_reply_tag(keys, ref.value)) is not None:
        return Match(ticket=number, by=ref, signed=True)
    if ref.kind is ThreadKind.MESSAGE_ID and (own := own_message(keys, ref.value)) is not None:
        return Match(ticket=own.ticket, by=ref, signed=True, delivery=own.delivery)
    return None
