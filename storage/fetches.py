"""Files that messages name and that are fetched afterwards."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, func, select, text, update
from sqlalchemy.engine import Connection

from intake.domain.message import Attachment
from intake.domain.remote_file import Fetch, FetchState, RemoteFile
from storage import schema
from storage.leases import claim, due, lease
from storage.messages import attach
from storage.row_buffer import RowBuffer

_T, _M, _F = schema.fetches, schema.messages, schema.attachments
_WAITING = text("state = 'waiting'")  # spelt as the partial index spells it
_DUE = due(_T, _WAITING, order=(_T.c.due_at, _T.c.id))
_LEASE = lease(_T, attempts=_T.c.attempts + 1)
_WITH_TICKET = select(_T, _M.c.ticket).join(_M, _M.c.id == _T.c.message)
_GET = _WITH_TICKET.where(_T.c.id.in_(bindparam("ids", expanding=True)))
_OF = _WITH_TICKET.where(_M.c.ticket == bindparam("of_ticket")).order_by(_T.c.id)
_NO_LEASE = {"claimed_by": "", "lease_until": None}
_SAVED = ("state", "attempts", "due_at", "error")
_SAVE = (
    update(_T)
    .where(_T.c.id == bindparam("of_id"), _T.c.state != FetchState.FETCHED.value)
    .values({name: bindparam(f"new_{name}") for name in _SAVED} | _NO_LEASE)
)
_HAVE = (
    update(_T)
    .where(_T.c.id == bindparam("of_id"), _T.c.state != FetchState.FETCHED.value)
    .values({"state": FetchState.FETCHED.value, "error": ""} | _NO_LEASE)
)
_RELEASE = update(_T).where(_WAITING, _T.c.lease_until.is_not(None)).values(lease_until=bindparam("now"))
_LAST = select(func.max(_F.c.position)).where(_F.c.message == bindparam("of_message"))


class SqlFetches:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def add(self, fetch: Fetch) -> None:
        self._buffer.add(
            _T,
            {
                "id": fetch.id,
                "message": fetch.message,
                "url": fetch.file.url,
                "content_type": fetch.file.content_type,
                "name": fetch.file.name,
                "state": fetch.state.value,
                "due_at": fetch.due_at,
                "created_at": fetch.created_at,
                "attempts": fetch.attempts,
                "error": fetch.error,
                "claimed_by": "",
                "lease_until": None,
            },
        )

    def claim(self, *, now: datetime, until: datetime, replica: str, limit: int) -> Sequence[Fetch]:
        self._buffer.flush_if_waiting(_T)
        ids = claim(self._connection, _DUE, _LEASE, {}, now=now, until=until, replica=replica, limit=limit)
        if not ids:
            return []
        rows = {row["id"]: row for row in self._connection.execute(_GET, {"ids": ids}).mappings()}
        return [fetch_of(rows[key]) for key in ids]

    def fetched(self, fetch: Fetch, attachment: Attachment) -> bool:
        self._buffer.flush_if_waiting(_T)
        self._buffer.flush_if_waiting(_F)
        if self._connection.execute(_HAVE, {"of_id": fetch.id}).rowcount == 0:
            return False
        last = self._connection.execute(_LAST, {"of_message": fetch.message}).scalar_one()
        attach(self._buffer, fetch.message, 0 if last is None else last + 1, attachment)
        return True

    def save(self, fetch: Fetch) -> None:
        self._buffer.flush_if_waiting(_T)
        self._connection.execute(
            _SAVE,
            {
                "of_id": fetch.id,
                "new_state": fetch.state.value,
                "new_attempts": fetch.attempts,
                "new_due_at": fetch.due_at,
                "new_error": fetch.error,
            },
        )

    def release(self, now: datetime) -> int:
        return self._connection.execute(_RELEASE, {"now": now}).rowcount


def fetches_of(ticket: int, connection: Connection) -> Sequence[Fetch]:
    """Of all its messages, in the order in which they came."""
    return [fetch_of(row) for row in connection.execute(_OF, {"of_ticket": ticket}).mappings()]


def fetch_of(row: RowMapping) -> Fetch:
    return Fetch(
        id=row["id"],
        ticket=row["ticket"],
        message=row["message"],
        file=RemoteFile(url=row["url"], content_type=row["content_type"], name=row["name"]),
        state=FetchState(row["state"]),
        due_at=row["due_at"],
        created_at=row["created_at"],
        attempts=row["attempts"],
        error=row["error"],
    )
