"""What people look at: a ticket with its caller, and everything that was said, done and sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from intake.domain.channel import Address
from intake.domain.clock import ClockKind, KeptClocks
from intake.domain.delivery import Delivery
from intake.domain.event import Event, EventKind
from intake.domain.label import Priority
from intake.domain.page import Paging
from intake.domain.ticket import Ticket
from intake.domain.ticket_message import TicketMessage
from intake.domain.work_note import WorkNote


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLine:
    """A ticket and the address of its caller (empty when there was none)."""

    ticket: Ticket
    caller: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the closed defect `fix` proposes to answer on its incident: `text` is for whoever reported it."""

    fix: int
    text: str
    at: datetime


def newest_proposal(events: Iterable[Event]) -> Proposal | None:
    """The newest one, unless a final response was written after it."""
    heard = (event for event in events if event.kind in {EventKind.RESPONSE_PROPOSED, EventKind.FINAL_RESPONSE})
    newest = max(heard, key=lambda event: (event.at, event.id), default=None)
    if newest is None or newest.kind is EventKind.FINAL_RESPONSE:
        return None
    return Proposal(fix=int(newest.data["fix"]), text=newest.data["text"], at=newest.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStory:
    """Oldest first, each of them. `notes` are for the desk's own people. `links` are the tickets it has to do with, `merged`
    those that were merged into it, `pagings` what its ladders did."""

    line: TicketLine
    messages: tuple[TicketMessage, ...]
    events: tuple[Event, ...]
    deliveries: tuple[Delivery, ...]
    notes: tuple[WorkNote, ...] = ()
    links: tuple[int, ...] = ()
    merged: tuple[int, ...] = ()
    watchers: tuple[Address, ...] = ()
    pagings: tuple[Paging, ...] = ()

    @property
    def proposal(self) -> Proposal | None:
        return newest_proposal(self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Depths:
    """How much lies where: deliveries by (channel, state), quarantined inputs, the oldest delivery that is due."""

    deliveries: tuple[tuple[str, str, int], ...]
    quarantined: int
    oldest_due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """Open tickets of a team: how many of one priority, how many of these nobody has taken, since when the oldest is open."""

    assignment_group: str
    priority: Priority
    open: int
    untaken: int
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """An open ticket among others, and its clocks as they are kept."""

    line: TicketLine
    clocks: KeptClocks | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksOfTeam:
    """How many of a team's open tickets have this clock overdue, or past its warning."""

    assignment_group: str
    clock: ClockKind
    overdue: int
    at_risk: int
