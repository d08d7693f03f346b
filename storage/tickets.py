"""Tickets, what was said on them, and what happened to them."""

import hashlib
import json
from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.engine import Connection

from intake.domain.errors import Conflict
from intake.domain.event import Event
from intake.domain.label import Category, Evidence, Kind, Level, Priority
from intake.domain.message import Attachment
from intake.domain.ticket import State, Ticket, Tier
from intake.domain.ticket_message import TicketMessage
from storage import schema
from storage.numbers import Numbers
from storage.row_buffer import Row, RowBuffer

_T = schema.tickets
_GET = select(_T).where(_T.c.number == bindparam("of_number")).with_for_update()
_MANY = select(_T).where(_T.c.number.in_(bindparam("numbers", expanding=True)))
_CHANGING = [column.name for column in _T.c if column.name not in {"number", "opened_at", "contact_type"}]
_SAVE = (
    update(_T)
    .where(_T.c.number == bindparam("of_number"), _T.c.revision == bindparam("of_revision"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)


class SqlTickets:
    def __init__(self, connection: Connection, buffer: RowBuffer, numbers: Numbers) -> None:
        self._connection = connection
        self._buffer = buffer
        self._numbers = numbers

    def next_number(self) -> int:
        return self._numbers.next_number()

    def get(self, number: int) -> Ticket | None:
        self._buffer.flush_if_waiting(_T)
        row = self._connection.execute(_GET, {"of_number": number}).mappings().first()
        return ticket_of(row) if row else None

    def many(self, numbers: Collection[int]) -> dict[int, Ticket]:
        if not numbers:
            return {}
        self._buffer.flush_if_waiting(_T)
        rows = self._connection.execute(_MANY, {"numbers": list(numbers)}).mappings()
        return {row["number"]: ticket_of(row) for row in rows}

    def add(self, ticket: Ticket) -> None:
        self._buffer.add(_T, _row(ticket))

    def save(self, ticket: Ticket) -> None:
        self._buffer.flush()
        row = _row(ticket)
        values = {f"new_{name}": row[name] for name in _CHANGING} | {"new_revision": ticket.revision + 1}
        changed = self._connection.execute(_SAVE, values | {"of_number": ticket.number, "of_revision": ticket.revision})
        if changed.rowcount != 1:
            raise Conflict(f"Ticket {ticket.number} was changed by somebody else meanwhile")

    def add_message(self, message: TicketMessage, attachments: Sequence[Attachment] = ()) -> None:
        author = message.author
        self._buffer.add(
            schema.messages,
            {
                "id": message.id,
                "ticket": message.ticket,
                "direction": message.direction.value,
                "channel": message.channel.value,
                "author_kind": author.kind.value if author else None,
                "author": author.value if author else None,
                "author_name": author.name if author else None,
                "subject": message.subject,
                "body": message.body,
                "full_body": message.full_body,
                "at": message.at,
                "public": message.public,
                "held": message.held,
                "ledger": message.ledger,
            },
        )
        for position, attachment in enumerate(attachments):
            self._attach(message.id, position, attachment)

    def add_event(self, event: Event) -> None:
        self._buffer.add(
            schema.events,
            {
                "id": self._numbers.next_id(),
                "ticket": event.ticket,
                "kind": event.kind.value,
                "at": event.at,
                "actor": event.actor,
                "reason": event.reason,
                "evidence": json.dumps([_evidence(item) for item in event.evidence]) if event.evidence else "[]",
                "data": json.dumps(dict(event.data)) if event.data else "{}",
            },
        )

    def _attach(self, message: int, position: int, attachment: Attachment) -> None:
        sha256 = attachment.sha256 or hashlib.sha256(attachment.content).hexdigest()
        self._buffer.add(schema.blobs, {"sha256": sha256, "size": attachment.size, "content": attachment.content})
        self._buffer.add(
            schema.attachments,
            {
                "message": message,
                "position": position,
                "name": attachment.name,
                "content_type": attachment.content_type,
                "size": attachment.size,
                "sha256": sha256,
                "inline": attachment.inline,
                "content_id": attachment.content_id,
            },
        )


def _evidence(item: Evidence) -> dict[str, str | int | float]:
    return {
        "source": item.source,
        "says": item.says,
        "text": item.text,
        "start": item.start,
        "end": item.end,
        "weight": item.weight,
    }


def _row(ticket: Ticket) -> Row:
    return {
        "number": ticket.number,
        "kind": ticket.kind.value,
        "category": ticket.category.value if ticket.category else None,
        "impact": ticket.impact.value,
        "urgency": ticket.urgency.value,
        "priority": ticket.priority.value,
        "state": ticket.state.value,
        "on_hold_reason": ticket.on_hold_reason,
        "tier": ticket.tier.value,
        "assignment_group": ticket.assignment_group,
        "assigned_to": ticket.assigned_to,
        "contact_type": ticket.contact_type,
        "caller": ticket.caller,
        "short_description": ticket.short_description,
        "opened_at": ticket.opened_at,
        "updated_at": ticket.updated_at,
        "parent": ticket.parent,
        "label_version": ticket.label_version,
        "confidence": ticket.confidence,
        "policy": ticket.policy,
        "revision": ticket.revision,
    }


def ticket_of(row: RowMapping) -> Ticket:
    category = row["category"]
    return Ticket(
        number=row["number"],
        kind=Kind(row["kind"]),
        category=Category(category) if category else None,
        impact=Level(row["impact"]),
        urgency=Level(row["urgency"]),
        priority=Priority(row["priority"]),
        state=State(row["state"]),
        on_hold_reason=row["on_hold_reason"],
        tier=Tier(row["tier"]),
        assignment_group=row["assignment_group"],
        assigned_to=row["assigned_to"],
        contact_type=row["contact_type"],
        caller=row["caller"],
        short_description=row["short_description"],
        opened_at=row["opened_at"],
        updated_at=row["updated_at"],
        parent=row["parent"],
        label_version=row["label_version"],
        confidence=row["confidence"],
        policy=row["policy"],
        revision=row["revision"],
    )
