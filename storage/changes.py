"""Changes as rows, for whoever writes them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import bindparam, exc, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from intake.domain.change import Announcement, Change, ChangeDecision, ChangeLine, ChangeTask, Window
from intake.domain.errors import NotFound, PolicyViolation
from storage import schema
from storage.change_lists import LINES, announcements_of, audience_of, decisions_of, in_window, tasks_of
from storage.change_rows import (
    COLUMNS,
    announcement_row,
    change_of,
    decision_row,
    line_of,
    row_of,
    task_row,
)
from storage.change_tables import UNDER_WAY, change_announcements, change_audience, change_decisions, change_tasks, changes
from storage.engine import in_our_words
from storage.row_buffer import RowBuffer

_C, _N = changes, change_announcements
_GET = select(*COLUMNS).where(_C.c.ticket == bindparam("of_ticket"))
_OF_INCIDENT = (
    select(*COLUMNS).where(_C.c.incident == bindparam("of_incident"), text("incident is not null")).order_by(_C.c.ticket)
)
_CHANGING = [column.name for column in _C.c if column.name != "ticket"]
_SAVE = update(_C).where(_C.c.ticket == bindparam("of_ticket")).values({name: bindparam(f"new_{name}") for name in _CHANGING})
_HAS_OCCURRENCE = select(func.count()).where(
    _C.c.template == bindparam("of_template"),
    _C.c.occurrence == bindparam("of_occurrence"),
    text("occurrence is not null"),
)
_UNDER_WAY = in_window(LINES, text(UNDER_WAY))
_DROP_ANNOUNCEMENT = _N.delete().where(
    _N.c.ticket == bindparam("of_ticket"), _N.c.position == bindparam("of_position"), _N.c.sent_at.is_(None)
)
_DROP_AUDIENCE = change_audience.delete().where(
    change_audience.c.ticket == bindparam("of_ticket"), change_audience.c.address == bindparam("of_address")
)


class SqlChanges:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer
        self._insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        self._added: dict[int, Change] = {}  # as far as their rows wait

    def get(self, ticket: int) -> Change | None:
        """A ticket that is not written yet has its change beside it, or none: nothing is asked."""
        if self._buffer.find(_C, ticket) is not None:
            return self._added[ticket]
        if self._buffer.find(schema.tickets, ticket) is not None:
            return None
        row = self._connection.execute(_GET, {"of_ticket": ticket}).mappings().first()
        return change_of(row) if row else None

    def add(self, change: Change) -> None:
        """Raises PolicyViolation at the flush where the schema forbids it."""
        self._buffer.add(_C, row_of(change))
        self._added[change.ticket] = change

    def save(self, change: Change) -> None:
        row = row_of(change)
        values = {f"new_{name}": row[name] for name in _CHANGING}
        with self._written("There is no such incident, or no such agreement"):
            saved = self._connection.execute(_SAVE, values | {"of_ticket": change.ticket})
        if saved.rowcount != 1:
            raise NotFound(f"Ticket {change.ticket} carries no change")

    def of_incident(self, incident: int) -> Sequence[Change]:
        self._buffer.flush_if_waiting(_C)
        return [change_of(row) for row in self._connection.execute(_OF_INCIDENT, {"of_incident": incident}).mappings()]

    def decide(self, decision: ChangeDecision) -> None:
        with self._written():
            self._connection.execute(change_decisions.insert(), decision_row(decision))

    def decisions(self, ticket: int) -> Sequence[ChangeDecision]:
        return decisions_of(ticket, self._connection)

    def tasks(self, ticket: int) -> Sequence[ChangeTask]:
        return tasks_of(ticket, self._connection)

    def put_task(self, task: ChangeTask) -> None:
        row = task_row(task)
        again = {name: row[name] for name in row if name not in {"ticket", "position"}}
        insert = self._insert(change_tasks).values(row)
        with self._written():
            self._connection.execute(insert.on_conflict_do_update(index_elements=["ticket", "position"], set_=again))

    def announcements(self, ticket: int) -> Sequence[Announcement]:
        return announcements_of(ticket, self._connection)

    def put_announcement(self, announcement: Announcement) -> None:
        row = announcement_row(announcement)
        again = {name: row[name] for name in row if name not in {"ticket", "position"}}
        insert = self._insert(_N).values(row)
        with self._written():
            self._connection.execute(insert.on_conflict_do_update(index_elements=["ticket", "position"], set_=again))

    def drop_announcement(self, ticket: int, position: int) -> bool:
        return self._connection.execute(_DROP_ANNOUNCEMENT, {"of_ticket": ticket, "of_position": position}).rowcount == 1

    def audience(self, ticket: int) -> Sequence[str]:
        return audience_of(ticket, self._connection)

    def add_audience(self, ticket: int, address: str) -> bool:
        insert = self._insert(change_audience).values(ticket=ticket, address=address)
        once = insert.on_conflict_do_nothing().returning(change_audience.c.address)  # a driver may not count
        with self._written():
            return self._connection.execute(once).first() is not None

    def drop_audience(self, ticket: int, address: str) -> bool:
        return self._connection.execute(_DROP_AUDIENCE, {"of_ticket": ticket, "of_address": address}).rowcount == 1

    def windows(self, during: Window, most: int) -> Sequence[ChangeLine]:
        self._buffer.flush_if_waiting(_C)
        values = {"since": during.starts, "until": during.ends, "most": most}
        return [line_of(row) for row in self._connection.execute(_UNDER_WAY, values).mappings()]

    def has_occurrence(self, template: str, occurrence: datetime) -> bool:
        self._buffer.flush_if_waiting(_C)
        values = {"of_template": template, "of_occurrence": occurrence}
        return bool(self._connection.execute(_HAS_OCCURRENCE, values).scalar_one())

    @contextmanager
    def _written(self, unknown: str = "This ticket carries no change") -> Iterator[None]:
        """`unknown`: what a row refers to that is not there. SQLite does not say which reference it was."""
        self._buffer.flush()
        with in_our_words():
            try:
                yield
            except exc.IntegrityError as fault:
                if str(fault.orig) == "FOREIGN KEY constraint failed":
                    raise PolicyViolation(unknown) from fault
                raise
