"""What the desk needs from its neighbours. `storage`, `classifier` and the channels fit these shapes; nobody inherits."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from intake.domain.channel import Address, Channel
from intake.domain.contact import Contact
from intake.domain.delivery import Delivery, DeliveryState, SentRef
from intake.domain.event import Event
from intake.domain.label import Label
from intake.domain.message import Attachment, ThreadRef
from intake.domain.mirror import Mirror
from intake.domain.notice import NoticeKind
from intake.domain.receipt import LedgerEntry, Receipt
from intake.domain.ticket import Ticket
from intake.domain.ticket_message import TicketMessage
from intake.domain.timer import Timer, TimerKind

Clock = Callable[[], datetime]  # aware, UTC


class Classifier(Protocol):
    def classify(self, text: str) -> Label:
        """Label a message of any length and language. Pure and safe from any thread; abstains rather than guesses."""
        ...


class Ledger(Protocol):
    def receipt_for(self, channel: Channel, external_id: str) -> Receipt | None: ...

    def add(self, entry: LedgerEntry, raw: bytes) -> None:
        """Raises Conflict at the flush if another replica has entered the same (channel, external id)."""
        ...

    def entry(self, id: int) -> LedgerEntry | None: ...

    def raw(self, entry: LedgerEntry) -> bytes: ...

    def settle(self, entry: LedgerEntry) -> bool:
        """Write a quarantined entry's new outcome after a replay; False if somebody else replayed it first."""
        ...


class Tickets(Protocol):
    def next_number(self) -> int: ...

    def get(self, number: int) -> Ticket | None:
        """The ticket, locked against other writers until the unit of work ends."""
        ...

    def many(self, numbers: Collection[int]) -> dict[int, Ticket]:
        """These tickets by number, to be read and not changed."""
        ...

    def add(self, ticket: Ticket) -> None: ...

    def save(self, ticket: Ticket) -> None:
        """Raises Conflict if the stored revision is no longer the one this ticket was read with."""
        ...

    def add_message(self, message: TicketMessage, attachments: Sequence[Attachment] = ()) -> None: ...

    def add_event(self, event: Event) -> None: ...


class Contacts(Protocol):
    def at(self, address: Address) -> Contact | None: ...

    def get(self, id: int) -> Contact | None: ...

    def add(self, contact: Contact) -> None: ...


class Threads(Protocol):
    """Which conversation belongs to which ticket."""

    def bind(self, refs: Collection[ThreadRef], ticket: int) -> None:
        """A ref already bound stays where it is."""
        ...

    def bound(self, refs: Collection[ThreadRef]) -> Mapping[ThreadRef, int]: ...


class Outbox(Protocol):
    def add(self, delivery: Delivery) -> None:
        """A second queued delivery of the same `coalesce` is dropped: the first will tell the newest state anyway."""
        ...

    def get(self, id: int) -> Delivery | None: ...

    def claim(
        self, channels: Collection[Channel], *, now: datetime, until: datetime, replica: str, limit: int
    ) -> list[Delivery]:
        """Lease due deliveries, and those whose lease ran out, to this replica. With a due delivery comes its whole group."""
        ...

    def save(self, delivery: Delivery) -> None:
        """Write state, attempts, due time, error and reference; the lease ends."""
        ...

    def is_queued(self, coalesce: str) -> bool: ...

    def cancel(self, ticket: int, notices: Collection[NoticeKind], reason: str) -> int:
        """Cancel the ticket's unsent deliveries of these notice kinds; how many there were."""
        ...

    def count_since(self, address: str, since: datetime, ticket: int | None = None) -> int:
        """How many deliveries (held ones aside) were queued to this address since then."""
        ...

    def sent_since(self, since: datetime) -> int:
        """How many were sent by all replicas since then."""
        ...

    def release(self, now: datetime) -> int:
        """End every lease: for the one process of an embedded store, when it starts again after a crash."""
        ...

    def reroute(self, frm: DeliveryState, to: DeliveryState, channels: Collection[Channel], error: str) -> int: ...


class Timers(Protocol):
    def add(self, timer: Timer) -> None: ...

    def claim(self, *, now: datetime, until: datetime, replica: str, limit: int) -> list[Timer]: ...

    def finish(self, timer: Timer) -> bool:
        """False if it was canceled, or finished by another replica, meanwhile."""
        ...

    def cancel(self, ticket: int, kind: TimerKind) -> int: ...

    def release(self, now: datetime) -> int:
        """End every lease, as `Outbox.release` does."""
        ...


class Mirrors(Protocol):
    def of(self, ticket: int) -> Sequence[Mirror]: ...

    def get(self, id: int) -> Mirror | None: ...

    def add(self, mirror: Mirror) -> None: ...

    def show(self, id: int, ref: str) -> None:
        """Remember what the channel calls the thing that now shows the ticket."""
        ...


class UnitOfWork(Protocol):
    """One transaction. Everything written through it lands together or not at all."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def threads(self) -> Threads: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def timers(self) -> Timers: ...
    @property
    def mirrors(self) -> Mirrors: ...

    def savepoint(self) -> AbstractContextManager[None]:
        """What fails inside is undone alone; its neighbours stay. Buffered writes are flushed at its end."""
        ...

    def foresee(self, channel: Channel, external_id: str, author: Address | None) -> None:
        """This input is about to be entered: what it will ask may be looked up together with its neighbours' questions.
        It changes no answer."""
        ...

    def next_id(self) -> int:
        """A fresh row id, never given twice. Shared by every table but tickets, whose numbers people say aloud."""
        ...


class Store(Protocol):
    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction; commit it durably at the end. Raises StoreUnavailable, or Conflict when two collided."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """All that a channel needs to put one outgoing message into its own words.

    Usually one delivery and its ticket; several where a group leaves as a digest, `tickets[n]` belonging to
    `deliveries[n]`. The first delivery names the message.
    """

    deliveries: tuple[Delivery, ...]
    tickets: tuple[Ticket, ...]
    mirror: Mirror | None = None

    @property
    def delivery(self) -> Delivery:
        return self.deliveries[0]

    @property
    def ticket(self) -> Ticket:
        return self.tickets[0]


class Sender(Protocol):
    """Hands over one outbound message. One sender a channel."""

    async def send(self, outbound: Outbound) -> SentRef:
        """Raises DeliveryError. Called again for the same delivery after a crash, it must be recognisable as the same."""
        ...

    async def close(self) -> None: ...
