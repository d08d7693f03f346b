"""How many calls came to what, and when the last one began: for whoever asks at a scrape."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.engine import Connection

from storage import schema

_T = schema.calls
OUTCOMES = ("taken", "said", "silent", "open")
_OUTCOME = case(
    (_T.c.connected_to != "", "taken"),
    (_T.c.ended_at.is_(None), "open"),
    (_T.c.said, "said"),
    else_="silent",
).label("outcome")


def calls_by_outcome(connection: Connection) -> Mapping[str, int]:
    """`taken` by somebody; else `open`, as long as nobody has reported the end; else `said` or `silent`."""
    counted = connection.execute(select(_OUTCOME, func.count()).group_by("outcome"))
    found = {str(outcome): int(count) for outcome, count in counted}
    return {outcome: found.get(outcome, 0) for outcome in OUTCOMES}


def last_call(connection: Connection) -> datetime | None:
    newest = connection.execute(select(_T.c.began_at).order_by(_T.c.began_at.desc()).limit(1)).scalar_one_or_none()
    return newest if isinstance(newest, datetime) else None
