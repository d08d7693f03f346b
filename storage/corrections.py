"""What people made of tickets' labels, as rows."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.engine import Connection

from intake.domain.correction import Correction, Judgement
from intake.domain.label import Category, Kind, Level
from intake.domain.principal import Role
from storage.learning_tables import corrections as rows
from storage.row_buffer import RowBuffer, Value

_NEWEST = (
    select(rows)
    .where(rows.c.ticket == bindparam("of_ticket"), rows.c.withdrawn_at.is_(None))
    .order_by(rows.c.at.desc(), rows.c.id.desc())
    .limit(1)
)
_WITHDRAW = (
    update(rows)
    .where(rows.c.ticket == bindparam("of_ticket"), rows.c.event == bindparam("of_event"), rows.c.withdrawn_at.is_(None))
    .values(withdrawn_at=bindparam("now"))
)


class SqlCorrections:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def add(self, correction: Correction) -> None:
        self._buffer.add(
            rows,
            {
                "id": correction.id,
                "ticket": correction.ticket,
                "event": correction.event,
                "at": correction.at,
                "by": correction.by,
                "role": correction.role.value,
                **{f"{name}_before": value for name, value in judgement_row(correction.before).items()},
                **judgement_row(correction.after),
                "label_version": correction.label_version,
                "text": correction.text,
                "withdrawn_at": correction.withdrawn_at,
            },
        )

    def newest(self, ticket: int) -> Correction | None:
        self._buffer.flush_if_waiting(rows)
        row = self._connection.execute(_NEWEST, {"of_ticket": ticket}).mappings().first()
        return correction_of(row) if row else None

    def withdraw(self, ticket: int, event: int, now: datetime) -> bool:
        self._buffer.flush_if_waiting(rows)
        done = self._connection.execute(_WITHDRAW, {"of_ticket": ticket, "of_event": event, "now": now})
        return done.rowcount == 1


def judgement_row(of: Judgement) -> Mapping[str, Value]:
    return {
        "kind": of.kind.value,
        "category": of.category.value if of.category else None,
        "impact": of.impact.value if of.impact else None,
        "urgency": of.urgency.value if of.urgency else None,
    }


def judgement_of(row: RowMapping, when: str = "") -> Judgement:
    """`when` is what the columns' names end in."""
    category, impact, urgency = (row[f"{name}{when}"] for name in ("category", "impact", "urgency"))
    return Judgement(
        kind=Kind(row[f"kind{when}"]),
        category=Category(category) if category is not None else None,
        impact=Level(impact) if impact is not None else None,
        urgency=Level(urgency) if urgency is not None else None,
    )


def correction_of(row: RowMapping) -> Correction:
    return Correction(
        id=row["id"],
        ticket=row["ticket"],
        event=row["event"],
        at=row["at"],
        by=row["by"],
        role=Role(row["role"]),
        before=judgement_of(row, "_before"),
        after=judgement_of(row),
        label_version=row["label_version"],
        text=row["text"],
        withdrawn_at=row["withdrawn_at"],
    )
