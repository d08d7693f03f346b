"""What leaves by Slack, made for these tests. Internal fields hold words that no requester may ever read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from channels.slack.outgoing.letterhead import SlackLetterhead
from intake.desk.keys import KeyRing
from intake.desk.outbound import About, Outbound, Shown
from intake.desk.policy_file.whole import read_policy
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.chat import Person, Room
from intake.domain.clock import ClockState, KeptClock, KeptClocks
from intake.domain.contact import Contact
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.label import Category, Evidence, Kind, Level, Priority
from intake.domain.message import Attachment, ThreadKind, ThreadRef
from intake.domain.mirror import Mirror
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import State, Ticket, Tier
from intake.domain.ticket_message import Direction, TicketMessage
from tests.slack.ids import ANN, DIRECT, HELP, TEAM, TRIAGE

_NOTHING: Mapping[str, str] = {}
SECRET = "between-us"  # stands in whatever is internal
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LETTERHEAD = SlackLetterhead(
    policy=read_policy(None),
    keys=KeyRing([b"a key that signs only in tests"]),
    public_url="https://desk.example.com",
    phone="+4930901820",
)
TICKET = Ticket(
    number=1042,
    kind=Kind.INCIDENT,
    category=Category.UNAVAILABLE,
    impact=Level.LOW,
    urgency=Level.MEDIUM,
    priority=Priority.P4,
    state=State.NEW,
    tier=Tier.SUPPORT,
    assignment_group="support",
    contact_type="chat",
    caller=7,
    short_description="Nobody can log in to payroll",
    opened_at=MONDAY,
    updated_at=MONDAY,
    confidence=0.83,
    revision=3,
)
URGENT = replace(TICKET, impact=Level.HIGH, urgency=Level.HIGH, priority=Priority.P1)
IN_HELP = Room(id=HELP, workspace=TEAM)
IN_DIRECT = Room(id=DIRECT, workspace=TEAM, direct=True)
IN_SHARED = Room(id=HELP, workspace=TEAM, shared=True)
GERMAN = Person(id=ANN, workspace=TEAM, language="de-DE")
ROOT = f"{HELP}/1795424400.000001"
CARD = Mirror(id=31, ticket=1042, channel=Channel.SLACK, address=TRIAGE)


def message(body: str, *, id: int = 5, public: bool = True, held: bool = False, name: str = "Ann Example") -> TicketMessage:
    return TicketMessage(
        id=id,
        ticket=1042,
        direction=Direction.IN,
        channel=Channel.SLACK,
        author=Address(kind=AddressKind.SLACK, value=ANN, name=name),
        body=body,
        full_body=body,
        subject="",
        at=MONDAY,
        public=public,
        held=held,
    )


def notice(
    kind: NoticeKind,
    *,
    ticket: Ticket = TICKET,
    address: str = ANN,
    attempts: int = 1,
    id: int = 77,
    said: str = "",
    asked: str = "",
    room: Room | None = None,
    person: Person | None = None,
    answers: str = "",
    more: Mapping[str, str] = _NOTHING,
    **fields: str,
) -> Outbound:
    """`answers` names the conversation, which is in `room`."""
    delivery = Delivery(
        id=id,
        ticket=ticket.number,
        channel=Channel.SLACK,
        address=address,
        state=DeliveryState.SENDING,
        due_at=MONDAY,
        created_at=MONDAY,
        notice=Notice(kind=kind, fields={**fields, **more}),
        attempts=attempts,
    )
    about = About(asked=message(asked) if asked else None, said=message(said) if said else None)
    return Outbound(
        deliveries=(delivery,),
        tickets=(ticket,),
        about=(about,) if said or asked else (),
        room=room,
        person=person,
        answers=(ThreadRef(channel=Channel.SLACK, kind=ThreadKind.CONVERSATION, value=answers),) if answers else (),
    )


def reply(
    text: str,
    *,
    attempts: int = 1,
    resolves: bool = False,
    files: tuple[Attachment, ...] = (),
    id: int = 77,
    room: Room | None = None,
    answers: str = "",
    public: bool = True,
    address: str = ANN,
) -> Outbound:
    letter = notice(NoticeKind.ACKNOWLEDGEMENT, attempts=attempts, id=id, room=room, answers=answers, address=address)
    delivery = replace(letter.delivery, notice=None, reply=5)
    said = replace(message(text, public=public, name="Robin"), direction=Direction.OUT)
    return replace(letter, deliveries=(delivery,), reply=said, resolves=resolves, files=files)


def file(name: str, content: bytes) -> Attachment:
    return Attachment(name=name, content_type="text/plain", size=len(content), sha256="0" * 64, inline=False, content=content)


def shown(**more: object) -> Shown:
    whole = Shown(
        asked=message("Payroll says *no* to everybody.\n\nSince 9 <!channel> & it is <urgent>"),
        caller=Contact(
            id=7,
            name="Ann Example",
            since=MONDAY,
            addresses=(Address(kind=AddressKind.EMAIL, value="ann@customer.example"),),
        ),
        room=IN_HELP,
        evidence=(Evidence(source="lexicon", says="kind=incident", text="cannot log in", weight=2.0),),
        clocks=KeptClocks(
            ticket=1042,
            policy="1",
            response=KeptClock(state=ClockState.RUNNING, due=MONDAY + timedelta(hours=4)),
            resolution=KeptClock(state=ClockState.BREACHED, due=MONDAY + timedelta(hours=8)),
        ),
    )
    return replace(whole, **more)  # type: ignore[arg-type]


def mirrored(
    *,
    ticket: Ticket = TICKET,
    mirror: Mirror = CARD,
    what: Shown | None = None,
    attempts: int = 1,
    id: int = 77,
    late: timedelta = timedelta(0),
) -> Outbound:
    """A refresh of a card."""
    letter = notice(NoticeKind.ARRIVAL, ticket=ticket, address=mirror.address, attempts=attempts, id=id)
    delivery = replace(letter.delivery, notice=None, mirror=mirror.id, created_at=MONDAY + late)
    return replace(letter, deliveries=(delivery,), mirror=mirror, shown=what or shown())


def under(kind: NoticeKind, *, mirror: Mirror, said: str = "", attempts: int = 1, id: int = 78, **fields: str) -> Outbound:
    """News in the thread under a card."""
    letter = notice(
        kind, address=mirror.address, said=said, attempts=attempts, id=id, more={"mirror": str(mirror.id), **fields}
    )
    return replace(letter, mirror=mirror)
