"""When each thing that ought to show life was last heard of, as rows."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from intake.domain.sign_of_life import SignOfLife
from storage.schema import signs_of_life as rows

_ALL = select(rows).order_by(rows.c.name)
_ONE = select(rows).where(rows.c.name == bindparam("of_name")).with_for_update()
_SAW = update(rows).where(rows.c.name == bindparam("of_name")).values(seen_at=bindparam("now"), silent_since=None)
_FELL_SILENT = (
    update(rows).where(rows.c.name == bindparam("of_name"), rows.c.silent_since.is_(None)).values(silent_since=bindparam("now"))
)


class SqlSignsOfLife:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[SignOfLife]:
        return [
            SignOfLife(name=row.name, seen_at=row.seen_at, silent_since=row.silent_since)
            for row in self._connection.execute(_ALL)
        ]

    def saw(self, name: str, now: datetime) -> SignOfLife | None:
        row = self._connection.execute(_ONE, {"of_name": name}).one_or_none()
        if row is None:
            self._connection.execute(insert(rows).values(name=name, seen_at=now))
            return None
        self._connection.execute(_SAW, {"of_name": name, "now": now})
        return SignOfLife(name=row.name, seen_at=row.seen_at, silent_since=row.silent_since)

    def fell_silent(self, name: str, now: datetime) -> bool:
        return self._connection.execute(_FELL_SILENT, {"of_name": name, "now": now}).rowcount == 1
