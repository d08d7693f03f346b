"""What the desk needs from its neighbours. `storage`, `classifier` and the channels fit these shapes; nobody inherits."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from intake.desk.ports_of_calls import Calls, Fetches, Texts
from intake.desk.ports_of_changes import Agreements, Changes
from intake.desk.ports_of_chat import Chat, Installations
from intake.desk.ports_of_clocks import Clocks
from intake.desk.ports_of_learning import Corrections, History, SiteLayers
from intake.desk.ports_of_paging import Ladders
from intake.desk.ports_of_polling import MailboxCursors, SignsOfLife
from intake.desk.ports_of_sending import Mirrors, Outbox
from intake.desk.ports_of_storms import Storms
from intake.desk.ports_of_threads import Threads
from intake.domain.channel import Address, Channel
from intake.domain.contact import Contact
from intake.domain.event import Event, EventKind
from intake.domain.label import Label
from intake.domain.message import Attachment
from intake.domain.receipt import LedgerEntry, Receipt
from intake.domain.ticket import Ticket
from intake.domain.ticket_message import TicketMessage
from intake.domain.timer import Timer, TimerKind
from intake.domain.token import Token
from intake.domain.work_note import WorkNote

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

    def changed(self) -> Collection[int]:
        """Those that were saved since this was asked last, without those that were shown since they were saved."""
        ...

    def shown(self, number: int) -> None:
        """As it is now, it is known wherever it is shown."""
        ...

    def add_message(self, message: TicketMessage, attachments: Sequence[Attachment] = ()) -> None: ...

    def message(self, id: int) -> TicketMessage | None: ...

    def files(self, message: int) -> Sequence[Attachment]: ...

    def heard(self, ticket: int, limit: int) -> Sequence[TicketMessage]:
        """What came in on this ticket in public, the newest first."""
        ...

    def held(self, ticket: int, limit: int) -> tuple[Sequence[TicketMessage], int]:
        """What waits for somebody to accept or reject it, the oldest first, and how much there is in all."""
        ...

    def opening(self, ticket: int, also: int | None = None) -> tuple[TicketMessage | None, TicketMessage | None]:
        """What came in on this ticket in public first, and the message `also`: one question for both."""
        ...

    def move_message(self, id: int, ticket: int) -> None:
        """The message, its attachments and its names in `Threads` belong to that ticket from now on."""
        ...

    def judge_message(self, id: int, *, public: bool, held: bool, rejected: bool) -> None: ...

    def amend_message(self, id: int, *, body: str, full_body: str) -> None:
        """Its author said it otherwise."""
        ...

    def add_note(self, note: WorkNote) -> None: ...

    def add_event(self, event: Event) -> int:
        """The id that it was given."""
        ...

    def event(self, id: int) -> Event | None: ...

    def is_undone(self, event: Event) -> bool:
        """Does a later `undone` event on the same ticket name it (`data["event"]`)?"""
        ...

    def newest_event(self, ticket: int) -> Event | None: ...

    def events_of(self, ticket: int, kinds: Collection[EventKind], most: int) -> Sequence[Event]:
        """Those of these kinds on its timeline, the newest first."""
        ...

    def link(self, one: int, other: int) -> bool:
        """Both ways; False if they were linked already, and `unlink` if they were not."""
        ...

    def unlink(self, one: int, other: int) -> bool: ...

    def merged_into(self, ticket: int) -> Sequence[int]:
        """The tickets that were merged into this one, directly or by way of another."""
        ...

    def watch(self, ticket: int, address: Address) -> bool:
        """False if it watched already."""
        ...

    def unwatch(self, ticket: int, address: Address) -> bool: ...

    def watchers(self, ticket: int) -> Sequence[Address]: ...


class Contacts(Protocol):
    """People. An address that was linked to another contact remembers whose it was: both are the same person since."""

    def at(self, address: Address) -> Contact | None: ...

    def get(self, id: int) -> Contact | None:
        """With all addresses. Of a contact whose addresses were all linked to another one: that other one."""
        ...

    def identities(self, id: int) -> frozenset[int]:
        """The ids of all contacts that are the same person."""
        ...

    def add(self, contact: Contact) -> None: ...

    def link(self, address: Address, contact: int) -> None:
        """The address, known or new, is this contact's from now on."""
        ...

    def unlink(self, address: Address, to: int | None) -> None:
        """Back to the contact it was linked away from, or over to `to` where there was none."""
        ...

    def former(self, address: Address) -> int | None:
        """The contact that the address was linked away from."""
        ...

    def mark_dead(self, address: Address, because: str, now: datetime) -> bool:
        """Mail to it came back for good; False if that was known, or nobody has this address."""
        ...

    def mark_alive(self, address: Address, unless: str = "") -> None:
        """Unless what it died of says that."""
        ...


class Timers(Protocol):
    def add(self, timer: Timer) -> None: ...

    def claim(self, *, now: datetime, until: datetime, replica: str, limit: int) -> list[Timer]: ...

    def finish(self, timer: Timer) -> bool:
        """False if it was canceled, or finished by another replica, meanwhile."""
        ...

    def cancel(self, ticket: int, kind: TimerKind, delivery: int | None = None) -> int:
        """All of this kind on the ticket, or the one about this delivery; how many were running."""
        ...

    def release(self, now: datetime) -> int:
        """End every lease, as `Outbox.release` does."""
        ...


class Tokens(Protocol):
    def add(self, token: Token) -> None: ...

    def get(self, id: int) -> Token | None: ...

    def revoke(self, id: int, now: datetime) -> bool:
        """False if it was revoked before."""
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
    def ladders(self) -> Ladders: ...
    @property
    def clocks(self) -> Clocks: ...
    @property
    def mirrors(self) -> Mirrors: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def cursors(self) -> MailboxCursors: ...
    @property
    def signs(self) -> SignsOfLife: ...
    @property
    def corrections(self) -> Corrections: ...
    @property
    def history(self) -> History: ...
    @property
    def layers(self) -> SiteLayers: ...
    @property
    def storms(self) -> Storms: ...
    @property
    def changes(self) -> Changes: ...
    @property
    def agreements(self) -> Agreements: ...
    @property
    def calls(self) -> Calls: ...
    @property
    def texts(self) -> Texts: ...
    @property
    def fetches(self) -> Fetches: ...
    @property
    def chat(self) -> Chat: ...
    @property
    def installations(self) -> Installations: ...

    def savepoint(self) -> AbstractContextManager[None]:
        """What fails inside is undone alone; its neighbours stay. Buffered writes are flushed at its end."""
        ...

    def foresee(self, channel: Channel, external_id: str, author: Address | None, in_copy: Collection[Address] = ()) -> None:
        """This input is about to be entered: what it will ask may be looked up together with its neighbours' questions.
        It changes no answer. `in_copy` are those who will be looked up beside the author."""
        ...

    def next_id(self) -> int:
        """A fresh row id, never given twice. Shared by every table but tickets, whose numbers people say aloud."""
        ...


class Store(Protocol):
    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction; commit it durably at the end. Raises StoreUnavailable, or Conflict when two collided."""
        ...
