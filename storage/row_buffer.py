"""Rows waiting to be inserted, so that a whole message goes to the database in a handful of statements."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Insert

from storage import schema
from storage.foresight import Foresight
from storage.moment import Moment, as_text

Value = str | int | float | bytes | bool | datetime | None
Row = Mapping[str, Value]

# Parents before children.
_ORDER = (
    schema.blobs,
    schema.contacts,
    schema.contact_addresses,
    schema.tickets,
    schema.changes,
    schema.clocks,
    schema.ledger,
    schema.messages,
    schema.attachments,
    schema.fetches,
    schema.calls,
    schema.text_questions,
    schema.events,
    schema.corrections,
    schema.work_notes,
    schema.ticket_links,
    schema.watchers,
    schema.threads,
    schema.mirrors,
    schema.deliveries,
    schema.timers,
    schema.ladder_runs,
    schema.pages,
    schema.tokens,
)
# Of these a row that is there already is as good as ours, unless whoever adds ours says that it must be the only one; any other
# clash is a Conflict.
_KEEP_THE_FIRST = {
    schema.blobs: ["sha256"],
    schema.threads: ["channel", "kind", "value"],
    schema.mirrors: ["ticket", "channel", "address"],
}


_Lane = tuple[Table, bool]  # whose rows; must each be the only one of its key
_LANES: Sequence[_Lane] = [
    (table, only) for table in _ORDER for only in ((False, True) if table is schema.threads else (False,))
]


def _insert(lane: _Lane, dialect: str) -> Insert:
    table, only = lane
    keys = None if only else _KEEP_THE_FIRST.get(table)
    if dialect == "sqlite":
        statement = sqlite.insert(table)
        if table is schema.deliveries:
            return statement.on_conflict_do_nothing(index_elements=["coalesce_key"], index_where=schema.QUEUED_AND_COALESCED)
        return statement.on_conflict_do_nothing(index_elements=keys) if keys else statement
    other = postgresql.insert(table)
    if table is schema.deliveries:
        return other.on_conflict_do_nothing(index_elements=["coalesce_key"], index_where=schema.QUEUED_AND_COALESCED)
    return other.on_conflict_do_nothing(index_elements=keys) if keys else other


_INSERTS = {dialect: {lane: _insert(lane, dialect) for lane in _LANES} for dialect in ("sqlite", "postgresql")}


# Rows that are asked for while they may still wait here: what a whole batch is written from.
_SOUGHT = {
    schema.ledger: ("channel", "external_id"),
    schema.contacts: ("id",),
    schema.contact_addresses: ("kind", "value"),
    schema.tickets: ("number",),
    schema.changes: ("ticket",),
    schema.watchers: ("ticket", "kind", "value"),
    schema.threads: ("channel", "kind", "value"),
}


def _as_sqlite_takes_them(lane: _Lane) -> tuple[str, Callable[[Row], tuple[Value, ...]]]:
    """The insert in SQLite's own words, and a row's values in its order. SQLAlchemy's way of binding each value of each row
    takes longer than SQLite needs to write it."""
    table, _ = lane
    compiled = _INSERTS["sqlite"][lane].compile(dialect=_SQLITE)
    names = tuple(compiled.positiontup or ())
    moments = {column.name for column in table.c if isinstance(column.type, Moment)}

    def values(row: Row) -> tuple[Value, ...]:
        return tuple([as_text(row[name]) if name in moments else row[name] for name in names])

    return str(compiled), values


_SQLITE = sqlite.dialect(paramstyle="qmark")
_IN_SQLITE = {lane: _as_sqlite_takes_them(lane) for lane in _LANES}


class RowBuffer:
    """A hundred messages leave as one statement a table. Whoever reads looks here first, or has it flushed."""

    def __init__(self, connection: Connection, foresight: Foresight) -> None:
        self._connection = connection
        self._foresight = foresight
        self._inserts = _INSERTS[connection.dialect.name]
        self._rows: dict[_Lane, list[Row]] = {}
        self._by_key: dict[tuple[Table, tuple[Value, ...]], Row] = {}

    def add(self, table: Table, row: Row, *, only: bool = False) -> None:
        """`only`: a row that another transaction wrote first is a Conflict, even where the first one would be kept."""
        self._rows.setdefault((table, only), []).append(row)
        if (key := _SOUGHT.get(table)) is not None:
            # The first one counts: it is the one that an insert would keep.
            self._by_key.setdefault((table, tuple([row[name] for name in key])), row)

    def amend(self, table: Table, id: int, changed: Row) -> bool:
        """Change a row that still waits; False where none of this `id` does. Of tables that are not sought by key."""
        rows = self._rows.get((table, False), [])
        place = next((place for place, row in enumerate(rows) if row["id"] == id), None)
        if place is not None:
            rows[place] = {**rows[place], **changed}
        return place is not None

    def find(self, table: Table, *key: Value) -> Row | None:
        return self._by_key.get((table, key))

    def waiting(self, table: Table) -> Sequence[Row]:
        return self._rows.get((table, False), ())

    def flush_if_waiting(self, table: Table) -> None:
        """Before a read that must see what was written to this table."""
        if (table, False) in self._rows or (table, True) in self._rows:
            self.flush()

    def flush_if_about(self, table: Table, column: str, values: Collection[Value]) -> None:
        """Before a read that asks for rows with one of these values alone: what else waits may go on waiting."""
        if any(row[column] in values for row in self.waiting(table)):
            self.flush()

    def flush(self) -> None:
        """Insert everything, parents first. A clash of keys raises the driver's IntegrityError."""
        if not self._rows:
            return
        rows = self._rows
        self.drop()
        for lane in _LANES:
            if lane in rows:
                self._insert(lane, rows[lane])

    def _insert(self, lane: _Lane, rows: Sequence[Row]) -> None:
        if self._connection.dialect.name == "sqlite":
            statement, values = _IN_SQLITE[lane]
            self._connection.exec_driver_sql(statement, [values(row) for row in rows])
        else:
            self._connection.execute(self._inserts[lane], rows)

    def drop(self) -> None:
        self._foresight.forget()
        self._rows, self._by_key = {}, {}
