"""Which conversation belongs to which ticket."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from sqlalchemy import bindparam, delete, select
from sqlalchemy.engine import Connection

from intake.domain.channel import Channel
from intake.domain.message import ThreadKind, ThreadRef
from storage import schema
from storage.row_buffer import RowBuffer

_T = schema.threads
# Not triples in a list: for those SQLite reads the whole table.
_BOUND = select(_T.c.value, _T.c.ticket).where(
    _T.c.channel == bindparam("of_channel"),
    _T.c.kind == bindparam("of_kind"),
    _T.c.value.in_(bindparam("of_values", expanding=True)),
)
_UNBIND = delete(_T).where(
    _T.c.channel == bindparam("of_channel"), _T.c.kind == bindparam("of_kind"), _T.c.value == bindparam("of_value")
)
_NAMES = (
    select(_T.c.channel, _T.c.kind, _T.c.value)
    .where(_T.c.message == bindparam("of_message"))
    .order_by(_T.c.channel, _T.c.kind, _T.c.value)
)


class SqlThreads:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def bind(self, refs: Collection[ThreadRef], ticket: int, message: int | None = None) -> None:
        for ref in refs:
            key = {"channel": ref.channel.value, "kind": ref.kind.value, "value": ref.value}
            self._buffer.add(_T, {**key, "ticket": ticket, "message": message})

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

    def unbind(self, refs: Collection[ThreadRef]) -> None:
        self._buffer.flush_if_waiting(_T)
        for ref in refs:
            key = {"of_channel": ref.channel.value, "of_kind": ref.kind.value, "of_value": ref.value}
            self._connection.execute(_UNBIND, key)

    def names(self, message: int) -> Sequence[ThreadRef]:
        self._buffer.flush_if_waiting(_T)
        rows = self._connection.execute(_NAMES, {"of_message": message})
        return [ThreadRef(channel=Channel(channel), kind=ThreadKind(kind), value=value) for channel, kind, value in rows]


def _place(ref: ThreadRef) -> tuple[str, str]:
    return ref.channel.value, ref.kind.value
