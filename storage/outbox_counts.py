"""How much was queued for whom, as the outbound gate asks, in the database and in what is about to be written there; and when
something was told last."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.engine import Connection

from intake.domain.channel import Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.notice import NoticeKind
from intake.domain.queued import Queued, Told
from storage import schema
from storage.foresight import Foresight
from storage.row_buffer import Row, RowBuffer

_T = schema.deliveries
_PAGE, _FRESH = 0, 1  # ranks
_HELD = DeliveryState.HELD.value
_ON_TICKET = (
    select(func.count())
    .select_from(_T)
    .where(
        _T.c.address == bindparam("of_address"),
        _T.c.created_at > bindparam("since"),
        text("state <> 'held'"),
        _T.c.ticket == bindparam("of_ticket"),
        _T.c.channel.in_(bindparam("channels", expanding=True)),
        _T.c.notice.is_not(None),
        _T.c.group_key == "",
        _T.c.rank == _FRESH,
    )
)

_SENDING = select(_T.c.id).where(
    _T.c.ticket == bindparam("of_ticket"),
    _T.c.coalesce_key == bindparam("of_key"),
    _T.c.state == DeliveryState.SENDING.value,
    _T.c.id != bindparam("but"),
    _T.c.lease_until > bindparam("now"),
)
_SHOWN_AS = (
    select(_T.c.sent_ref)
    .where(_T.c.ticket == bindparam("of_ticket"), _T.c.mirror == bindparam("of_mirror"), _T.c.sent_ref != "")
    .distinct()
)
_UNDER_WAY = select(_T.c.id).where(
    _T.c.ticket == bindparam("of_ticket"),
    _T.c.coalesce_key == bindparam("of_key"),
    _T.c.state.in_([state.value for state in (DeliveryState.QUEUED, DeliveryState.SENDING)]),
)
_TOLD_AT = select(func.max(func.coalesce(_T.c.sent_at, _T.c.due_at))).where(
    _T.c.ticket == bindparam("of_ticket"),
    _T.c.notice == bindparam("of_kind"),
    _T.c.state.in_([state.value for state in (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT)]),
)


@dataclass(slots=True)
class _Tally:
    """What waits to be written for one address: lines of digests, and the rows that the gate counts one by one."""

    lines: int = 0
    singles: list[Row] = field(default_factory=list)


class OutboxCounts:
    def __init__(self, connection: Connection, buffer: RowBuffer, foresight: Foresight) -> None:
        self._connection = connection
        self._buffer = buffer
        self._foresight = foresight
        self._waiting: Sequence[Row] = ()  # the rows that the rest was made from, and how many of them
        self._sorted = 0
        self._by_address: dict[str, _Tally] = {}
        self._automatic = 0

    def queued_since(self, channels: Collection[Channel], address: str, since: datetime, most: int) -> Queued:
        fresh = self._waiting_for(address)
        foreseen, to_anybody = self._foresight.queued(address, since, most)
        notices = replies = pages = 0
        for row in fresh.singles:
            if row["channel"] not in channels:
                continue
            if row["rank"] == _PAGE:
                pages += 1
            elif row["reply"] is not None:
                replies += 1
            else:
                notices += 1
        for channel, rank, replied, count in foreseen:
            if channel not in channels:
                continue
            if rank == _PAGE:
                pages += count
            elif replied:
                replies += count
            else:
                notices += count
        return Queued(notices=notices, replies=replies, pages=pages, to_anybody=to_anybody + self._automatic)

    def notices_on(self, ticket: int, channels: Collection[Channel], address: str, since: datetime) -> int:
        fresh = sum(
            _is_automatic(row) and row["ticket"] == ticket and row["channel"] in channels
            for row in self._waiting_for(address).singles
        )
        names = [channel.value for channel in channels]
        values = {"of_address": address, "since": since, "of_ticket": ticket, "channels": names}
        return fresh + int(self._connection.execute(_ON_TICKET, values).scalar_one())

    def told_since(self, address: str, since: datetime, most: int) -> Told:
        told = self._foresight.told(address, since, most)
        # Nothing that still waits to be written can have left.
        return Told(last=told.last, lines=told.lines + self._waiting_for(address).lines)

    def is_sending(self, delivery: Delivery, now: datetime) -> bool:
        values = {"of_ticket": delivery.ticket, "of_key": delivery.coalesce, "but": delivery.id, "now": now}
        return bool(delivery.coalesce) and self._connection.execute(_SENDING, values).first() is not None

    def shown_as(self, ticket: int, mirror: int) -> frozenset[str]:
        self._buffer.flush_if_waiting(_T)
        return frozenset(self._connection.execute(_SHOWN_AS, {"of_ticket": ticket, "of_mirror": mirror}).scalars())

    def is_under_way(self, ticket: int, coalesce: str) -> bool:
        self._buffer.flush_if_waiting(_T)
        return self._connection.execute(_UNDER_WAY, {"of_ticket": ticket, "of_key": coalesce}).first() is not None

    def told_at(self, ticket: int, kind: NoticeKind) -> datetime | None:
        self._buffer.flush_if_waiting(_T)
        return self._connection.execute(_TOLD_AT, {"of_ticket": ticket, "of_kind": kind.value}).scalar()

    def _waiting_for(self, address: str) -> _Tally:
        """Each message of a batch asks: what came in since the last one did is sorted in, not all of it again."""
        waiting = self._buffer.waiting(_T)
        if waiting is not self._waiting:
            self._waiting, self._sorted, self._by_address, self._automatic = waiting, 0, {}, 0
        if self._sorted < len(waiting):
            for row in waiting[self._sorted :]:
                self._sort_in(row)
            self._sorted = len(waiting)
        return self._by_address.get(address) or _NOTHING

    def _sort_in(self, row: Row) -> None:
        if row["state"] == _HELD or row["mirror"] is not None:
            return
        tally = self._by_address.setdefault(str(row["address"]), _Tally())
        if row["group_key"]:
            tally.lines += 1
            return
        tally.singles.append(row)
        self._automatic += _is_automatic(row)


_NOTHING = _Tally()


def _is_automatic(row: Row) -> bool:
    """Of those that leave alone; as `storage.outgoing_tables.AUTOMATIC` has it."""
    return row["rank"] == _FRESH and row["notice"] is not None
