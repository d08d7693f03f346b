"""What the desk asks its store when it looks at itself: few questions, each bounded."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import case, func, or_, select, text
from sqlalchemy.engine import Connection

from intake.desk.alarm import outbox_alarm, row_name
from intake.domain.channel import Channel
from intake.domain.receipt import Outcome
from intake.domain.sign_of_life import SignOfLife
from intake.domain.watched import Stuck, Watched
from storage import schema
from storage.change_lists import not_approved
from storage.held import SqlHeld
from storage.ladders import unanswered
from storage.signs_of_life import SqlSignsOfLife

_D, _L = schema.deliveries, schema.ledger
_OPEN = text("state in ('queued', 'sending')")
_QUARANTINED = text("outcome = 'quarantined'")
_FROM_PEOPLE = [outcome.value for outcome in (Outcome.OPENED, Outcome.APPENDED, Outcome.HELD)]
_LOOK_BACK = 2_000  # inputs


def look(
    connection: Connection,
    *,
    now: datetime,
    held_since: datetime,
    stuck_since: datetime | None,
    channels: Collection[Channel],
    told_of_quarantine: str,
) -> Watched:
    """`told_of_quarantine` is the sign of when people were told last. Without a `stuck_since` nothing is ever stuck."""
    signs = {sign.name: sign for sign in SqlSignsOfLife(connection).all()}
    told = signs.get(told_of_quarantine)
    new = func.count() if told is None else func.sum(case((_L.c.received_at > told.seen_at, 1), else_=0))
    quarantined, newly, oldest = connection.execute(
        select(func.count(), new, func.min(_L.c.received_at)).select_from(_L).where(_QUARANTINED)
    ).one()
    return Watched(
        signs=signs,
        held=SqlHeld(connection).between(held_since, now),
        stuck=list(_stuck(connection, now, stuck_since, channels)) if stuck_since is not None else (),
        unmoved=list(_unmoved(connection, now, channels, signs)),
        last_mail=_last_mail(connection),
        quarantined=quarantined,
        newly_quarantined=int(newly or 0),
        oldest_quarantined=oldest,
        unanswered=unanswered(connection),
        unapproved=not_approved(connection, now),
    )


def _stuck(connection: Connection, now: datetime, since: datetime, channels: Collection[Channel]) -> Iterator[Stuck]:
    """What was tried waits from when it was written; what was not, from when it was due: a digest comes due later."""
    begun = case((_D.c.attempts > 0, _D.c.created_at), else_=_D.c.due_at)
    query = (
        select(_D.c.channel, func.count(), func.min(begun), func.max(_D.c.error))
        .where(_OPEN, or_(_D.c.attempts > 0, _D.c.due_at <= now))
        .group_by(_D.c.channel)
    )
    for name, waiting, first, error in connection.execute(query):
        channel = Channel(name)
        if channel in channels and first <= since and not left_since(connection, channel, since):
            yield Stuck(channel=channel, waiting=waiting, since=first, error=error)


def _unmoved(
    connection: Connection, now: datetime, channels: Collection[Channel], signs: Mapping[str, SignOfLife]
) -> Iterator[Channel]:
    """What was put off, or is tried anew by hand, waits as well, though it looks younger than it is."""
    for channel in channels:
        alarm = signs.get(row_name(outbox_alarm(channel)))
        if alarm is None or alarm.silent_since is None:
            continue
        late = or_(_D.c.attempts > 0, _D.c.due_at <= now, _D.c.error != "")
        waits = select(_D.c.id).where(_OPEN, late, _D.c.channel == channel.value).limit(1)
        if connection.execute(waits).first() is not None and not left_since(connection, channel, alarm.silent_since):
            yield channel


def left_since(connection: Connection, channel: Channel, since: datetime) -> bool:
    """Has anything left by that channel?"""
    left = select(_D.c.id).where(text("sent_at is not null"), _D.c.sent_at > since, _D.c.channel == channel.value).limit(1)
    return connection.execute(left).first() is not None


def _last_mail(connection: Connection) -> datetime | None:
    """Ids are nearly in order of time; a loop of machine mail is not followed for ever."""
    newest = select(_L.c.channel, _L.c.outcome, _L.c.received_at).order_by(_L.c.id.desc()).limit(_LOOK_BACK).subquery()
    came = select(func.max(newest.c.received_at)).where(
        newest.c.channel == Channel.EMAIL.value, newest.c.outcome.in_(_FROM_PEOPLE)
    )
    last: datetime | None = connection.execute(came).scalar_one()
    return last
