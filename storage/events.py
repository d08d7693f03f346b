"""The timeline of tickets."""

import json
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import RowMapping, Select, bindparam, select
from sqlalchemy.engine import Connection

from intake.domain.event import Change, Event, EventKind
from intake.domain.label import Evidence
from storage import schema
from storage.numbers import Numbers
from storage.row_buffer import RowBuffer

_T = schema.events
_as_json = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode  # a third faster than `dumps`
_GET = select(_T).where(_T.c.id == bindparam("of_id"))
# Replicas take their ids in blocks: the order of ids is not the order of time.
_NEWEST = select(_T).where(_T.c.ticket == bindparam("of_ticket")).order_by(_T.c.at.desc(), _T.c.id.desc()).limit(1)
_OF_KINDS = (
    select(_T)
    .where(_T.c.ticket == bindparam("of_ticket"), _T.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(_T.c.at.desc(), _T.c.id.desc())
    .limit(bindparam("most"))
)
_UNDOINGS = select(_T.c.data).where(_T.c.ticket == bindparam("of_ticket"), _T.c.kind == EventKind.UNDONE.value)


class SqlEvents:
    def __init__(self, connection: Connection, buffer: RowBuffer, numbers: Numbers) -> None:
        self._connection = connection
        self._buffer = buffer
        self._numbers = numbers

    def add(self, event: Event) -> int:
        id = self._numbers.next_id()  # noqa: A001 - the event's own word
        self._buffer.add(
            _T,
            {
                "id": id,
                "ticket": event.ticket,
                "kind": event.kind.value,
                "at": event.at,
                "actor": event.actor,
                "reason": event.reason,
                "evidence": _as_json([_evidence(item) for item in event.evidence]) if event.evidence else "[]",
                "data": _as_json(dict(event.data)) if event.data else "{}",
                "changes": _as_json(event.changes) if event.changes else "[]",
            },
        )
        return id

    def get(self, id: int) -> Event | None:
        return self._first(_GET, {"of_id": id})

    def is_undone(self, event: Event) -> bool:
        self._buffer.flush_if_waiting(_T)
        undoings = self._connection.execute(_UNDOINGS, {"of_ticket": event.ticket}).scalars()
        return any(json.loads(data).get("event") == str(event.id) for data in undoings)

    def newest(self, ticket: int) -> Event | None:
        return self._first(_NEWEST, {"of_ticket": ticket})

    def of_kinds(self, ticket: int, kinds: Collection[EventKind], most: int) -> Sequence[Event]:
        self._buffer.flush_if_waiting(_T)
        values = {"of_ticket": ticket, "kinds": [kind.value for kind in kinds], "most": most}
        return [event_of(row) for row in self._connection.execute(_OF_KINDS, values).mappings()]

    def _first(self, query: Select[*tuple[object, ...]], values: Mapping[str, int]) -> Event | None:
        self._buffer.flush_if_waiting(_T)
        row = self._connection.execute(query, values).mappings().first()
        return event_of(row) if row else None


def _evidence(item: Evidence) -> dict[str, str | int | float]:
    return {
        "source": item.source,
        "says": item.says,
        "text": item.text,
        "start": item.start,
        "end": item.end,
        "weight": item.weight,
    }


def event_of(row: RowMapping) -> Event:
    return Event(
        id=row["id"],
        ticket=row["ticket"],
        kind=EventKind(row["kind"]),
        at=row["at"],
        actor=row["actor"],
        reason=row["reason"],
        evidence=tuple(Evidence(**item) for item in json.loads(row["evidence"])),
        data=json.loads(row["data"]),
        changes=tuple(Change(*item) for item in json.loads(row["changes"])),
    )
