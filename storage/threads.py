"""Which conversation belongs to which ticket."""

from collections.abc import Collection, Mapping
from itertools import groupby

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from intake.domain.message import ThreadRef
from storage import schema
from storage.row_buffer import RowBuffer

_T = schema.threads
# Not triples in a list: for those SQLite reads the whole table.
_BOUND = select(_T.c.value, _T.c.ticket).where(
    _T.c.channel == bindparam("of_channel"),
    _T.c.kind == bindparam("of_kind"),
    _T.c.value.in_(bindparam("of_values", expanding=True)),
)


class SqlThreads:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def bind(self, refs: Collection[ThreadRef], ticket: int) -> None:
        for ref in refs:
            self._buffer.add(_T, {"channel": ref.channel.value, "kind": ref.kind.value, "value": ref.value, "ticket": ticket})

    def bound(self, refs: Collection[ThreadRef]) -> Mapping[ThreadRef, int]:
        if not refs:
            return {}
        self._buffer.flush_if_waiting(_T)
        found: dict[ThreadRef, int] = {}
        for (channel, kind), fellows in groupby(sorted(refs, key=_place), key=_place):
            by_value = {ref.value: ref for ref in fellows}
            values = {"of_channel": channel, "of_kind": kind, "of_values": list(by_value)}
            for value, ticket in self._connection.execute(_BOUND, values):
                found[by_value[value]] = ticket
        return found


def _place(ref: ThreadRef) -> tuple[str, str]:
    return ref.channel.value, ref.kind.value
