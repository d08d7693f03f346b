"""Outgoing messages made for these tests, and the mail that becomes of them, read back by the standard library's parser."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal

from channels.email.outgoing.letterhead import Letterhead
from channels.email.render import render
from intake.desk.keys import KeyRing
from intake.desk.outbound import About, Outbound
from intake.desk.policy_file.whole import read_policy
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.label import Category, Kind, Level, Priority
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import State, Ticket, Tier
from intake.domain.ticket_message import Direction, TicketMessage

KEYS = KeyRing([b"a key that signs only in tests"])
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANN = "ann@customer.example"
PLAIN = Letterhead(address="desk@help.example", policy=read_policy(None), keys=KEYS)
LINKED = replace(PLAIN, public_url="https://desk.example")

TICKET = Ticket(
    number=1042,
    kind=Kind.INCIDENT,
    category=Category.ERROR_MESSAGE,
    impact=Level.LOW,
    urgency=Level.MEDIUM,
    priority=Priority.P4,
    state=State.IN_PROGRESS,
    tier=Tier.SUPPORT,
    assignment_group="support",
    contact_type="email",
    caller=7,
    short_description="Printer on floor 3",
    opened_at=MONDAY,
    updated_at=MONDAY,
)
ANSWER = TicketMessage(
    id=5,
    ticket=1042,
    direction=Direction.OUT,
    channel=Channel.API,
    author=None,
    body="Please switch it off and on again.",
    full_body="Please switch it off and on again.",
    subject="Printer on floor 3",
    at=MONDAY,
)


def delivery(id: int = 77, ticket: int = 1042, address: str = ANN, **more: Notice | int) -> Delivery:
    return Delivery(
        id=id,
        ticket=ticket,
        channel=Channel.EMAIL,
        address=address,
        state=DeliveryState.SENDING,
        due_at=MONDAY,
        created_at=MONDAY,
        **more,  # type: ignore[arg-type] # a test names the one that it needs
    )


def reply(
    text: str = ANSWER.body,
    *,
    ticket: Ticket = TICKET,
    address: str = ANN,
    answers: tuple[str, ...] = ("m1@customer.example",),
    resolves: bool = False,
) -> Outbound:
    return Outbound(
        deliveries=(delivery(address=address, reply=ANSWER.id),),
        tickets=(ticket,),
        reply=replace(ANSWER, body=text),
        answers=tuple(ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value=name) for name in answers),
        resolves=resolves,
    )


def notices(*told: tuple[Ticket, NoticeKind, Mapping[str, str]], address: str = "support@localhost") -> Outbound:
    """Of one group, the oldest first."""
    return Outbound(
        deliveries=tuple(
            delivery(77 + place, ticket.number, address, notice=Notice(kind=kind, fields=fields))
            for place, (ticket, kind, fields) in enumerate(told)
        ),
        tickets=tuple(ticket for ticket, _, _ in told),
    )


def told(letter: Outbound, asked: str, said: str = "") -> Outbound:
    """To the desk's own people, with how Ann began and what was said now."""
    ann = Address(kind=AddressKind.EMAIL, value=ANN, name="Ann")
    opening = replace(ANSWER, direction=Direction.IN, channel=Channel.EMAIL, author=ann, body=asked, full_body=asked)
    about = About(asked=opening, said=replace(opening, id=6, body=said, full_body=said) if said else None)
    return replace(letter, about=(about,) * len(letter.deliveries))


def acknowledgement(ticket: Ticket = TICKET, **fields: str) -> Outbound:
    return notices((ticket, NoticeKind.ACKNOWLEDGEMENT, {"subject": ticket.short_description, **fields}), address=ANN)


def as_bytes(outbound: Outbound, letterhead: Letterhead = PLAIN) -> bytes:
    """As SMTP carries it."""
    return render(outbound, letterhead).as_bytes(policy=policy.SMTP)


def as_read(outbound: Outbound, letterhead: Letterhead = PLAIN) -> EmailMessage:
    """As a mail program sees it; a defect in any header fails the test."""
    raw = as_bytes(outbound, letterhead)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    assert not any(value.defects for value in mail.values())
    return mail


def body(outbound: Outbound, letterhead: Letterhead = PLAIN) -> str:
    """The text, which is the mail."""
    return said("plain", as_read(outbound, letterhead))


def html(outbound: Outbound, letterhead: Letterhead = PLAIN) -> str:
    return said("html", as_read(outbound, letterhead))


def said(kind: Literal["plain", "html"], mail: EmailMessage) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")
