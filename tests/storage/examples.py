"""Rows for these tests, written through the unit of work as the desk writes them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from intake.desk.ports import UnitOfWork
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.contact import Contact
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import Event, EventKind
from intake.domain.label import Category, Kind, Level, Priority
from intake.domain.message import Attachment, ThreadKind, ThreadRef
from intake.domain.ticket import State, Ticket, Tier
from intake.domain.ticket_message import Direction, TicketMessage

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

A_TICKET = Ticket(
    number=0,
    kind=Kind.INCIDENT,
    category=Category.UNAVAILABLE,
    impact=Level.HIGH,
    urgency=Level.MEDIUM,
    priority=Priority.P2,
    state=State.NEW,
    tier=Tier.SUPPORT,
    assignment_group="support",
    contact_type="email",
    caller=None,
    short_description="The printer is on fire",
    opened_at=NOW,
    updated_at=NOW,
)
A_MESSAGE = TicketMessage(
    id=0,
    ticket=0,
    direction=Direction.IN,
    channel=Channel.EMAIL,
    author=None,
    body="It burns.",
    full_body="It burns.\n-- \nAnn",
    subject="Printer",
    at=NOW,
)
A_FILE = Attachment(name="fire.png", content_type="image/png", size=3, sha256="a" * 64, inline=False, content=b"png")


def mail(value: str) -> Address:
    return Address(kind=AddressKind.EMAIL, value=value)


def phone(value: str) -> Address:
    return Address(kind=AddressKind.PHONE, value=value)


def name_of(message_id: str) -> ThreadRef:
    return ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value=message_id)


def open_ticket(books: UnitOfWork, like: Ticket = A_TICKET) -> int:
    number = books.tickets.next_number()
    books.tickets.add(replace(like, number=number))
    return number


def open_tickets(books: UnitOfWork, how_many: int) -> list[int]:
    return [open_ticket(books) for _ in range(how_many)]


def say(books: UnitOfWork, ticket: int, like: TicketMessage = A_MESSAGE, *files: Attachment) -> int:
    """A message on the ticket; its id."""
    id = books.next_id()  # noqa: A001 - the message's own word
    books.tickets.add_message(replace(like, id=id, ticket=ticket), files)
    return id


def answer(books: UnitOfWork, ticket: int, body: str = "We are on it.") -> int:
    return say(books, ticket, replace(A_MESSAGE, direction=Direction.OUT, body=body))


def happen(books: UnitOfWork, ticket: int, kind: EventKind, at: datetime = NOW, **data: str) -> int:
    return books.tickets.add_event(Event(ticket=ticket, kind=kind, at=at, data=data))


def queue_reply(books: UnitOfWork, ticket: int, reply: int, address: str = "ann@x.example") -> Delivery:
    delivery = Delivery(
        id=books.next_id(),
        ticket=ticket,
        channel=Channel.EMAIL,
        address=address,
        state=DeliveryState.QUEUED,
        due_at=NOW,
        created_at=NOW,
        reply=reply,
    )
    books.outbox.add(delivery)
    return delivery


def know(books: UnitOfWork, *addresses: Address) -> int:
    """A contact with these addresses; its id."""
    id = books.next_id()  # noqa: A001 - the contact's own word
    name = addresses[0].value if addresses else "nobody"
    books.contacts.add(Contact(id=id, name=name, since=NOW, addresses=addresses))
    return id
