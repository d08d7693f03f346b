"""What comes with a message that opens a ticket, and is no word of whoever asks."""

from datetime import datetime

from intake.desk.directory import Directory
from intake.desk.ports import UnitOfWork
from intake.domain.agent import Agent
from intake.domain.event import Event, EventKind
from intake.domain.message import InboundMessage
from intake.domain.ticket import Ticket
from intake.domain.work_note import WorkNote


def note_what_came_with(message: InboundMessage, number: int, books: UnitOfWork, now: datetime) -> None:
    """Anomalies met while reading it, and who else wanted it to be a ticket."""
    if message.notes:
        noted = "; ".join(message.notes)[:2000]
        books.tickets.add_event(Event(ticket=number, kind=EventKind.NOTED, at=now, reason=noted))
    if (marked := message.marked) is not None:
        data = {"by": marked.by.value, **({"link": marked.link} if marked.link else {})}
        reason = f"{marked.by.name or marked.by.value} wants it to be a ticket"
        books.tickets.add_event(
            Event(ticket=number, kind=EventKind.MARKED, at=now, actor=marked.by.value, reason=reason, data=data)
        )


def keep_forwarder(agent: Agent, directory: Directory, remark: str, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
    """What a colleague wrote above what they pass on is for colleagues; they hear what becomes of it."""
    if (address := directory.mail_of(agent)) is not None:
        books.tickets.watch(ticket.number, address)
    if remark.strip():
        note = WorkNote(id=books.next_id(), ticket=ticket.number, author=agent.name, text=remark, at=now)
        books.tickets.add_note(note)
        data = {"note": str(note.id)}
        said = Event(
            ticket=ticket.number, kind=EventKind.WORK_NOTE, at=now, actor=agent.name, reason="wrote a work note", data=data
        )
        books.tickets.add_event(said)
