"""Where tickets are shown elsewhere."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.engine import Connection

from intake.domain.channel import Channel
from intake.domain.mirror import Mirror
from storage import schema
from storage.row_buffer import RowBuffer

_T = schema.mirrors
_COLUMNS = select(_T.c.id, _T.c.ticket, _T.c.channel, _T.c.address, _T.c.ref)
_OF = _COLUMNS.where(_T.c.ticket == bindparam("of_ticket")).order_by(_T.c.id)
_GET = _COLUMNS.where(_T.c.id == bindparam("of_id"))
_SHOW = update(_T).where(_T.c.id == bindparam("of_id")).values(ref=bindparam("new_ref"))


class SqlMirrors:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def of(self, ticket: int) -> Sequence[Mirror]:
        self._buffer.flush_if_waiting(_T)
        return [_mirror(row) for row in self._connection.execute(_OF, {"of_ticket": ticket}).mappings()]

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
            },
        )

    def show(self, id: int, ref: str) -> None:
        self._connection.execute(_SHOW, {"of_id": id, "new_ref": ref})


def _mirror(row: RowMapping) -> Mirror:
    return Mirror(id=row["id"], ticket=row["ticket"], channel=Channel(row["channel"]), address=row["address"], ref=row["ref"])
