"""What a card shows of a ticket beside the ticket itself."""

from intake.desk.chat.conversation import room_of
from intake.desk.labelling import has_question
from intake.desk.outbound import Shown
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.domain.channel import Channel
from intake.domain.chat import Room
from intake.domain.event import EventKind
from intake.domain.label import Evidence
from intake.domain.ticket import Ticket
from intake.domain.ticket_message import TicketMessage

MOST_HELD = 5
_LABELS = (EventKind.LABELLED, EventKind.RELABELLED, EventKind.QUESTION_ANSWERED)


def shown(ticket: Ticket, policy: Policy, books: UnitOfWork) -> Shown:
    asked, _ = books.tickets.opening(ticket.number)
    held, in_all = books.tickets.held(ticket.number, MOST_HELD)
    return Shown(
        asked=asked,
        caller=books.contacts.get(ticket.caller) if ticket.caller is not None else None,
        room=_room_of(asked, books),
        evidence=_evidence(ticket, books),
        clocks=books.clocks.of(ticket.number),
        held=tuple(held),
        held_in_all=in_all,
        wants_kind=has_question(ticket, policy),
    )


def _room_of(asked: TicketMessage | None, books: UnitOfWork) -> Room | None:
    if asked is None or asked.channel is not Channel.SLACK:
        return None
    name = next((ref for ref in books.threads.names(asked.id) if ref.channel is Channel.SLACK), None)
    return books.chat.room(room_of(name)) if name is not None else None


def _evidence(ticket: Ticket, books: UnitOfWork) -> tuple[Evidence, ...]:
    """Of the newest label; a person's needs none."""
    newest = books.tickets.events_of(ticket.number, _LABELS, 1)
    return newest[0].evidence if newest else ()
