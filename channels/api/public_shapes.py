"""What a requester sees of a ticket. Everything here is named one by one: what nobody thought of stays inside."""

from collections.abc import Sequence

from channels.api import records as r
from channels.api.change_shapes import public_change
from channels.api.shapes import moment
from intake.domain.change import ChangeStory
from intake.domain.receipt import Receipt
from intake.domain.story import TicketLine, TicketStory
from intake.domain.ticket import spoken
from intake.domain.ticket_message import Direction, KeptFile, TicketMessage


def public_ticket(line: TicketLine) -> r.PublicTicket:
    it = line.ticket
    return {
        "number": spoken(it.number),
        "kind": it.kind,
        "category": it.category,
        "priority": it.priority,
        "state": it.state,
        "short_description": it.short_description,
        "opened_at": moment(it.opened_at),
        "resolved_at": moment(it.resolved_at) if it.resolved_at else None,
        "closed_at": moment(it.closed_at) if it.closed_at else None,
        "merged": it.merged_into is not None,
        "revision": it.revision,
    }


def public_story(story: TicketStory, elsewhere: Sequence[TicketMessage], change: ChangeStory | None) -> r.PublicStory:
    """`elsewhere` are the answers that this requester got on the ticket that this one was merged into."""
    said = sorted((*public_messages(story.messages), *public_messages(elsewhere)), key=lambda message: (message.at, message.id))
    about = story.line.ticket.short_description
    return {
        **public_ticket(story.line),
        "messages": [_public_message(message, about) for message in said],
        "change": public_change(change.line.change) if change is not None else None,
    }


def public_messages(messages: Sequence[TicketMessage]) -> list[TicketMessage]:
    return [message for message in messages if message.public and not message.held and not message.rejected]


def public_receipt(of: Receipt) -> r.PublicReceipt:
    """Reasons are written for the desk's own people."""
    return {"id": of.id, "outcome": of.outcome, "duplicate": of.duplicate}


def _public_message(message: TicketMessage, about: str) -> r.PublicMessage:
    """An answer's subject is that of the ticket it was written on, which may be another one."""
    return {
        "id": message.id,
        "direction": message.direction,
        "author": _author(message),
        "subject": message.subject if message.direction is Direction.IN else about,
        "body": message.body,
        "at": moment(message.at),
        "attachments": [_public_file(file) for file in message.attachments],
    }


def _author(message: TicketMessage) -> str | None:
    """An agent is known by name; their own address is the desk's affair."""
    if message.author is None:
        return None
    return message.author.name or (message.author.value if message.direction is Direction.IN else None)


def _public_file(file: KeptFile) -> r.PublicFile:
    return {"position": file.position, "name": file.name, "content_type": file.content_type, "size": file.size}
