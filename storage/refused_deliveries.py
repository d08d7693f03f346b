"""What waits in the outbox because the other side refuses the desk itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection

from intake.domain.channel import Channel
from storage import schema

_D = schema.deliveries
_OPEN = text("state in ('queued', 'sending')")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """`since` the first of them was written; `error` is what one of them was told last."""

    waiting: int
    since: datetime
    error: str


def refused(connection: Connection, channel: Channel, begins: str) -> Refused | None:
    """Those whose last error begins so; None where there is none."""
    query = select(func.count(), func.min(_D.c.created_at), func.max(_D.c.error)).where(
        _OPEN, _D.c.channel == channel.value, _D.c.error.startswith(begins, autoescape=True)
    )
    waiting, since, error = connection.execute(query).one()
    return Refused(waiting=waiting, since=since, error=error) if waiting else None
