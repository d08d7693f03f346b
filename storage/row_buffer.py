"""Rows waiting to be inserted, so that a whole message goes to the database in a handful of statements."""

from collections.abc import Callable, Mapping, Sequence
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
    schema.ledger,
    schema.messages,
    schema.attachments,
    schema.events,
    schema.work_notes,
    schema.ticket_links,
    schema.watchers,
    schema.threads,
    schema.mirrors,
    schema.deliveries,
    schema.timers,
    schema.tokens,
)
# Of these a row that is there already is as good as ours; any other clash is a Conflict.
_KEEP_THE_FIRST = {
    schema.blobs: ["sha256"],
    schema.threads: ["channel", "kind", "value"],
    schema.mirrors: ["ticket", "channel", "address"],
}


def _insert(table: Table, dialect: str) -> Insert:
    keys = _KEEP_THE_FIRST.get(table)
    if dialect == "sqlite":
        statement = sqlite.insert(table)
        if table is schema.deliveries:
            return statement.on_conflict_do_nothing(index_elements=["coalesce_key"], index_where=schema.QUEUED_AND_COALESCED)
        return statement.on_conflict_do_nothing(index_elements=keys) if keys else statement
    other = postgresql.insert(table)
    if table is schema.deliveries:
        return other.on_conflict_do_nothing(index_elements=["coalesce_key"], index_where=schema.QUEUED_AND_COALESCED)
    return other.on_conflict_do_nothing(index_elements=keys) if keys else other


_INSERTS = {dialect: {table: _insert(table, dialect) for table in _ORDER} for dialect in ("sqlite", "postgresql")}


# Rows that are asked for while they may still wait here: what a whole batch is written from.
_SOUGHT = {
    schema.ledger: ("channel", "external_id"),
    schema.contact_addresses: ("kind", "value"),
}


def _as_sqlite_takes_them(table: Table) -> tuple[str, Callable[[Row], tuple[Value, ...]]]:
    """The insert in SQLite's own words, and a row's values in its order. SQLAlchemy's way of binding each value of each row
    takes longer than SQLite needs to write it."""
    compiled = _INSERTS["sqlite"][table].compile(dialect=_SQLITE)
    names = tuple(compiled.positiontup or ())
    moments = {column.name for column in table.c if isinstance(column.type, Moment)}

    def values(row: Row) -> tuple[Value, ...]:
        return tuple([as_text(row[name]) if name in moments else row[name] for name in names])

    return str(compiled), values


_SQLITE = sqlite.dialect(paramstyle="qmark")
_IN_SQLITE = {table: _as_sqlite_takes_them(table) for table in _ORDER}


class RowBuffer:
    """A hundred messages leave as one statement a table. Whoever reads looks here first, or has it flushed."""

    def __init__(self, connection: Connection, foresight: Foresight) -> None:
        self._connection = connection
        self._foresight = foresight
        self._inserts = _INSERTS[connection.dialect.name]
        self._rows: dict[Table, list[Row]] = {}
        self._by_key: dict[tuple[Table, tuple[Value, ...]], Row] = {}

    def add(self, table: Table, row: Row) -> None:
        self._rows.setdefault(table, []).append(row)
        if (key := _SOUGHT.get(table)) is not None:
            # The first one counts: it is the one that an insert would keep.
            self._by_key.setdefault((table, tuple([row[name] for name in key])), row)

    def find(self, table: Table, *key: Value) -> Row | None:
        return self._by_key.get((table, key))

    def waiting(self, table: Table) -> Sequence[Row]:
        return self._rows.get(table, ())

    def flush_if_waiting(self, table: Table) -> None:
        """Before a read that must see what was written to this table."""
        if table in self._rows:
            self.flush()

    def flush(self) -> None:
        """Insert everything, parents first. A clash of keys raises the driver's IntegrityError."""
        if not self._rows:
            return
        rows = self._rows
        self.drop()
        for table in _ORDER:
            if table in rows:
                self._insert(table, rows[table])

    def _insert(self, table: Table, rows: Sequence[Row]) -> None:
        if self._connection.dialect.name == "sqlite":
            statement, values = _IN_SQLITE[table]
            self._connection.exec_driver_sql(statement, [values(row) for row in rows])
        else:
            self._connection.execute(self._inserts[table], rows)

    def drop(self) -> None:
        self._foresight.forget()
        self._rows, self._by_key = {}, {}
