"""A message that belongs to no ticket opens one."""

from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.incoming import bounded
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.router import first_route
from intake.desk.telling import Teller
from intake.domain.channel import Address
from intake.domain.contact import Contact
from intake.domain.event import DESK, Event, EventKind
from intake.domain.label import Label
from intake.domain.message import InboundMessage
from intake.domain.ticket import CONTACT_TYPE, SHORT_DESCRIPTION_LENGTH, State, Ticket
from intake.domain.ticket_message import Direction, TicketMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    policy: Policy
    teller: Teller
    pager: Pager

    def open(self, message: InboundMessage, label: Label, ledger: int, books: UnitOfWork, now: datetime) -> Ticket:
        """Make the ticket, label and route it, wake whom its priority wakes, and answer its author."""
        caller = contact_of(message.author, books, now) if message.author else None
        ticket = self._ticket(message, label, books.tickets.next_number(), caller, now)
        books.tickets.add(ticket)
        add_message(message, ticket.number, ledger, books)
        self._write_down(ticket, message, label, books, now)
        pages = self.pager.wakes_somebody(ticket)
        if pages:
            self.pager.start(ticket, books, now)
        self.teller.acknowledge(ticket, message, books, now, paged=pages)
        self.teller.tell_team(ticket, books, now)
        self.teller.show(ticket, books, now)
        return ticket

    def _ticket(self, message: InboundMessage, label: Label, number: int, caller: int | None, now: datetime) -> Ticket:
        where = first_route(self.policy, label.kind)
        return Ticket(
            number=number,
            kind=label.kind,
            category=label.category,
            impact=label.impact,
            urgency=label.urgency,
            priority=self.policy.priority(label.impact, label.urgency),
            state=State.NEW,
            tier=where.tier,
            assignment_group=where.team,
            contact_type=CONTACT_TYPE[message.channel],
            caller=caller,
            short_description=short_description(message),
            opened_at=message.received_at,
            updated_at=now,
            label_version=label.version,
            confidence=label.confidence,
            policy=self.policy.version,
        )

    def _write_down(self, ticket: Ticket, message: InboundMessage, label: Label, books: UnitOfWork, now: datetime) -> None:
        said = "nobody could label it yet" if label.abstained else f"{label.confidence:.0%} sure"
        events = [
            Event(
                ticket=ticket.number,
                kind=EventKind.OPENED,
                at=now,
                actor=message.author.value if message.author else DESK,
                reason=f"by {message.channel.value}",
            ),
            Event(
                ticket=ticket.number,
                kind=EventKind.LABELLED,
                at=now,
                reason=(
                    f"{ticket.kind.value}{f'/{ticket.category.value}' if ticket.category else ''}, {said}; impact"
                    f" {ticket.impact.value}, urgency {ticket.urgency.value}: {ticket.priority.value} by the matrix"
                ),
                evidence=label.evidence,
            ),
            Event(ticket=ticket.number, kind=EventKind.ROUTED, at=now, reason=first_route(self.policy, ticket.kind).reason),
        ]
        if message.notes:
            events.append(Event(ticket=ticket.number, kind=EventKind.NOTED, at=now, reason="; ".join(message.notes)[:2000]))
        for event in events:
            books.tickets.add_event(event)


def add_message(
    message: InboundMessage, ticket: int, ledger: int, books: UnitOfWork, *, public: bool = True, held: bool = False
) -> None:
    """Keep what was said with the ticket, and its names, so that answers to it find the way."""
    books.tickets.add_message(
        TicketMessage(
            id=books.next_id(),
            ticket=ticket,
            direction=Direction.IN,
            channel=message.channel,
            author=message.author,
            subject=message.subject,
            body=message.text,
            full_body=message.full_text,
            at=message.received_at,
            public=public,
            held=held,
            ledger=ledger,
        ),
        message.attachments,
    )
    books.threads.bind([replace(ref, value=bounded(ref.value)) for ref in message.known_as], ticket)


def contact_of(address: Address, books: UnitOfWork, now: datetime) -> int:
    if (known := books.contacts.at(address)) is not None:
        return known.id
    contact = Contact(id=books.next_id(), name=address.name or address.value, since=now, addresses=(address,))
    books.contacts.add(contact)
    return contact.id


def short_description(message: InboundMessage) -> str:
    line = message.subject.strip() or next((line.strip() for line in message.text.splitlines() if line.strip()), "")
    line = " ".join(line.split()) or "(no subject, no text)"
    return line if len(line) <= SHORT_DESCRIPTION_LENGTH else f"{line[: SHORT_DESCRIPTION_LENGTH - 1]}…"
