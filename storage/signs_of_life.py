"""When each thing that ought to show life was last heard of, as rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, bindparam, insert, select, update
from sqlalchemy.engine import Connection

from intake.domain.sign_of_life import SignOfLife
from storage.schema import signs_of_life as rows

_ALL = select(rows).order_by(rows.c.name)
_ONE = select(rows).where(rows.c.name == bindparam("of_name")).with_for_update()
_SAW = update(rows).where(rows.c.name == bindparam("of_name")).values(seen_at=bindparam("now"), silent_since=None)
_FELL_SILENT = (
    update(rows).where(rows.c.name == bindparam("of_name"), rows.c.silent_since.is_(None)).values(silent_since=bindparam("now"))
)
_TURN = (
    update(rows)
    .where(rows.c.name == bindparam("of_name"), rows.c.seen_at <= bindparam("last"))
    .values(seen_at=bindparam("now"))
)


class SqlSignsOfLife:
    """Of two replicas that write the same one first, one hears Conflict, tries again, and finds it written."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[SignOfLife]:
        return [_sign(row) for row in self._connection.execute(_ALL).mappings()]

    def get(self, name: str) -> SignOfLife | None:
        row = self._connection.execute(_ONE, {"of_name": name}).mappings().one_or_none()
        return _sign(row) if row is not None else None

    def saw(self, name: str, now: datetime) -> SignOfLife | None:
        before = self.get(name)
        if before is None:
            self._connection.execute(insert(rows).values(name=name, seen_at=now))
        else:
            self._connection.execute(_SAW, {"of_name": name, "now": now})
        return before

    def fell_silent(self, name: str, now: datetime) -> bool:
        if self._connection.execute(_FELL_SILENT, {"of_name": name, "now": now}).rowcount == 1:
            return True
        if self.get(name) is not None:
            return False
        self._connection.execute(insert(rows).values(name=name, seen_at=now, silent_since=now))
        return True

    def take_turn(self, name: str, now: datetime, every: timedelta) -> bool:
        values = {"of_name": name, "now": now, "last": now - every}
        if self._connection.execute(_TURN, values).rowcount == 1:
            return True
        if self.get(name) is not None:
            return False
        self._connection.execute(insert(rows).values(name=name, seen_at=now))
        return True


def _sign(row: RowMapping) -> SignOfLife:
    return SignOfLife(name=row["name"], seen_at=row["seen_at"], silent_since=row["silent_since"])
