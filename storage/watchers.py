"""Who watches a ticket."""

from sqlalchemy import bindparam, delete, select
from sqlalchemy.engine import Connection

from intake.domain.channel import Address, AddressKind
from storage import schema
from storage.row_buffer import RowBuffer

_T = schema.watchers
_THIS_ONE = (
    _T.c.ticket == bindparam("of_ticket"),
    _T.c.kind == bindparam("of_kind"),
    _T.c.value == bindparam("of_value"),
)
_WATCHES = select(_T.c.ticket).where(*_THIS_ONE)
_UNWATCH = delete(_T).where(*_THIS_ONE)
_OF = select(_T.c.kind, _T.c.value, _T.c.name).where(_T.c.ticket == bindparam("of_ticket")).order_by(_T.c.kind, _T.c.value)


class SqlWatchers:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def watch(self, ticket: int, address: Address) -> bool:
        if self._buffer.find(_T, ticket, address.kind.value, address.value) is not None or self._is_kept(ticket, address):
            return False
        row = {"ticket": ticket, "kind": address.kind.value, "value": address.value, "name": address.name}
        self._buffer.add(_T, row)
        return True

    def _is_kept(self, ticket: int, address: Address) -> bool:
        """Nobody can watch a ticket yet that waits to be written itself, but those who wait with it."""
        if self._buffer.find(schema.tickets, ticket) is not None:
            return False
        return self._connection.execute(_WATCHES, _key(ticket, address)).first() is not None

    def unwatch(self, ticket: int, address: Address) -> bool:
        self._buffer.flush_if_waiting(_T)
        return self._connection.execute(_UNWATCH, _key(ticket, address)).rowcount == 1

    def of(self, ticket: int) -> tuple[Address, ...]:
        if self._buffer.find(schema.tickets, ticket) is not None:
            waiting = [row for row in self._buffer.waiting(_T) if row["ticket"] == ticket]
            rows = sorted((str(row["kind"]), str(row["value"]), str(row["name"])) for row in waiting)
            return tuple(_address(*row) for row in rows)
        self._buffer.flush_if_waiting(_T)
        return watchers_of(ticket, self._connection)


def watchers_of(ticket: int, connection: Connection) -> tuple[Address, ...]:
    rows = connection.execute(_OF, {"of_ticket": ticket})
    return tuple(_address(*row) for row in rows)


def _address(kind: str, value: str, name: str) -> Address:
    return Address(kind=AddressKind(kind), value=value, name=name)


def _key(ticket: int, address: Address) -> dict[str, int | str]:
    return {"of_ticket": ticket, "of_kind": address.kind.value, "of_value": address.value}
