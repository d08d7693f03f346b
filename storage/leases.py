"""Claiming rows that are due: the outbox and the timers share it.

On PostgreSQL `FOR UPDATE SKIP LOCKED` lets replicas claim beside each other; on SQLite the one writer claims alone, and
SQLAlchemy leaves the clause out."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Select, Table, and_, bindparam, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Update


def due(
    table: Table, waiting: ColumnElement[bool], leased: ColumnElement[bool], *order: Column[int] | Column[datetime]
) -> Select[int]:
    """Ids of rows that are `waiting` and due, or `leased` to somebody who let the lease run out, in this order."""
    free = or_(
        and_(waiting, table.c.due_at <= bindparam("now")),
        and_(leased, table.c.lease_until <= bindparam("now")),
    )
    return select(table.c.id).where(free).order_by(*order).limit(bindparam("how_many"))


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
