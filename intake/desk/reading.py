"""What can be looked up without touching anything: the port behind every list, page and queue."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from intake.desk.ports_of_calls import CallReader
from intake.desk.ports_of_changes import ChangeReader
from intake.desk.ports_of_chat import ChatReader
from intake.desk.ports_of_clocks import ClocksReader
from intake.desk.ports_of_paging import PagesReader
from intake.desk.ports_of_storms import StormReader
from intake.domain.channel import Address
from intake.domain.contact import Contact
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import Event, EventKind
from intake.domain.held import WhichHeld
from intake.domain.label import Kind, Priority
from intake.domain.receipt import LedgerEntry, Outcome
from intake.domain.story import QueueDepth, TicketLine, TicketStory
from intake.domain.ticket import State, Tier
from intake.domain.ticket_message import KeptFile, TicketMessage
from intake.domain.token import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFilter:
    """Empty collections and None let everything through. `assigned_to` "" is nobody; `callers` are contact ids, and an empty
    set of them lets nothing through."""

    states: Collection[State] = ()
    kinds: Collection[Kind] = ()
    priorities: Collection[Priority] = ()
    tiers: Collection[Tier] = ()
    assignment_groups: Collection[str] = ()
    assigned_to: str | None = None
    callers: Collection[int] | None = None


EVERY_TICKET = TicketFilter()


class Reader(ClocksReader, PagesReader, StormReader, ChangeReader, CallReader, ChatReader, Protocol):
    """Sees one moment. Lists are newest first and page on below the id or number `before`; events page on above `after`."""

    def tickets(self, which: TicketFilter = EVERY_TICKET, *, before: int | None = None, limit: int) -> Sequence[TicketLine]: ...

    def story(self, number: int) -> TicketStory | None: ...

    def answers_from_elsewhere(self, number: int) -> Sequence[TicketMessage]:
        """Answers on other tickets that were also sent to this one's requester (it was merged into them)."""
        ...

    def attachment(self, message: int, position: int) -> tuple[KeptFile, bytes] | None: ...

    def message(self, id: int) -> TicketMessage | None: ...

    def queues(self) -> Sequence[QueueDepth]: ...

    def events(
        self, *, ticket: int | None = None, kinds: Collection[EventKind] = (), after: int = 0, limit: int
    ) -> Sequence[Event]: ...

    def newest_events(self, *, ticket: int | None = None, kinds: Collection[EventKind] = (), limit: int) -> Sequence[Event]:
        """The last ones, the oldest of them first."""
        ...

    def ledger(self, *, outcome: Outcome | None = None, before: int | None = None, limit: int) -> Sequence[LedgerEntry]: ...

    def entry(self, id: int) -> LedgerEntry | None: ...

    def raw(self, entry: LedgerEntry) -> bytes: ...

    def outbox(
        self, *, states: Collection[DeliveryState] = (), ticket: int | None = None, before: int | None = None, limit: int
    ) -> Sequence[Delivery]: ...

    def delivery(self, id: int) -> Delivery | None: ...

    def held(self, which: WhichHeld, limit: int) -> Sequence[int]:
        """Ids of what the outbound gate holds, the oldest first."""
        ...

    def contacts(self, *, before: int | None = None, limit: int) -> Sequence[Contact]: ...

    def contact(self, id: int) -> Contact | None: ...

    def contact_at(self, address: Address) -> Contact | None: ...

    def identities(self, contact: int) -> frozenset[int]:
        """As `Contacts.identities`."""
        ...

    def watchers(self, ticket: int) -> Sequence[Address]: ...

    def token(self, id: int) -> Token | None: ...

    def tokens(self) -> Sequence[Token]: ...


class Library(Protocol):
    def looking(self) -> AbstractContextManager[Reader]:
        """Raises StoreUnavailable."""
        ...
