"""Where tickets are shown elsewhere."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.engine import Connection

from intake.domain.channel import Channel
from intake.domain.mirror import Mirror
from storage import schema
from storage.row_buffer import RowBuffer

_T = schema.mirrors
_COLUMNS = select(_T.c.id, _T.c.ticket, _T.c.channel, _T.c.address, _T.c.ref, _T.c.over)
_OF = _COLUMNS.where(_T.c.ticket == bindparam("of_ticket"), _T.c.over == bindparam("is_over")).order_by(_T.c.id)
_GET = _COLUMNS.where(_T.c.id == bindparam("of_id"))
_END = update(_T).where(_T.c.id == bindparam("of_id")).values(over=True)
_ANEW = update(_T).where(_T.c.id == bindparam("of_id")).values(over=False, ref=bindparam("new_ref"))
_SHOW = update(_T).where(_T.c.id == bindparam("of_id")).values(ref=bindparam("new_ref"))


class SqlMirrors:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def of(self, ticket: int) -> Sequence[Mirror]:
        return self._of(ticket, over=False)

    def past(self, ticket: int) -> Sequence[Mirror]:
        return self._of(ticket, over=True)

    def get(self, id: int) -> Mirror | None:
        self._buffer.flush_if_waiting(_T)
        row = self._connection.execute(_GET, {"of_id": id}).mappings().first()
        return _mirror(row) if row else None

    def add(self, mirror: Mirror) -> None:
        self._buffer.add(
            _T,
            {
                "id": mirror.id,
                "ticket": mirror.ticket,
                "channel": mirror.channel.value,
                "address": mirror.address,
                "ref": mirror.ref,
                "over": mirror.over,
            },
        )

    def show(self, id: int, ref: str) -> None:
        self._buffer.flush_if_waiting(_T)
        self._connection.execute(_SHOW, {"of_id": id, "new_ref": ref})

    def end(self, id: int) -> None:
        self._buffer.flush_if_waiting(_T)
        self._connection.execute(_END, {"of_id": id})

    def begin_anew(self, id: int, ref: str = "") -> None:
        self._buffer.flush_if_waiting(_T)
        self._connection.execute(_ANEW, {"of_id": id, "new_ref": ref})

    def _of(self, ticket: int, *, over: bool) -> Sequence[Mirror]:
        self._buffer.flush_if_waiting(_T)
        rows = self._connection.execute(_OF, {"of_ticket": ticket, "is_over": over}).mappings()
        return [_mirror(row) for row in rows]


def _mirror(row: RowMapping) -> Mirror:
    return Mirror(
        id=row["id"],
        ticket=row["ticket"],
        channel=Channel(row["channel"]),
        address=row["address"],
        ref=row["ref"],
        over=row["over"],
    )
