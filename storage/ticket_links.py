"""Which tickets have to do with each other: linked by hand, or merged."""

from collections.abc import Sequence

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.engine import Connection

from storage import schema
from storage.row_buffer import RowBuffer

_T, _L = schema.tickets, schema.ticket_links
_OF_BOTH = (_L.c.one == bindparam("of_one"), _L.c.other == bindparam("of_other"))
_LINKED = select(_L.c.one).where(*_OF_BOTH)
_UNLINK = delete(_L).where(*_OF_BOTH)
_LINKS = (
    select(_L.c.other.label("number"))
    .where(_L.c.one == bindparam("of_ticket"))
    .union_all(select(_L.c.one).where(_L.c.other == bindparam("of_ticket")))
    .order_by("number")
)


def _merged() -> Select[int]:
    """A union without repetition: it ends, even if tickets were merged in a circle."""
    merged = select(_T.c.number).where(_T.c.merged_into == bindparam("of_ticket")).cte("merged", recursive=True)
    merged = merged.union(select(_T.c.number).join(merged, _T.c.merged_into == merged.c.number))
    return select(merged.c.number).where(merged.c.number != bindparam("of_ticket")).order_by(merged.c.number)


_MERGED = _merged()


class SqlTicketLinks:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def link(self, one: int, other: int) -> bool:
        self._buffer.flush_if_waiting(_L)
        first, second = sorted((one, other))
        if self._connection.execute(_LINKED, {"of_one": first, "of_other": second}).first() is not None:
            return False
        self._buffer.add(_L, {"one": first, "other": second})
        return True

    def unlink(self, one: int, other: int) -> bool:
        self._buffer.flush_if_waiting(_L)
        first, second = sorted((one, other))
        return self._connection.execute(_UNLINK, {"of_one": first, "of_other": second}).rowcount == 1

    def merged_into(self, ticket: int) -> Sequence[int]:
        self._buffer.flush_if_waiting(_T)
        return merged_into(ticket, self._connection)


def links_of(ticket: int, connection: Connection) -> tuple[int, ...]:
    """The tickets that this one is linked with, the oldest first."""
    return tuple(connection.execute(_LINKS, {"of_ticket": ticket}).scalars())


def merged_into(ticket: int, connection: Connection) -> tuple[int, ...]:
    """The tickets that went into this one, directly or by way of another, the oldest first."""
    return tuple(connection.execute(_MERGED, {"of_ticket": ticket}).scalars())
