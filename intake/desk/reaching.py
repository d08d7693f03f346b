"""Where whoever asked can be reached."""

from intake.desk.case import Case
from intake.desk.telling import REACHED_BY, Teller
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.errors import PolicyViolation
from intake.domain.ticket import CONTACT_TYPE

LOOK_BACK = 50  # messages: whoever has written more often than that on other channels since is answered there
_PREFERRED = (AddressKind.EMAIL, AddressKind.SLACK, AddressKind.PHONE)


def addresses_of_caller(case: Case, teller: Teller, channel: Channel | None = None) -> list[Address]:
    """The one used last first; of a chosen channel before all others. Raises PolicyViolation where that knows none."""
    ticket = case.ticket
    contact = case.books.contacts.get(ticket.caller) if ticket.caller is not None else None
    if contact is None:
        return []
    known = {(address.kind, address.value): address for address in contact.addresses}
    heard = case.books.tickets.heard(ticket.number, LOOK_BACK)
    recent = [(message.author.kind, message.author.value) for message in heard if message.author is not None]
    # Who deletes in a chat all that they said is answered there all the same.
    by_chat = ticket.contact_type == CONTACT_TYPE[Channel.SLACK]
    rest = sorted(known, key=lambda key: (by_chat and key[0] is not AddressKind.SLACK, _PREFERRED.index(key[0])))
    ordered = [known[key] for key in dict.fromkeys([*recent, *rest]) if key in known]
    usable = [address for address in ordered if address.value not in teller.own]
    dead = {address.value for address in contact.dead}
    # What can be sent comes first, what came back after it: a mailbox that was full may be empty again.
    usable.sort(key=lambda address: (REACHED_BY[address.kind] not in teller.senders, address.value in dead))
    if channel is None:
        return usable
    chosen = [address for address in usable if REACHED_BY[address.kind] is channel]
    if not chosen:
        raise PolicyViolation(f"No address of {contact.name} is known for {channel.value}: link one first")
    return chosen + [address for address in usable if address not in chosen]
