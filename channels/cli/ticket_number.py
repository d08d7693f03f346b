"""Ticket numbers as people type them."""

from intake.domain.errors import NotFound
from intake.domain.ticket import unspoken


def ticket_number(name: str) -> int:
    """Raises NotFound where this cannot be one."""
    number = unspoken(name)
    if number is None:
        raise NotFound(f"{name!r} is not a ticket number: they look like HD-1042")
    return number
