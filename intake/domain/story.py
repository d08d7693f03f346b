"""What people look at: a ticket with its caller, and everything that was said, done and sent."""

from dataclasses import dataclass
from datetime import datetime

from intake.domain.delivery import Delivery
from intake.domain.event import Event
from intake.domain.ticket import Ticket
from intake.domain.ticket_message import TicketMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLine:
    """A ticket and the address of its caller (empty when there was none)."""

    ticket: Ticket
    caller: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStory:
    """Oldest first, each of them."""

    line: TicketLine
    messages: tuple[TicketMessage, ...]
    events: tuple[Event, ...]
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Depths:
    """How much lies where: deliveries by (channel, state), quarantined inputs, the oldest delivery that is due."""

    deliveries: tuple[tuple[str, str, int], ...]
    quarantined: int
    oldest_due: datetime | None
