"""Rows waiting to be inserted, so that a whole message goes to the database in a handful of statements."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Insert

from storage import schema

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
    schema.threads,
    schema.mirrors,
    schema.deliveries,
    schema.timers,
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


class RowBuffer:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._inserts = _INSERTS[connection.dialect.name]
        self._rows: dict[Table, list[Row]] = {}

    def add(self, table: Table, row: Row) -> None:
        self._rows.setdefault(table, []).append(row)

    def flush(self) -> None:
        """Insert everything, parents first. A clash of keys raises the driver's IntegrityError."""
        if not self._rows:
            return
        waiting, self._rows = self._rows, {}
        for table in _ORDER:
            if rows := waiting.get(table):
                self._connection.execute(self._inserts[table], rows)

    def drop(self) -> None:
        self._rows = {}
