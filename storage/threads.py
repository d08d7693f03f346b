"""Which conversation belongs to which ticket."""

from collections.abc import Collection, Mapping

from sqlalchemy import select, tuple_
from sqlalchemy.engine import Connection

from intake.domain.channel import Channel
from intake.domain.message import ThreadKind, ThreadRef
from storage import schema
from storage.row_buffer import RowBuffer

_T = schema.threads


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
        keys = [(ref.channel.value, ref.kind.value, ref.value) for ref in refs]
        query = select(_T.c.channel, _T.c.kind, _T.c.value, _T.c.ticket).where(
            tuple_(_T.c.channel, _T.c.kind, _T.c.value).in_(keys)
        )
        return {
            ThreadRef(channel=Channel(channel), kind=ThreadKind(kind), value=value): ticket
            for channel, kind, value, ticket in self._connection.execute(query)
        }
