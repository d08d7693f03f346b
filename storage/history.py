"""Labelled matters from elsewhere, as rows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection

from intake.domain.correction import PastMatter, Taken
from storage.corrections import judgement_row
from storage.learning_tables import history as rows
from storage.row_buffer import Value

AT_ONCE = 500  # values in a statement: every database has a limit
_TAUGHT = ("text", "kind", "category", "impact", "urgency")
_KNOWN = select(rows.c.source_key, *(rows.c[name] for name in _TAUGHT)).where(
    rows.c.source_key.in_(bindparam("keys", expanding=True))
)
_CHANGE = (
    update(rows)
    .where(rows.c.source_key == bindparam("of_key"))
    .values({name: bindparam(f"new_{name}") for name in (*_TAUGHT, "name", "imported_at")})
)


class SqlHistory:
    def __init__(self, connection: Connection, next_id: Callable[[], int]) -> None:
        self._connection = connection
        self._next_id = next_id

    def take_in(self, matters: Collection[PastMatter], now: datetime) -> Taken:
        """Raises Conflict where somebody else imports the same at the same moment."""
        by_key = {matter.key: matter for matter in matters}
        keys = list(by_key)
        added = changed = 0
        for begin in range(0, len(keys), AT_ONCE):
            some = [by_key[key] for key in keys[begin : begin + AT_ONCE]]
            fresh, other = self._news(some)
            if fresh:
                self._connection.execute(
                    insert(rows),
                    [{"id": self._next_id(), "source_key": key, "imported_at": now, **fields} for key, fields in fresh.items()],
                )
            if other:
                values = [
                    {"of_key": key, "new_imported_at": now, **{f"new_{name}": value for name, value in fields.items()}}
                    for key, fields in other.items()
                ]
                self._connection.execute(_CHANGE, values)
            added, changed = added + len(fresh), changed + len(other)
        return Taken(added=added, changed=changed, known=len(keys) - added - changed)

    def forget(self) -> int:
        return self._connection.execute(delete(rows)).rowcount

    def _news(
        self, matters: Sequence[PastMatter]
    ) -> tuple[Mapping[str, Mapping[str, Value]], Mapping[str, Mapping[str, Value]]]:
        """What is not known yet, and what is known otherwise, by key."""
        found = self._connection.execute(_KNOWN, {"keys": [matter.key for matter in matters]}).mappings()
        known = {row["source_key"]: row for row in found}
        fresh: dict[str, Mapping[str, Value]] = {}
        other: dict[str, Mapping[str, Value]] = {}
        for matter in matters:
            fields = {"name": matter.name, "text": matter.judged.text, **judgement_row(matter.judged.judgement)}
            before = known.get(matter.key)
            if before is None:
                fresh[matter.key] = fields
            elif any(before[name] != fields[name] for name in _TAUGHT):
                other[matter.key] = fields
        return fresh, other
