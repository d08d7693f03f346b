"""Who comes by a link, and what lies behind it: the signature, the delivery that carried it, its ticket."""

from dataclasses import dataclass
from datetime import datetime

from intake.desk.changes.in_the_way import may_carry
from intake.desk.keys import KeyRing
from intake.desk.policy import Policy
from intake.desk.reading import Library, Reader
from intake.desk.signed_names import delivery_of_portal_key
from intake.desk.telling import REACHED_BY
from intake.domain.change import Change
from intake.domain.channel import Address
from intake.domain.contact import Contact
from intake.domain.delivery import Delivery
from intake.domain.errors import HelpdeskError, NotFound
from intake.domain.story import TicketStory
from intake.domain.ticket import Ticket
from intake.domain.ticket_message import TicketMessage

_MADE_OF = {channel: kind for kind, channel in REACHED_BY.items()}


class LinkExpired(HelpdeskError):
    """It was good once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`address` is where the link was sent, `own` the values of all addresses of that person. `is_caller` tells whoever asked
    from those who only watch. `elsewhere` are answers on other tickets that were sent to this one's requester as well.
    `change` is the one that the ticket carries."""

    delivery: int
    address: Address
    own: frozenset[str]
    is_caller: bool
    story: TicketStory
    elsewhere: tuple[TicketMessage, ...]
    change: Change | None
    ends_at: datetime

    @property
    def ticket(self) -> Ticket:
        return self.story.line.ticket


def verified(keys: KeyRing, key: str) -> int:
    """The delivery that carried this link. Raises NotFound."""
    delivery = delivery_of_portal_key(keys, key)
    if delivery is None:
        raise NotFound("Nobody signed this link")
    return delivery


def find(library: Library, policy: Policy, delivery: int, now: datetime) -> Visit:
    """Asks the store: not for the event loop. Raises NotFound, LinkExpired or StoreUnavailable.

    The link belongs to whoever it was sent to. If that address has nothing to do with the ticket any more (it was taken
    away from the requester, or watches no longer), it opens nothing.
    """
    with library.looking() as reader:
        sent = reader.delivery(delivery)
        if sent is None or not _opens_a_page(sent):
            raise NotFound("This delivery opens no page")
        story = reader.story(sent.ticket)
        if story is None:
            raise NotFound("The ticket is gone")
        address = Address(kind=_MADE_OF[sent.channel], value=sent.address)
        contact = _person_at(address, reader)
        is_caller = _is_caller(contact, story.line.ticket, reader)
        if not is_caller and (address.kind, address.value) not in {(one.kind, one.value) for one in story.watchers}:
            raise NotFound("Whoever got this link takes no part in the ticket any more")
        elsewhere = tuple(reader.answers_from_elsewhere(sent.ticket))
        carried = reader.change(sent.ticket) if may_carry(story.line.ticket) else None
    ends_at = sent.created_at + policy.portal_links_last
    if now > ends_at:
        raise LinkExpired("The link is too old")
    known = contact.addresses if contact is not None else ()
    return Visit(
        delivery=delivery,
        address=next((one for one in known if (one.kind, one.value) == (address.kind, address.value)), address),
        own=frozenset({address.value, *(one.value for one in known)}),
        is_caller=is_caller,
        story=story,
        elsewhere=elsewhere,
        change=carried.line.change if carried is not None else None,
        ends_at=ends_at,
    )


def _opens_a_page(delivery: Delivery) -> bool:
    """Only what requesters get: an acknowledgement, or a human's answer."""
    public = delivery.reply is not None or (delivery.notice is not None and delivery.notice.kind.public)
    return public and delivery.channel in _MADE_OF


def _person_at(address: Address, reader: Reader) -> Contact | None:
    """With all of their addresses."""
    found = reader.contact_at(address)
    return reader.contact(found.id) if found is not None else None


def _is_caller(contact: Contact | None, ticket: Ticket, reader: Reader) -> bool:
    if contact is None or ticket.caller is None:
        return False
    return contact.id == ticket.caller or ticket.caller in reader.identities(contact.id)
