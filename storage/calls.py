"""Phone calls to the desk."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, bindparam, false, func, select, text, tuple_, update
from sqlalchemy.engine import Connection

from intake.domain.call import Call
from storage import schema
from storage.row_buffer import RowBuffer

_T = schema.calls
_BEGAN = select(_T.c.began_at).where(_T.c.id == bindparam("of_id"))
_NAMED = select(_T).where(_T.c.name == bindparam("of_name"))
_SAVED = ("ticket", "line", "caller", "ended_at", "said", "connected_to")
_SAVE = update(_T).where(_T.c.id == bindparam("of_id")).values({name: bindparam(f"new_{name}") for name in _SAVED})
_OF = select(_T).where(_T.c.ticket == bindparam("of_ticket")).order_by(_T.c.began_at, _T.c.id)
_LIVE = (
    select(_T)
    .where(
        _T.c.ticket == bindparam("of_ticket"),
        _T.c.began_at >= bindparam("since"),
        _T.c.ended_at.is_(None),
        _T.c.connected_to == "",
    )
    .order_by(_T.c.began_at.desc(), _T.c.id.desc())
    .limit(1)
)
# A number's calls of all years are many: no call that began before this was over only since then.
LONGEST = timedelta(hours=24)
_SILENT = (
    select(_T)
    .where(
        _T.c.caller == bindparam("of_caller"),
        text("caller <> ''"),  # spelt as the partial index spells it
        _T.c.began_at >= bindparam("began_since"),
        func.coalesce(_T.c.ended_at, _T.c.began_at) >= bindparam("since", type_=schema.calls.c.began_at.type),
        _T.c.said == false(),
    )
    .order_by(_T.c.began_at.desc(), _T.c.id.desc())
    .limit(1)
)


class SqlCalls:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def named(self, name: str) -> Call | None:
        self._buffer.flush_if_about(_T, "name", (name,))
        return call_named(name, self._connection)

    def add(self, call: Call) -> None:
        self._buffer.add(
            _T,
            {
                "id": call.id,
                "name": call.name,
                "ticket": call.ticket,
                "line": call.line,
                "caller": call.caller,
                "began_at": call.began_at,
                "ended_at": call.ended_at,
                "said": call.said,
                "connected_to": call.connected_to,
            },
        )

    def save(self, call: Call) -> None:
        self._buffer.flush_if_waiting(_T)
        self._buffer.flush_if_waiting(schema.tickets)
        self._connection.execute(
            _SAVE,
            {
                "of_id": call.id,
                "new_ticket": call.ticket,
                "new_line": call.line,
                "new_caller": call.caller,
                "new_ended_at": call.ended_at,
                "new_said": call.said,
                "new_connected_to": call.connected_to,
            },
        )

    def live(self, ticket: int, since: datetime) -> Call | None:
        self._buffer.flush_if_about(_T, "ticket", (ticket,))
        if self._buffer.find(schema.tickets, ticket) is not None:  # nothing of it is in the database yet
            return None
        row = self._connection.execute(_LIVE, {"of_ticket": ticket, "since": since}).mappings().first()
        return call_of(row) if row else None

    def of(self, ticket: int) -> Sequence[Call]:
        self._buffer.flush_if_about(_T, "ticket", (ticket,))
        return [call_of(row) for row in self._connection.execute(_OF, {"of_ticket": ticket}).mappings()]

    def silent(self, caller: str, since: datetime) -> Call | None:
        self._buffer.flush_if_about(_T, "caller", (caller,))
        values = {"of_caller": caller, "since": since, "began_since": since - LONGEST}
        row = self._connection.execute(_SILENT, values).mappings().first()
        return call_of(row) if row else None


def call_named(name: str, connection: Connection) -> Call | None:
    row = connection.execute(_NAMED, {"of_name": name}).mappings().first()
    return call_of(row) if row else None


def newest_calls(connection: Connection, before: int | None, limit: int) -> Sequence[Call]:
    """The newest first, after the one with the id `before`. By when they began: ids come in blocks, one for each replica."""
    query = select(_T).order_by(_T.c.began_at.desc(), _T.c.id.desc()).limit(limit)
    if before is not None:
        began_at = connection.execute(_BEGAN, {"of_id": before}).scalar()
        if began_at is None:
            return []
        query = query.where(tuple_(_T.c.began_at, _T.c.id) < (began_at, before))
    return [call_of(row) for row in connection.execute(query).mappings()]


def call_of(row: RowMapping) -> Call:
    return Call(
        id=row["id"],
        name=row["name"],
        ticket=row["ticket"],
        line=row["line"],
        caller=row["caller"],
        began_at=row["began_at"],
        ended_at=row["ended_at"],
        said=row["said"],
        connected_to=row["connected_to"],
    )
