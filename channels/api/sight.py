"""Which tickets somebody may see, and how much of them. What a requester may not see does not exist for them."""

from typing import Annotated, TypeAlias

from fastapi import Path

from channels.api import records as r
from channels.api import shapes
from channels.api.public_shapes import public_ticket
from intake.desk.reading import Reader
from intake.domain.channel import Address
from intake.domain.errors import NotFound
from intake.domain.principal import Principal, Role
from intake.domain.story import TicketLine
from intake.domain.ticket import unspoken

InPath: TypeAlias = Annotated[str, Path(description="A ticket, `HD-1042` or `1042`.", examples=["HD-1042"])]


def number_of(text: str) -> int:
    """Of `HD-1042` or `1042`. Raises NotFound."""
    number = unspoken(text)
    if number is None:
        raise no_such_ticket()
    return number


def no_such_ticket() -> NotFound:
    return NotFound("There is no such ticket")


def line_for(by: Principal, number: int, reader: Reader) -> TicketLine:
    """Raises NotFound, also for a ticket that is somebody else's."""
    line = next((line for line in reader.tickets(before=number + 1, limit=1) if line.ticket.number == number), None)
    if line is None or not _sees(by, line, reader):
        raise no_such_ticket()
    return line


def shape_for(by: Principal, line: TicketLine) -> r.Ticket | r.PublicTicket:
    return public_ticket(line) if by.role is Role.REQUESTER else shapes.ticket(line)


def own_contacts(address: Address | None, reader: Reader) -> frozenset[int]:
    """All contacts that are the person behind this address."""
    contact = reader.contact_at(address) if address is not None else None
    return reader.identities(contact.id) | {contact.id} if contact is not None else frozenset()


def _sees(by: Principal, line: TicketLine, reader: Reader) -> bool:
    """A requester sees what they asked, and what they watch."""
    if by.role is not Role.REQUESTER:
        return True
    if by.address is None:
        return False
    if line.ticket.caller in own_contacts(by.address, reader):
        return True
    watching = {(watcher.kind, watcher.value) for watcher in reader.watchers(line.ticket.number)}
    return (by.address.kind, by.address.value) in watching
