"""The JSON that the desk prints and answers, as types: a public contract, described in docs/shapes.md."""

from collections.abc import Mapping

from typing_extensions import TypedDict

from channels.api.change_records import ChangeRequest, ChangeStory, ProposedResponse, PublicChange
from channels.api.moment_record import Moment
from channels.api.number_record import Number
from channels.api.oncall_records import Paging
from intake.domain.channel import AddressKind, Channel
from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.label import Category, Kind, Level, Priority
from intake.domain.notice import NoticeKind
from intake.domain.principal import Role
from intake.domain.receipt import Outcome
from intake.domain.ticket import State, Tier
from intake.domain.ticket_message import Direction


class Address(TypedDict):
    kind: AddressKind
    address: str
    name: str


class Ticket(TypedDict):
    number: Number
    kind: Kind
    category: Category | None
    impact: Level
    urgency: Level
    priority: Priority
    state: State
    on_hold_reason: str | None
    on_hold_until: Moment | None
    tier: Tier
    assignment_group: str
    assigned_to: str | None
    contact_type: str
    mailbox: str | None
    caller: str | None
    short_description: str
    opened_at: Moment
    updated_at: Moment
    resolved_at: Moment | None
    closed_at: Moment | None
    final_response: int | None
    parent: Number | None
    merged_into: Number | None
    confidence: float
    label_version: str
    policy: str
    revision: int


class File(TypedDict):
    position: int
    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool


class Message(TypedDict):
    id: int
    direction: Direction
    channel: Channel
    author: Address | None
    subject: str
    body: str
    full_body: str
    at: Moment
    public: bool
    held: bool
    rejected: bool
    ledger: int | None
    attachments: list[File]


class Evidence(TypedDict):
    source: str
    says: str
    text: str
    start: int
    end: int
    weight: float


class Change(TypedDict):
    field: str
    before: str
    after: str


class Event(TypedDict):
    id: int
    kind: EventKind
    at: Moment
    actor: str
    reason: str
    evidence: list[Evidence]
    data: Mapping[str, str]
    changes: list[Change]


class EventOfTicket(Event):
    ticket: Number


class Delivery(TypedDict):
    id: int
    channel: Channel
    address: str
    state: DeliveryState
    attempts: int
    error: str
    notice: NoticeKind | None
    reply: int | None
    mirror: int | None
    created_at: Moment
    due_at: Moment
    sent_at: Moment | None
    sent_ref: str | None


class OutboxDelivery(Delivery):
    ticket: Number


class Note(TypedDict):
    id: int
    author: str
    text: str
    at: Moment


class TicketStory(Ticket):
    messages: list[Message]
    events: list[Event]
    deliveries: list[Delivery]
    notes: list[Note]
    links: list[Number]
    merged: list[Number]
    watchers: list[Address]
    pagings: list[Paging]
    change: ChangeStory | None
    fixes: list[ChangeRequest]
    proposed_response: ProposedResponse | None


class PublicFile(TypedDict):
    position: int
    name: str
    content_type: str
    size: int


class PublicMessage(TypedDict):
    id: int
    direction: Direction
    author: str | None
    subject: str
    body: str
    at: Moment
    attachments: list[PublicFile]


class PublicTicket(TypedDict):
    number: Number
    kind: Kind
    category: Category | None
    priority: Priority
    state: State
    short_description: str
    opened_at: Moment
    resolved_at: Moment | None
    closed_at: Moment | None
    merged: bool
    revision: int


class PublicStory(PublicTicket):
    messages: list[PublicMessage]
    change: PublicChange | None


class Receipt(TypedDict):
    """What became of one input."""

    id: int
    outcome: Outcome
    reason: str
    ticket: Number | None
    duplicate: bool


class PublicReceipt(TypedDict):
    id: int
    outcome: Outcome
    duplicate: bool


class Done(TypedDict):
    """What became of a request; `ticket` and the `change` that it carries are how they stand now."""

    receipt: Receipt
    ticket: Ticket | None
    change: ChangeRequest | None


class PublicDone(TypedDict):
    """What a requester hears."""

    receipt: PublicReceipt
    ticket: PublicTicket | None


class LedgerEntry(TypedDict):
    id: int
    channel: Channel
    external_id: str
    received_at: Moment
    outcome: Outcome
    reason: str
    ticket: Number | None
    sha256: str
    size: int
    replays: int


class LedgerEntryInFull(LedgerEntry):
    envelope: Mapping[str, str]
    fault: str | None


class Queue(TypedDict):
    assignment_group: str
    priority: Priority
    open: int
    untaken: int
    oldest: Moment


class Contact(TypedDict):
    id: int
    name: str
    since: Moment
    addresses: list[Address]
    dead: list[str]


class Team(TypedDict):
    name: str
    title: str
    mail: str


class Agent(TypedDict):
    name: str
    role: Role
    teams: list[str]
    mail: str
    phone: str
    slack: str
    working_hours: str


class Directory(TypedDict):
    teams: list[Team]
    agents: list[Agent]


class Token(TypedDict):
    id: int
    name: str
    role: Role
    teams: list[str]
    address: Address | None
    created_at: Moment
    created_by: str
    revoked_at: Moment | None


class Refused(TypedDict):
    """What stands where an answer about one input would, when there is none."""

    id: str | int | None
    error: str
