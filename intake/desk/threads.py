"""Which ticket a message belongs to, and how well that is proven."""

from dataclasses import dataclass

from intake.desk.keys import KeyRing
from intake.desk.ports import UnitOfWork
from intake.desk.signed_names import OwnMessage, bounced_message, own_message, ticket_of_reply_tag
from intake.domain.message import InboundMessage, ThreadKind
from intake.domain.ticket import unspoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`signed` when the reference carries our own signature: then it descends from something that we sent. `delivery` is the
    very one that it answers or brings back, where that is known."""

    ticket: int
    reason: str
    signed: bool
    delivery: int | None = None


def find(message: InboundMessage, books: UnitOfWork, keys: KeyRing) -> Match | None:
    """The strongest reference that leads to a ticket (DESIGN 6: signed address, signed Message-ID, foreign Message-ID,
    conversation, subject tag)."""
    if message.ticket is not None:
        return Match(ticket=message.ticket, reason="added on the ticket itself", signed=False)
    if not message.answers:
        return None
    if (match := _signed(message, keys)) is not None:
        return match
    unsigned = [ref for ref in message.answers if ref.kind in {ThreadKind.MESSAGE_ID, ThreadKind.CONVERSATION}]
    bound = books.threads.bound(unsigned)
    for ref in unsigned:
        if ref in bound:
            return Match(ticket=bound[ref], reason=_UNSIGNED[ref.kind], signed=False)
    for ref in message.answers:
        if ref.kind is ThreadKind.SUBJECT_TAG and (number := unspoken(ref.value)) is not None:
            return Match(ticket=number, reason=_UNSIGNED[ref.kind], signed=False)
    return None


_UNSIGNED = {
    ThreadKind.MESSAGE_ID: "answers a message on the ticket",
    ThreadKind.CONVERSATION: "came in the same conversation",
    ThreadKind.SUBJECT_TAG: "names the ticket in its subject",
}


def _signed(message: InboundMessage, keys: KeyRing) -> Match | None:
    """The address that it was sent to counts first; which of our mails it answers may stand in its Message-IDs."""
    answered = _answered(message, keys)
    for ref in message.answers:
        if ref.kind is not ThreadKind.REPLY_ADDRESS:
            continue
        if (bounced := bounced_message(keys, ref.value)) is not None:
            reason = "came back to the address that the desk's mail was sent from"
            return Match(ticket=bounced.ticket, reason=reason, signed=True, delivery=bounced.delivery)
        if (number := ticket_of_reply_tag(keys, ref.value)) is not None:
            delivery = answered.delivery if answered is not None and answered.ticket == number else None
            return Match(ticket=number, reason="sent to the ticket's signed reply address", signed=True, delivery=delivery)
    if answered is None:
        return None
    reason = "answers a message that the desk signed"
    return Match(ticket=answered.ticket, reason=reason, signed=True, delivery=answered.delivery)


def _answered(message: InboundMessage, keys: KeyRing) -> OwnMessage | None:
    names = (ref.value for ref in message.answers if ref.kind is ThreadKind.MESSAGE_ID)
    return next((own for name in names if (own := own_message(keys, name)) is not None), None)
