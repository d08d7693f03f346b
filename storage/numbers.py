"""Fresh numbers. SQLite counts in a row that its one writer holds anyway; PostgreSQL has sequences, so that replicas do
not queue up behind each other."""

from threading import Lock
from typing import Protocol

from sqlalchemy import Sequence, bindparam, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from storage import schema


class Numbers(Protocol):
    def next_id(self) -> int: ...

    def next_number(self) -> int: ...

    def keep(self) -> None:
        """Called before the commit."""
        ...


_READ = select(schema.counters.c.value).where(schema.counters.c.name == bindparam("which"))
_WRITE = insert(schema.counters)
_WRITE = _WRITE.on_conflict_do_update(index_elements=["name"], set_={"value": _WRITE.excluded.value})


class CountedNumbers:
    """For one SQLite transaction, which already excludes every other writer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._at: dict[str, int] = {}

    def next_id(self) -> int:
        return self._next("row", 1)

    def next_number(self) -> int:
        return self._next("ticket", schema.FIRST_NUMBER)

    def keep(self) -> None:
        if self._at:
            self._connection.execute(_WRITE, [{"name": name, "value": value} for name, value in self._at.items()])

    def _next(self, name: str, first: int) -> int:
        if (last := self._at.get(name)) is None:
            stored = self._connection.execute(_READ, {"which": name}).scalar()
            last = first - 1 if stored is None else int(stored)
        self._at[name] = last + 1
        return last + 1


class RowIdBlocks:
    """Row ids by the block: one round trip gives `ROW_IDS_STEP` of them. Shared by all transactions of a process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._free: list[int] = []

    def take(self, connection: Connection) -> int:
        with self._lock:
            if not self._free:
                first = _next_value(connection, schema.row_ids)
                self._free = list(range(first + schema.ROW_IDS_STEP - 1, first - 1, -1))
            return self._free.pop()


class SequenceNumbers:
    """For one PostgreSQL transaction."""

    def __init__(self, connection: Connection, blocks: RowIdBlocks) -> None:
        self._connection = connection
        self._blocks = blocks

    def next_id(self) -> int:
        return self._blocks.take(self._connection)

    def next_number(self) -> int:
        return _next_value(self._connection, schema.ticket_numbers)

    def keep(self) -> None:
        """Sequences keep themselves."""


def _next_value(connection: Connection, sequence: Sequence) -> int:
    return int(connection.execute(select(sequence.next_value())).scalar_one())
