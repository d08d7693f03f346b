"""Which conversation belongs to which ticket."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from sqlalchemy import bindparam, delete, select
from sqlalchemy.engine import Connection

from intake.domain.channel import Channel
from intake.domain.errors import Conflict
from intake.domain.message import ThreadKind, ThreadRef
from storage import schema
from storage.row_buffer import Row, RowBuffer

_T = schema.threads
# Not triples in a list: for those SQLite reads the whole table.
_BOUND = select(_T.c.value, _T.c.ticket).where(
    _T.c.channel == bindparam("of_channel"),
    _T.c.kind == bindparam("of_kind"),
    _T.c.value.in_(bindparam("of_values", expanding=True)),
)
_MOST_BETWEEN = 50
_BETWEEN = (
    select(_T.c.value)
    .where(
        _T.c.channel == bindparam("of_channel"),
        _T.c.kind == bindparam("of_kind"),
        _T.c.value >= bindparam("first"),
        _T.c.value <= bindparam("last"),
    )
    .limit(_MOST_BETWEEN)
)
_ONWARDS, _BACKWARDS = _BETWEEN.order_by(_T.c.value), _BETWEEN.order_by(_T.c.value.desc())
_UNBIND = delete(_T).where(
    _T.c.channel == bindparam("of_channel"), _T.c.kind == bindparam("of_kind"), _T.c.value == bindparam("of_value")
)
_UNBIND_FROM = _UNBIND.where(_T.c.ticket == bindparam("of_ticket"))
_NAMES = (
    select(_T.c.channel, _T.c.kind, _T.c.value)
    .where(_T.c.message == bindparam("of_message"))
    .order_by(_T.c.channel, _T.c.kind, _T.c.value)
)

_CONVERSATIONS = (
    select(_T.c.value)
    .where(
        _T.c.ticket == bindparam("of_ticket"),
        _T.c.channel == bindparam("of_channel"),
        _T.c.kind == ThreadKind.CONVERSATION.value,
    )
    .order_by(_T.c.value)
)
_MESSAGE = select(_T.c.message).where(
    _T.c.channel == bindparam("of_channel"), _T.c.kind == bindparam("of_kind"), _T.c.value == bindparam("of_value")
)


class SqlThreads:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer
        self._known: dict[ThreadRef, int | None] = {}  # what this transaction was told, and decided by

    def bind(self, refs: Collection[ThreadRef], ticket: int, message: int | None = None) -> None:
        for ref in refs:
            if self._buffer.find(_T, *_key(ref)) is not None:
                continue
            only = ref.kind is ThreadKind.CONVERSATION
            if only:
                # Not asked again: a ref that was free when the ticket was chosen must not be found bound only now.
                known = self._known[ref] if ref in self._known else self.bound([ref]).get(ref)
                if known is not None:
                    continue
                self._known[ref] = ticket
            channel, kind, value = _key(ref)
            row: Row = {"channel": channel, "kind": kind, "value": value, "ticket": ticket, "message": message}
            self._buffer.add(_T, row, only=only)

    def bound(self, refs: Collection[ThreadRef]) -> Mapping[ThreadRef, int]:
        found: dict[ThreadRef, int] = {}
        for (channel, kind), fellows in groupby(sorted(refs, key=_place), key=_place):
            by_value = {ref.value: ref for ref in fellows}
            values = {"of_channel": channel, "of_kind": kind, "of_values": list(by_value)}
            for value, ticket in self._connection.execute(_BOUND, values):
                found[by_value[value]] = ticket
        # What is there already is kept, and what waits comes second.
        for ref in refs:
            if ref not in found and (waiting := self._buffer.find(_T, *_key(ref))) is not None:
                assert isinstance(waiting["ticket"], int)
                found[ref] = waiting["ticket"]
        self._known.update({ref: found.get(ref) for ref in refs})
        return found

    def between(self, first: ThreadRef, last: ThreadRef, *, backwards: bool = False) -> Sequence[ThreadRef]:
        self._buffer.flush_if_waiting(_T)
        channel, kind, value = _key(first)
        values = {"of_channel": channel, "of_kind": kind, "first": value, "last": last.value}
        found = self._connection.execute(_BACKWARDS if backwards else _ONWARDS, values).scalars()
        return [ThreadRef(channel=first.channel, kind=first.kind, value=value) for value in found]

    def unbind(self, refs: Collection[ThreadRef]) -> None:
        self._buffer.flush_if_waiting(_T)
        for ref in refs:
            channel, kind, value = _key(ref)
            key: dict[str, str | int] = {"of_channel": channel, "of_kind": kind, "of_value": value}
            if (known := self._known.get(ref)) is None:
                self._connection.execute(_UNBIND, key)
            elif self._connection.execute(_UNBIND_FROM, {**key, "of_ticket": known}).rowcount == 0:
                raise Conflict(f"What comes as {ref.value} went to another ticket meanwhile")
            self._known[ref] = None

    def names(self, message: int) -> Sequence[ThreadRef]:
        self._buffer.flush_if_waiting(_T)
        rows = self._connection.execute(_NAMES, {"of_message": message})
        return [ThreadRef(channel=Channel(channel), kind=ThreadKind(kind), value=value) for channel, kind, value in rows]

    def conversations(self, ticket: int, channel: Channel) -> Sequence[ThreadRef]:
        self._buffer.flush_if_waiting(_T)
        found = self._connection.execute(_CONVERSATIONS, {"of_ticket": ticket, "of_channel": channel.value}).scalars()
        return [ThreadRef(channel=channel, kind=ThreadKind.CONVERSATION, value=value) for value in found]

    def message_of(self, ref: ThreadRef) -> int | None:
        self._buffer.flush_if_waiting(_T)
        channel, kind, value = _key(ref)
        of_ref = {"of_channel": channel, "of_kind": kind, "of_value": value}
        return self._connection.execute(_MESSAGE, of_ref).scalar()

    def forget(self) -> None:
        """What was written since the savepoint is undone."""
        self._known.clear()


def _key(ref: ThreadRef) -> tuple[str, str, str]:
    return ref.channel.value, ref.kind.value, ref.value


def _place(ref: ThreadRef) -> tuple[str, str]:
    return ref.channel.value, ref.kind.value
