"""What leaves by phone, made for these tests."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from channels.phone.letterhead import PhoneLetterhead
from intake.desk.keys import KeyRing
from intake.desk.outbound import About, Outbound
from intake.desk.policy_file.phone import Line
from intake.desk.policy_file.whole import read_policy
from intake.domain.channel import Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.label import Category, Kind, Level, Priority
from intake.domain.message import Attachment
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import State, Ticket, Tier
from intake.domain.ticket_message import Direction, TicketMessage
from tests.phone.vendor_double import ANN, OURS

_NOTHING: Mapping[str, str] = {}
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LETTERHEAD = PhoneLetterhead(
    policy=read_policy(None),
    keys=KeyRing([b"a key that signs only in tests"]),
    numbers=(OURS, "+4989123456"),
    public_url="https://desk.example.com",
)
TICKET = Ticket(
    number=1042,
    kind=Kind.INCIDENT,
    category=Category.UNAVAILABLE,
    impact=Level.HIGH,
    urgency=Level.HIGH,
    priority=Priority.P1,
    state=State.NEW,
    tier=Tier.SUPPORT,
    assignment_group="support",
    contact_type="phone",
    caller=7,
    short_description="Nobody can log in to payroll",
    opened_at=MONDAY,
    updated_at=MONDAY,
)
CALM = replace(TICKET, impact=Level.LOW, urgency=Level.LOW, priority=Priority.P4)


def german(letterhead: PhoneLetterhead = LETTERHEAD) -> PhoneLetterhead:
    lines = {OURS: Line(number=OURS, language="de-DE", voice="Polly.Vicki")}
    policy = replace(letterhead.policy, phone=replace(letterhead.policy.phone, lines=lines))
    return replace(letterhead, policy=policy)


def notice(
    kind: NoticeKind,
    *,
    ticket: Ticket = CALM,
    channel: Channel = Channel.SMS,
    address: str = ANN,
    attempts: int = 1,
    id: int = 77,
    said: str = "",
    more: Mapping[str, str] = _NOTHING,
    **fields: str,
) -> Outbound:
    delivery = Delivery(
        id=id,
        ticket=ticket.number,
        channel=channel,
        address=address,
        state=DeliveryState.SENDING,
        due_at=MONDAY,
        created_at=MONDAY,
        notice=Notice(kind=kind, fields={**fields, **more}),
        attempts=attempts,
    )
    about = (About(said=_message(said)),) if said else ()
    return Outbound(deliveries=(delivery,), tickets=(ticket,), about=about)


def reply(
    text: str, *, attempts: int = 1, resolves: bool = False, files: tuple[Attachment, ...] = (), id: int = 77
) -> Outbound:
    letter = notice(NoticeKind.ACKNOWLEDGEMENT, attempts=attempts, id=id)
    delivery = replace(letter.delivery, notice=None, reply=5)
    return replace(letter, deliveries=(delivery,), about=(), reply=_message(text), resolves=resolves, files=files)


def _message(text: str) -> TicketMessage:
    return TicketMessage(
        id=5,
        ticket=1042,
        direction=Direction.OUT,
        channel=Channel.API,
        author=None,
        body=text,
        full_body=text,
        subject="",
        at=MONDAY,
    )
