"""What leaves, as a channel gets it to hand over."""

from dataclasses import dataclass
from typing import Protocol

from intake.domain.change import Announcement, Change
from intake.domain.chat import Person, Room
from intake.domain.clock import KeptClocks
from intake.domain.contact import Contact
from intake.domain.delivery import Delivery, SentRef
from intake.domain.label import Evidence
from intake.domain.message import Attachment, ThreadRef
from intake.domain.mirror import Mirror
from intake.domain.ticket import Ticket
from intake.domain.ticket_message import TicketMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the desk's own people are told of: `asked` opened the ticket, `said` is the message that the news is about. Where it
    is about the ticket's change, that is `change` as it stands now, and `announcement` what those concerned are told."""

    asked: TicketMessage | None = None
    said: TicketMessage | None = None
    change: Change | None = None
    announcement: Announcement | None = None


NOTHING = About()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a card tells of its ticket beside the ticket itself. `asked` opened it, `caller` is who asked, `room` where that
    was in a chat. `evidence` is why it was labelled so, `held` are the replies that have waited longest for somebody, of
    `held_in_all`; `wants_kind`: whoever asked is asked what kind of matter it is."""

    asked: TicketMessage | None = None
    caller: Contact | None = None
    room: Room | None = None
    evidence: tuple[Evidence, ...] = ()
    clocks: KeptClocks | None = None
    held: tuple[TicketMessage, ...] = ()
    held_in_all: int = 0
    wants_kind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """All that a channel needs to put one outgoing message into its own words.

    Usually one delivery and its ticket; several where a group leaves as a digest, `tickets[n]` belonging to
    `deliveries[n]`. The first delivery names the message. Where it hands over a human's answer that is `reply`, and
    `answers` are the names of what it answers, as this channel calls them; `resolves` is True for a final response that has
    not been accepted yet. `files` go along with the answer.

    Where it tells the desk's own people something, `about[n]` belongs to `deliveries[n]`; of a long digest only the first
    have one.

    Of a mirror `shown` is what is to be seen there; what is told in the thread under one names it as `mirror`, too, and has
    a notice. In a chat `room` is where the conversation is that `answers` names, and `person` whom the address belongs to,
    as far as they are known.

    `elsewhere` are the names by which the other side knows what went to this address lately and is not this: whoever looks
    there for an earlier attempt passes them over."""

    deliveries: tuple[Delivery, ...]
    tickets: tuple[Ticket, ...]
    mirror: Mirror | None = None
    reply: TicketMessage | None = None
    answers: tuple[ThreadRef, ...] = ()
    files: tuple[Attachment, ...] = ()
    resolves: bool = False
    about: tuple[About, ...] = ()
    elsewhere: frozenset[str] = frozenset()
    shown: Shown | None = None
    room: Room | None = None
    person: Person | None = None

    @property
    def asked(self) -> TicketMessage | None:
        return self.about[0].asked if self.about else None

    @property
    def said(self) -> TicketMessage | None:
        return self.about[0].said if self.about else None

    @property
    def change(self) -> Change | None:
        return self.about[0].change if self.about else None

    @property
    def announcement(self) -> Announcement | None:
        return self.about[0].announcement if self.about else None

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
