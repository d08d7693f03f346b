"""The outbox: what is to be handed over, to whom, and how far that got."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import RowMapping, and_, bindparam, case, func, or_, select, text, update
from sqlalchemy.engine import Connection

from intake.domain.channel import Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.notice import Notice, NoticeKind
from intake.domain.queued import Queued, Told
from storage import schema
from storage.foresight import Foresight
from storage.leases import claim, due, free, lease
from storage.outbox_counts import OutboxCounts
from storage.outgoing_tables import RELEASED
from storage.row_buffer import RowBuffer

_T = schema.deliveries
_GROUP_LIMIT = 200
_OPEN_STATES = text("state in ('queued', 'sending')")  # spelt as the partial index spells it
_ON_CHANNEL = _T.c.channel.in_(bindparam("channels", expanding=True))
_DUE = due(_T, _OPEN_STATES, _ON_CHANNEL, order=(_T.c.rank, _T.c.due_at, _T.c.id))
_DUE_PAGES = due(_T, _OPEN_STATES, _ON_CHANNEL, _T.c.rank == 0, order=(_T.c.rank, _T.c.due_at, _T.c.id))
_LEASE = lease(_T, state=DeliveryState.SENDING.value, attempts=_T.c.attempts + 1)
_GROUPS = select(_T.c.group_key).where(_T.c.id.in_(bindparam("ids", expanding=True)), _T.c.group_key != "").distinct()
_OF_GROUPS = (
    select(_T.c.id)
    .where(_OPEN_STATES, _ON_CHANNEL, free(_T), _T.c.group_key.in_(bindparam("groups", expanding=True)))
    .order_by(_T.c.id)
    .limit(_GROUP_LIMIT)
    .with_for_update(skip_locked=True)
)
_CLOSE = update(_T).where(_T.c.id == bindparam("of_id")).values(group_key=bindparam("closed"))
_GET = select(_T).where(_T.c.id.in_(bindparam("ids", expanding=True))).with_for_update()
_SAVED = ("state", "attempts", "created_at", "due_at", "error", "sent_ref", "sent_at")
_SAVE = (
    update(_T)
    .where(_T.c.id == bindparam("of_id"))
    .values({name: bindparam(f"new_{name}") for name in _SAVED} | {"claimed_by": "", "lease_until": None})
)
_UNSENT = [state.value for state in (DeliveryState.QUEUED, DeliveryState.NO_RELAY, DeliveryState.HELD)]
_CANCEL = (
    update(_T)
    .where(
        _T.c.ticket == bindparam("of_ticket"),
        _T.c.notice.in_(bindparam("notices", expanding=True)),
        _T.c.state.in_(_UNSENT),
    )
    .values(state=DeliveryState.CANCELED.value, error=bindparam("why"))
)
_IS_QUEUED = select(_T.c.id).where(_T.c.coalesce_key == bindparam("of_key"), text("state = 'queued' and coalesce_key <> ''"))
_OF_REPLY = select(_T).where(_T.c.reply == bindparam("of_reply"), text("reply is not null")).order_by(_T.c.id)
_OF_REPLY_ON = _OF_REPLY.where(_T.c.ticket.in_(bindparam("tickets", expanding=True)))
_SENT = select(func.count()).select_from(_T).where(text("sent_at is not null"), _T.c.sent_at > bindparam("since"))
_REFS = select(_T.c.sent_ref).where(
    _T.c.address == bindparam("of_address"),
    text("sent_at is not null"),  # spelt as the partial index spells it
    _T.c.sent_at >= bindparam("since"),
    _T.c.channel == bindparam("of_channel"),
    _T.c.sent_ref != "",
)
_NO_RELAY = text("deliveries.state = 'no relay'")  # spelt as the partial index spells it
_ANY_SET_ASIDE = select(_T.c.id).where(_NO_RELAY, _ON_CHANNEL).limit(1)
_TAKE_UP = update(_T).where(_NO_RELAY, _ON_CHANNEL).values(state=DeliveryState.QUEUED.value, error="")
_SET_ASIDE = (
    update(_T)
    .where(_OPEN_STATES, _T.c.state == DeliveryState.QUEUED.value, _ON_CHANNEL)
    .values(state=DeliveryState.NO_RELAY.value, error=bindparam("why"))
)
_TWIN = _T.alias("twin")
# Of those that tell the same only the newest may be queued.
_CANCEL_OLDER_TWINS = (
    update(_T)
    .where(
        _NO_RELAY,
        _ON_CHANNEL,
        _T.c.coalesce_key != "",
        select(_TWIN.c.id)
        .where(
            _TWIN.c.ticket == _T.c.ticket,
            _TWIN.c.coalesce_key == _T.c.coalesce_key,
            or_(
                _TWIN.c.state == DeliveryState.QUEUED.value,
                and_(_TWIN.c.state == DeliveryState.NO_RELAY.value, _TWIN.c.id > _T.c.id),
            ),
        )
        .exists(),
    )
    .values(state=DeliveryState.CANCELED.value, error="a newer one tells the same")
)
_LET_OUT = (
    update(_T)
    .where(_T.c.id.in_(bindparam("ids", expanding=True)), text("state = 'held'"))
    .values(
        state=DeliveryState.QUEUED.value,
        rank=case((_T.c.rank == 0, 0), else_=RELEASED),
        due_at=bindparam("now"),
        created_at=bindparam("now"),
        error="",
    )
)
_RELEASE = update(_T).where(_T.c.state == DeliveryState.SENDING.value, _OPEN_STATES).values(lease_until=bindparam("now"))


class SqlOutbox:
    def __init__(self, connection: Connection, buffer: RowBuffer, foresight: Foresight) -> None:
        self._connection = connection
        self._buffer = buffer
        self._foresight = foresight
        self._counts = OutboxCounts(connection, buffer, foresight)

    def add(self, delivery: Delivery) -> None:
        notice = delivery.notice
        self._buffer.add(
            _T,
            {
                "id": delivery.id,
                "ticket": delivery.ticket,
                "channel": delivery.channel.value,
                "address": delivery.address,
                "state": delivery.state.value,
                "rank": 0 if delivery.urgent else 1,
                "due_at": delivery.due_at,
                "created_at": delivery.created_at,
                "notice": notice.kind.value if notice else None,
                "notice_fields": json.dumps(dict(notice.fields)) if notice else "{}",
                "reply": delivery.reply,
                "copy": delivery.copy,
                "mirror": delivery.mirror,
                "group_key": delivery.group,
                "coalesce_key": delivery.coalesce,
                "attempts": delivery.attempts,
                "error": delivery.error,
                "sent_ref": delivery.sent_ref,
                "sent_at": delivery.sent_at,
                "claimed_by": "",
                "lease_until": None,
            },
        )

    def get(self, id: int) -> Delivery | None:
        self._buffer.flush_if_waiting(_T)
        found = self._get([id])
        return found[0] if found else None

    def claim(
        self,
        channels: Collection[Channel],
        *,
        now: datetime,
        until: datetime,
        replica: str,
        limit: int,
        only_urgent: bool = False,
    ) -> list[Delivery]:
        self._buffer.flush_if_waiting(_T)
        names = [channel.value for channel in channels]
        query, values = _DUE_PAGES if only_urgent else _DUE, {"channels": names}
        ids = claim(self._connection, query, _LEASE, values, now=now, until=until, replica=replica, limit=limit)
        if not ids:
            return []
        if groups := list(self._connection.execute(_GROUPS, {"ids": ids}).scalars()):
            fellows = list(self._connection.execute(_OF_GROUPS, {"groups": groups, "channels": names, "now": now}).scalars())
            if fellows:
                self._connection.execute(_LEASE, {"ids": fellows, "replica": replica, "until": until})
                ids += fellows
        return self._closed(self._get(ids))

    def _closed(self, claimed: list[Delivery]) -> list[Delivery]:
        """A group is closed by its first claim: what comes later is another group, so that a mail which is sent once more
        after a crash is the same mail."""
        firsts: dict[str, int] = {}
        for delivery in claimed:
            if delivery.group and delivery.attempts == 1:
                firsts[delivery.group] = min(delivery.id, firsts.get(delivery.group, delivery.id))
        if not firsts:
            return claimed
        closed = [
            replace(delivery, group=f"{delivery.group}#{firsts[delivery.group]}") if delivery.group in firsts else delivery
            for delivery in claimed
        ]
        changed = [{"of_id": now.id, "closed": now.group} for was, now in zip(claimed, closed, strict=True) if now is not was]
        self._connection.execute(_CLOSE, changed)
        return closed

    def save(self, delivery: Delivery) -> None:
        self._foresight.forget()
        self._connection.execute(
            _SAVE,
            {
                "of_id": delivery.id,
                "new_state": delivery.state.value,
                "new_attempts": delivery.attempts,
                "new_created_at": delivery.created_at,
                "new_due_at": delivery.due_at,
                "new_error": delivery.error,
                "new_sent_ref": delivery.sent_ref,
                "new_sent_at": delivery.sent_at,
            },
        )

    def is_queued(self, coalesce: str) -> bool:
        self._buffer.flush_if_waiting(_T)
        return self._connection.execute(_IS_QUEUED, {"of_key": coalesce}).first() is not None

    def shown_as(self, ticket: int, mirror: int) -> frozenset[str]:
        return self._counts.shown_as(ticket, mirror)

    def is_under_way(self, ticket: int, coalesce: str) -> bool:
        return self._counts.is_under_way(ticket, coalesce)

    def is_sending(self, delivery: Delivery, now: datetime) -> bool:
        return self._counts.is_sending(delivery, now)

    def told_at(self, ticket: int, kind: NoticeKind) -> datetime | None:
        return self._counts.told_at(ticket, kind)

    def cancel(self, ticket: int, notices: Collection[NoticeKind], reason: str) -> int:
        self._buffer.flush()
        names = [kind.value for kind in notices]
        return self._connection.execute(_CANCEL, {"of_ticket": ticket, "notices": names, "why": reason}).rowcount

    def queued_since(self, channels: Collection[Channel], address: str, since: datetime, most: int) -> Queued:
        return self._counts.queued_since(channels, address, since, most)

    def refs(self, channel: Channel, address: str, since: datetime) -> frozenset[str]:
        self._buffer.flush_if_waiting(_T)
        values = {"of_address": address, "of_channel": channel.value, "since": since}
        return frozenset(self._connection.execute(_REFS, values).scalars())

    def notices_on(self, ticket: int, channels: Collection[Channel], address: str, since: datetime) -> int:
        return self._counts.notices_on(ticket, channels, address, since)

    def told_since(self, address: str, since: datetime, most: int) -> Told:
        return self._counts.told_since(address, since, most)

    def let_out(self, ids: Collection[int], now: datetime) -> None:
        self._foresight.forget()
        self._connection.execute(_LET_OUT, {"ids": list(ids), "now": now})

    def of_reply(self, message: int, tickets: Collection[int] = ()) -> Sequence[Delivery]:
        self._buffer.flush_if_waiting(_T)
        query, values = (_OF_REPLY_ON, {"tickets": list(tickets)}) if tickets else (_OF_REPLY, {})
        return [delivery_of(row) for row in self._connection.execute(query, {"of_reply": message, **values}).mappings()]

    def sent_since(self, since: datetime) -> int:
        return int(self._connection.execute(_SENT, {"since": since}).scalar_one())

    def take_up(self, channels: Collection[Channel]) -> int:
        values = {"channels": [channel.value for channel in channels]}
        if self._connection.execute(_ANY_SET_ASIDE, values).first() is None:
            return 0
        self._connection.execute(_CANCEL_OLDER_TWINS, values)
        return self._connection.execute(_TAKE_UP, values).rowcount

    def set_aside(self, channels: Collection[Channel], error: str) -> int:
        values = {"channels": [channel.value for channel in channels], "why": error}
        return self._connection.execute(_SET_ASIDE, values).rowcount

    def release(self, now: datetime) -> int:
        """End every lease: for the one process of an embedded store, when it starts again after a crash."""
        return self._connection.execute(_RELEASE, {"now": now}).rowcount

    def _get(self, ids: list[int]) -> list[Delivery]:
        rows = {row["id"]: row for row in self._connection.execute(_GET, {"ids": ids}).mappings()}
        return [delivery_of(rows[key]) for key in ids if key in rows]


def delivery_of(row: RowMapping) -> Delivery:
    notice = row["notice"]
    return Delivery(
        id=row["id"],
        ticket=row["ticket"],
        channel=Channel(row["channel"]),
        address=row["address"],
        state=DeliveryState(row["state"]),
        due_at=row["due_at"],
        created_at=row["created_at"],
        notice=Notice(kind=NoticeKind(notice), fields=json.loads(row["notice_fields"])) if notice else None,
        reply=row["reply"],
        copy=row["copy"],
        mirror=row["mirror"],
        group=row["group_key"],
        coalesce=row["coalesce_key"],
        attempts=row["attempts"],
        error=row["error"],
        sent_ref=row["sent_ref"],
        sent_at=row["sent_at"],
    )
