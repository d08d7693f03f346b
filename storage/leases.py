"""Claiming rows that are due: the outbox and the timers share it.

On PostgreSQL `FOR UPDATE SKIP LOCKED` lets replicas claim beside each other; on SQLite the one writer claims alone, and
SQLAlchemy leaves the clause out."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Select, Table, TextClause, bindparam, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Update


def free(table: Table) -> ColumnElement[bool]:
    """Leased to nobody, or to somebody who let the lease run out."""
    return or_(table.c.lease_until.is_(None), table.c.lease_until <= bindparam("now"))


def due(
    table: Table, *leasable: ColumnElement[bool] | TextClause, order: Sequence[Column[int] | Column[datetime]]
) -> Select[int]:
    """Ids of free rows whose time has come. `leasable` must say, word for word, what the partial index on due times says:
    with a parameter instead, SQLite reads the whole table."""
    return (
        select(table.c.id)
        .where(*leasable, table.c.due_at <= bindparam("now"), free(table))
        .order_by(*order)
        .limit(bindparam("how_many"))
    )


def lease(table: Table, **values: object) -> Update:
    return (
        update(table)
        .where(table.c.id.in_(bindparam("ids", expanding=True)))
        .values(claimed_by=bindparam("replica"), lease_until=bindparam("until"), **values)
    )


def claim(
    connection: Connection,
    query: Select[int],
    leasing: Update,
    parameters: Mapping[str, list[str]],
    *,
    now: datetime,
    until: datetime,
    replica: str,
    limit: int,
) -> list[int]:
    """Lease up to `limit` due rows until `until`; their ids in order of due time."""
    found = connection.execute(query.with_for_update(skip_locked=True), {"now": now, "how_many": limit, **parameters})
    ids = list(found.scalars())
    if ids:
        connection.execute(leasing, {"ids": ids, "replica": replica, "until": until})
    return ids
