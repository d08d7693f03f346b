"""Tickets, and the door to all that hangs on one: what was said, what happened, what it has to do with, who watches."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from intake.domain.channel import Address
from intake.domain.errors import Conflict
from intake.domain.event import Event, EventKind
from intake.domain.message import Attachment
from intake.domain.ticket import Ticket
from intake.domain.ticket_message import TicketMessage
from intake.domain.work_note import WorkNote
from storage import schema
from storage.events import SqlEvents
from storage.messages import SqlMessages
from storage.numbers import Numbers
from storage.row_buffer import RowBuffer
from storage.ticket_links import SqlTicketLinks
from storage.ticket_rows import row_of, ticket_of
from storage.watchers import SqlWatchers

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
        self._messages = SqlMessages(connection, buffer)
        self._events = SqlEvents(connection, buffer, numbers)
        self._links = SqlTicketLinks(connection, buffer)
        self._watchers = SqlWatchers(connection, buffer)
        self._changed: dict[int, None] = {}  # in their order

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
        self._buffer.add(_T, row_of(ticket))

    def save(self, ticket: Ticket) -> None:
        self._buffer.flush()
        row = row_of(ticket)
        values = {f"new_{name}": row[name] for name in _CHANGING} | {"new_revision": ticket.revision + 1}
        changed = self._connection.execute(_SAVE, values | {"of_number": ticket.number, "of_revision": ticket.revision})
        if changed.rowcount != 1:
            raise Conflict(f"Ticket {ticket.number} was changed by somebody else meanwhile")
        self._changed[ticket.number] = None

    def changed(self) -> Collection[int]:
        changed = tuple(self._changed)
        self._changed.clear()
        return changed

    def shown(self, number: int) -> None:
        self._changed.pop(number, None)

    def add_message(self, message: TicketMessage, attachments: Sequence[Attachment] = ()) -> None:
        self._messages.add(message, attachments)

    def message(self, id: int) -> TicketMessage | None:
        return self._messages.get(id)

    def files(self, message: int) -> Sequence[Attachment]:
        return self._messages.files(message)

    def heard(self, ticket: int, limit: int) -> Sequence[TicketMessage]:
        return self._messages.heard(ticket, limit)

    def held(self, ticket: int, limit: int) -> tuple[Sequence[TicketMessage], int]:
        return self._messages.held(ticket, limit)

    def opening(self, ticket: int, also: int | None = None) -> tuple[TicketMessage | None, TicketMessage | None]:
        return self._messages.opening(ticket, also)

    def move_message(self, id: int, ticket: int) -> None:
        self._messages.move(id, ticket)

    def judge_message(self, id: int, *, public: bool, held: bool, rejected: bool) -> None:
        self._messages.judge(id, public=public, held=held, rejected=rejected)

    def amend_message(self, id: int, *, body: str, full_body: str) -> None:
        self._messages.amend(id, body=body, full_body=full_body)

    def add_note(self, note: WorkNote) -> None:
        self._buffer.add(
            schema.work_notes,
            {"id": note.id, "ticket": note.ticket, "author": note.author, "text": note.text, "at": note.at},
        )

    def add_event(self, event: Event) -> int:
        return self._events.add(event)

    def event(self, id: int) -> Event | None:
        return self._events.get(id)

    def is_undone(self, event: Event) -> bool:
        return self._events.is_undone(event)

    def newest_event(self, ticket: int) -> Event | None:
        return self._events.newest(ticket)

    def events_of(self, ticket: int, kinds: Collection[EventKind], most: int) -> Sequence[Event]:
        return self._events.of_kinds(ticket, kinds, most)

    def link(self, one: int, other: int) -> bool:
        return self._links.link(one, other)

    def unlink(self, one: int, other: int) -> bool:
        return self._links.unlink(one, other)

    def merged_into(self, ticket: int) -> Sequence[int]:
        return self._links.merged_into(ticket)

    def watch(self, ticket: int, address: Address) -> bool:
        return self._watchers.watch(ticket, address)

    def unwatch(self, ticket: int, address: Address) -> bool:
        return self._watchers.unwatch(ticket, address)

    def watchers(self, ticket: int) -> Sequence[Address]:
        return self._watchers.of(ticket)
