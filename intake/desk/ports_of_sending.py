"""What the desk needs from its store to send: the outbox, and what its gate counts there."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from intake.domain.channel import Channel
from intake.domain.delivery import Delivery
from intake.domain.mirror import Mirror
from intake.domain.notice import NoticeKind
from intake.domain.queued import Queued, Told


class Outbox(Protocol):
    def add(self, delivery: Delivery) -> None:
        """A second queued delivery of the same `coalesce` is dropped: the first will tell the newest state anyway."""
        ...

    def get(self, id: int) -> Delivery | None: ...

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
        """Lease due deliveries, and those whose lease ran out, to this replica. With a due delivery comes its whole group."""
        ...

    def save(self, delivery: Delivery) -> None:
        """Write state, attempts, due time, error and reference; the lease ends."""
        ...

    def is_queued(self, coalesce: str) -> bool: ...

    def shown_as(self, ticket: int, mirror: int) -> frozenset[str]:
        """What the channel calls, or called, whatever shows the ticket by this mirror."""
        ...

    def is_under_way(self, ticket: int, coalesce: str) -> bool:
        """Is one of this key queued, or being handed over now?"""
        ...

    def is_sending(self, delivery: Delivery, now: datetime) -> bool:
        """Is another one that tells the same being handed over right now?"""
        ...

    def told_at(self, ticket: int, kind: NoticeKind) -> datetime | None:
        """When such a notice on this ticket left last, or will leave; None where none was queued or sent."""
        ...

    def cancel(self, ticket: int, notices: Collection[NoticeKind], reason: str) -> int:
        """Cancel the ticket's unsent deliveries of these notice kinds; how many there were."""
        ...

    def of_reply(self, message: int, tickets: Collection[int] = ()) -> Sequence[Delivery]:
        """Every delivery of one answer, the oldest first; of these tickets alone, where any are named: what was written for a
        storm goes out on thousands."""
        ...

    def queued_since(self, channels: Collection[Channel], address: str, since: datetime, most: int) -> Queued:
        """What was put in the outbox for this address since then, to leave by one of these channels; not what is held or was
        released by hand, nor the lines of digests, nor drawing anew what shows a ticket. What went to anybody is counted up
        to `most`."""
        ...

    def refs(self, channel: Channel, address: str, since: datetime) -> frozenset[str]:
        """By which names the other side knows what was sent to this address since then."""
        ...

    def notices_on(self, ticket: int, channels: Collection[Channel], address: str, since: datetime) -> int:
        """The desk's own notices among these, on one ticket; not pages."""
        ...

    def told_since(self, address: str, since: datetime, most: int) -> Told:
        """What this address was told in digests since then; lines are counted up to `most`."""
        ...

    def let_out(self, ids: Collection[int], now: datetime) -> None:
        """What is held is queued, due now, behind what is fresh; the gate does not count it."""
        ...

    def sent_since(self, since: datetime) -> int:
        """How many were sent by all replicas since then."""
        ...

    def release(self, now: datetime) -> int:
        """End every lease: for the one process of an embedded store, when it starts again after a crash."""
        ...

    def take_up(self, channels: Collection[Channel]) -> int:
        """Queue what found no relay where it was written, for whoever can send on these channels; how many."""
        ...

    def set_aside(self, channels: Collection[Channel], error: str) -> int:
        """What is queued on these channels finds no relay; how many."""
        ...


class Mirrors(Protocol):
    def of(self, ticket: int) -> Sequence[Mirror]:
        """Where it is shown: without those that are over."""
        ...

    def past(self, ticket: int) -> Sequence[Mirror]:
        """Those that are over."""
        ...

    def get(self, id: int) -> Mirror | None: ...

    def add(self, mirror: Mirror) -> None: ...

    def show(self, id: int, ref: str) -> None:
        """Remember what the channel calls the thing that now shows the ticket."""
        ...

    def end(self, id: int) -> None:
        """The ticket is shown elsewhere from now on."""
        ...

    def begin_anew(self, id: int, ref: str = "") -> None:
        """It is shown there again, by something new, or by what is called `ref`."""
        ...
