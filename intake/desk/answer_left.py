"""A human's answer has left for whoever asked: from then on nobody waits for a first one."""

from dataclasses import replace
from datetime import datetime

from intake.desk.case import Case
from intake.desk.ports import UnitOfWork
from intake.domain.clock import ClockState
from intake.domain.delivery import Delivery
from intake.domain.event import EventKind
from intake.domain.ticket import Ticket


def answer_left(delivery: Delivery, books: UnitOfWork, now: datetime) -> None:
    """The channel's own next station has it."""
    ticket = books.tickets.get(delivery.ticket)
    if ticket is not None and not delivery.copy:
        said = f"answer to {delivery.address}: on its way, {delivery.channel.value} took it"
        Case(ticket, books, now).note(EventKind.ANSWER_LEFT, said, {"delivery": str(delivery.id)})


def update_left(delivery: Delivery, books: UnitOfWork, now: datetime) -> None:
    """What a person writes about a major incident is an answer to each who hears it, and the first of them on the incident."""
    ticket = books.tickets.many([delivery.ticket]).get(delivery.ticket)
    parent = books.tickets.get(ticket.parent) if ticket is not None and ticket.parent is not None else None
    if parent is not None and _waits(parent, books):  # locked before its children, as by all who touch both
        answer_left(replace(delivery, ticket=parent.number), books, now)
    answer_left(delivery, books, now)


def _waits(ticket: Ticket, books: UnitOfWork) -> bool:
    kept = books.clocks.of(ticket.number)
    return kept is not None and kept.response is not None and kept.response.state is not ClockState.STOPPED
