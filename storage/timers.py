"""What the desk will do later."""

from datetime import datetime

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.engine import Connection

from intake.domain.timer import Timer, TimerKind
from storage import schema
from storage.leases import claim, due, lease
from storage.row_buffer import RowBuffer

_T = schema.timers
_RUNNING = text("state = 'running'")
_DUE = due(_T, _RUNNING, order=(_T.c.due_at, _T.c.id))
_LEASE = lease(_T)
_GET = select(_T.c.id, _T.c.ticket, _T.c.kind, _T.c.due_at, _T.c.step, _T.c.delivery).where(
    _T.c.id.in_(bindparam("ids", expanding=True))
)
_FINISH = update(_T).where(_T.c.id == bindparam("of_id"), _RUNNING).values(state="done", lease_until=None)
_CANCEL = (
    update(_T)
    .where(_T.c.ticket == bindparam("of_ticket"), _T.c.kind == bindparam("of_kind"), _RUNNING)
    .values(state="canceled", lease_until=None)
)
_CANCEL_ABOUT = _CANCEL.where(_T.c.delivery == bindparam("of_delivery"))
_RELEASE = update(_T).where(_RUNNING, _T.c.lease_until.is_not(None)).values(lease_until=bindparam("now"))


class SqlTimers:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def add(self, timer: Timer) -> None:
        self._buffer.add(
            _T,
            {
                "id": timer.id,
                "ticket": timer.ticket,
                "kind": timer.kind.value,
                "due_at": timer.due_at,
                "step": timer.step,
                "delivery": timer.delivery,
                "state": "running",
                "claimed_by": "",
                "lease_until": None,
            },
        )

    def claim(self, *, now: datetime, until: datetime, replica: str, limit: int) -> list[Timer]:
        self._buffer.flush_if_waiting(_T)
        ids = claim(self._connection, _DUE, _LEASE, {}, now=now, until=until, replica=replica, limit=limit)
        if not ids:
            return []
        rows = {row.id: row for row in self._connection.execute(_GET, {"ids": ids})}
        return [
            Timer(
                id=row.id,
                ticket=row.ticket,
                kind=TimerKind(row.kind),
                due_at=row.due_at,
                step=row.step,
                delivery=row.delivery,
            )
            for row in (rows[key] for key in ids)
        ]

    def finish(self, timer: Timer) -> bool:
        """False if it was canceled, or finished by another replica, meanwhile."""
        return self._connection.execute(_FINISH, {"of_id": timer.id}).rowcount == 1

    def cancel(self, ticket: int, kind: TimerKind, delivery: int | None = None) -> int:
        is_new = self._buffer.find(schema.tickets, ticket) is not None  # nothing of it is in the database yet
        if is_new and not any(row["ticket"] == ticket and row["kind"] == kind.value for row in self._buffer.waiting(_T)):
            return 0
        self._buffer.flush()
        values = {"of_ticket": ticket, "of_kind": kind.value}
        if delivery is None:
            return self._connection.execute(_CANCEL, values).rowcount
        return self._connection.execute(_CANCEL_ABOUT, {**values, "of_delivery": delivery}).rowcount

    def release(self, now: datetime) -> int:
        return self._connection.execute(_RELEASE, {"now": now}).rowcount
