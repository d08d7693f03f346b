"""What requesters may read: whatever is rendered for them is made of this, and this has no place for anything internal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from channels.slack.blocks.text import one_line
from channels.slack.outgoing.destination import Destination
from channels.slack.outgoing.letterhead import SlackLetterhead
from channels.slack.words.phrases import Phrases
from intake.desk.agreements.in_words import in_hours
from intake.desk.changes.window_told import window_told
from intake.desk.labelling import has_question
from intake.desk.outbound import Outbound
from intake.domain.change import Window
from intake.domain.errors import DeliveryError
from intake.domain.label import Category, Kind
from intake.domain.notice import NoticeKind
from intake.domain.page import URGENT
from intake.domain.ticket import State, Ticket, spoken

# Of a notice's fields those that say nothing which only the desk's own people may know: never `why` or `by`.
_FIELDS = frozenset(
    {"paged", "storm", "next", "options", "words", "decision", "starts", "ends", "time_zone", "reminder", "moved", "off"}
    | {"backed_out", "text", "call", "subject"}
)
_LONGEST_ABOUT = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTicket:
    """`about` is the requester's own line."""

    id: int
    number: str
    revision: int
    kind: Kind
    category: Category | None
    state: State
    team: str
    about: str
    urgent: bool
    has_question: bool
    on_hold_until: datetime | None
    answer_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """`said` are public words that a notice is about; `round` is the one of a change's approval.
    `page` and `deciding` are links for direct messages, else empty. What a
    room shared with another company must not read is empty, and `shared` says so."""

    ticket: PublicTicket
    phrases: Phrases
    fields: Mapping[str, str]
    notice: NoticeKind | None
    shared: bool
    phone: str
    delivery: int
    said: str = ""
    announced: str = ""
    phase: str = ""
    window: Window | None = None
    effort: str = ""
    agreement: str = ""
    round: int = 0
    page: str = ""
    deciding: str = ""


def public_of(outbound: Outbound, where: Destination, letterhead: SlackLetterhead) -> Public:
    """Raises DeliveryError where this is nothing for requesters."""
    notice = outbound.delivery.notice
    if notice is not None and not notice.kind.public:
        raise DeliveryError("This is for the desk's own people alone", permanent=True)
    fields = {name: said for name, said in notice.fields.items() if name in _FIELDS} if notice is not None else {}
    said, change, told = outbound.said, outbound.change, outbound.announcement
    linked = where.direct and not where.shared
    consents = notice is not None and notice.kind is NoticeKind.CONSENT_WANTED and linked
    return Public(
        ticket=_ticket(outbound.ticket, letterhead, fields, shared=where.shared),
        phrases=letterhead.phrases_for(outbound),
        fields={} if where.shared and notice is not None and notice.kind is NoticeKind.WHICH_TICKET else fields,
        notice=notice.kind if notice is not None else None,
        shared=where.shared,
        phone=letterhead.phone,
        delivery=outbound.delivery.id,
        said=said.body if said is not None and said.public and not said.held else "",
        announced=told.text if told is not None else fields.get("text", ""),
        phase=told.phase.value if told is not None else "",
        window=window_told(fields) or (change.window if change is not None else None),
        effort=in_hours(change.estimate) if consents and change is not None and change.estimate else "",
        agreement=one_line(change.agreement) if consents and change is not None else "",
        round=change.round if change is not None else 0,
        page=letterhead.page(outbound.delivery) if linked else "",
        deciding=letterhead.deciding(outbound.delivery) if consents else "",
    )


def _ticket(ticket: Ticket, letterhead: SlackLetterhead, fields: Mapping[str, str], *, shared: bool) -> PublicTicket:
    about = one_line(fields.get("subject", ""), _LONGEST_ABOUT) or one_line(ticket.short_description, _LONGEST_ABOUT)
    return PublicTicket(
        id=ticket.number,
        number=spoken(ticket.number),
        revision=ticket.revision,
        kind=ticket.kind,
        category=ticket.category,
        state=ticket.state,
        team="" if shared else letterhead.team(ticket.assignment_group),
        about="" if shared else about,
        urgent=ticket.priority in URGENT,
        has_question=has_question(ticket, letterhead.policy),
        on_hold_until=ticket.on_hold_until,
        answer_by=letterhead.answer_by(ticket),
    )
