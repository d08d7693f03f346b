"""Who takes part in a ticket: whoever asked, and those who watch."""

from intake.desk.ports import UnitOfWork
from intake.domain.channel import Address
from intake.domain.ticket import Ticket


def is_caller(address: Address | None, ticket: Ticket, books: UnitOfWork) -> bool:
    """Did this person ask, be it from another of their addresses?"""
    if address is None or ticket.caller is None:
        return False
    known = books.contacts.at(address)
    return known is not None and (known.id == ticket.caller or ticket.caller in books.contacts.identities(known.id))


def takes_part(address: Address | None, ticket: Ticket, books: UnitOfWork) -> bool:
    if is_caller(address, ticket, books):
        return True
    return address is not None and any(
        watcher.kind is address.kind and watcher.value == address.value for watcher in books.tickets.watchers(ticket.number)
    )
