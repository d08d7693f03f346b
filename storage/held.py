"""What the outbound gate holds back: which, how many, for whom and why."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select, text
from sqlalchemy.engine import Connection

from intake.domain.held import HeldBack, WhichHeld
from storage import schema

_T = schema.deliveries
_HELD = text("state = 'held'")  # spelt as the partial index spells it
_LOOK_AT = 10_000  # of a storm, the newest


class SqlHeld:
    """Over a connection that may be read-only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ids(self, which: WhichHeld, limit: int) -> Sequence[int]:
        """The oldest first."""
        query: Select[int] = select(_T.c.id).where(_HELD).order_by(_T.c.created_at).limit(limit)
        if which.address:
            query = query.where(_T.c.address == which.address)
        if which.channel is not None:
            query = query.where(_T.c.channel == which.channel.value)
        if which.ticket is not None:
            query = query.where(_T.c.ticket == which.ticket)
        if which.because:
            query = query.where(_T.c.error.endswith(f"({which.because})", autoescape=True))
        return list(self._connection.execute(query).scalars())

    def between(self, after: datetime, until: datetime) -> Sequence[HeldBack]:
        """Held since `after`, and not later than `until`: by reason, channel and address, the most first. Of more than
        10,000 the newest are counted."""
        newest = (
            select(_T.c.error, _T.c.channel, _T.c.address, _T.c.created_at)
            .where(_HELD, _T.c.created_at > after, _T.c.created_at <= until)
            .order_by(_T.c.created_at.desc())
            .limit(_LOOK_AT)
            .subquery()
        )
        how_many = func.count().label("how_many")
        query = (
            select(newest.c.error, newest.c.channel, newest.c.address, how_many, func.max(newest.c.created_at).label("last"))
            .group_by(newest.c.error, newest.c.channel, newest.c.address)
            .order_by(how_many.desc(), newest.c.address)
        )
        return [
            HeldBack(why=row.error, channel=row.channel, address=row.address, how_many=row.how_many, last=row.last)
            for row in self._connection.execute(query)
        ]
