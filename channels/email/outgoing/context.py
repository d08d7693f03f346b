"""What the templates of outgoing mail are given, by the names that they use. docs/mail-templates.md explains each to
administrators: a name that stands there is never renamed, removed or given another meaning without a note in the CHANGELOG.

Every text of a stranger is fit for where it goes: one line, or lines without control characters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import ClassVar

from channels.email.outgoing.window_in_words import MomentInWords, WindowInWords


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketInWords:
    """`number` is HD-1042. `assignment_group` is what people call the team."""

    number: str
    short_description: str
    label: str
    priority: str
    priority_in_words: str
    impact: str
    urgency: str
    assignment_group: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """`event` is `new`, `escalated`, `handed_over`, `added`, `held`, `unreached`, `due_soon`, `overdue`, `storm_proposed`,
    `storm_formed`, `storm_again`, `storm_update_due`, `approval_wanted`, `approval_overdue`, `change_news`, `agreement_low`,
    `response_proposed` or `watched`; `storm` is a major incident that is spoken of, such as HD-900, `agreement` the name of a
    work agreement, `fix` the defect fix whose end proposes `text` as an answer; `team` is whose ticket it was when this was
    queued: it may have moved on since. `said` are the first lines of what it is about, `in_brief` is one line of who wrote
    that and how it begins. Every text may be empty."""

    event: str
    ticket: TicketInWords
    team: str
    by: str
    what: str
    why: str
    why_in_short: str
    tried: str
    requester: str
    said: str
    in_brief: str
    storm: str
    agreement: str
    fix: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`template` is the name without an ending."""

    template: ClassVar[str] = ""
    desk_name: str

    @property
    def names(self) -> Mapping[str, object]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement(Context):
    """`page` is a link, or empty where no public URL is configured. `urgent` is a P1 or P2; `phone` is the number to call with
    such, or empty. `change`: it is something that is planned and decided first."""

    template: ClassVar[str] = "acknowledgement"
    ticket: TicketInWords
    subject: str
    unlabelled: bool
    urgent: bool
    paged: bool
    phone: str
    page: str
    storm: str
    change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StormKnown(Context):
    """To whoever reported what many report. `storm` is HD-900; `next_update` a time of day in the desk's zone, or empty;
    `text` is what was said about it last, or empty."""

    template: ClassVar[str] = "storm_known"
    ticket: TicketInWords
    subject: str
    storm: str
    text: str
    next_update: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StormUpdate(Context):
    """To each of them: how it stands."""

    template: ClassVar[str] = "storm_update"
    ticket: TicketInWords
    subject: str
    storm: str
    text: str
    next_update: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StormDissolved(Context):
    """To one of them: theirs is looked at by itself."""

    template: ClassVar[str] = "storm_dissolved"
    ticket: TicketInWords
    subject: str
    storm: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent(Context):
    """To the requester, whose ticket has become a P1 or P2 for which people are woken."""

    template: ClassVar[str] = "urgent"
    ticket: TicketInWords
    subject: str
    phone: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Context):
    """`yes` and `no` are links that ask once more, for mail scanners follow every link that they see."""

    template: ClassVar[str] = "reply"
    ticket: TicketInWords
    subject: str
    text: str
    author: str
    files: tuple[str, ...]
    resolves: bool
    page: str
    yes: str
    no: str
    reopen_days: int
    close_after_working_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLetter(Context):
    """`staff_may_answer`: an answer by mail of whoever gets this is passed on to the requester. `note_address` may be empty."""

    template: ClassVar[str] = "team"
    ticket: TicketInWords
    news: News
    final_response: bool
    staff_may_answer: bool
    note_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest(Context):
    template: ClassVar[str] = "digest"
    news: tuple[News, ...]
    teams: str
    count: int
    all_new: bool
    one_ticket: bool
    staff_may_answer: bool
    note_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Context):
    """An answer goes to `note_address`, for colleagues alone. `staff_may_answer`: they get it. `link` is where whoever was
    paged says that they are on it, or empty."""

    template: ClassVar[str] = "page"
    ticket: TicketInWords
    step: int
    link: str
    requester: str
    said: str
    staff_may_answer: bool
    note_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPassedOn(Context):
    """To one of the staff, whose mail the requester did not get."""

    template: ClassVar[str] = "not_passed_on"
    ticket: TicketInWords
    why: str
    staff_may_answer: bool
    note_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDecided(Context):
    """To whoever asked for a change. `decision` is `submitted`, `approved`, `scheduled`, `rescheduled`, `sent_back`, `done` or
    `backed_out`; `window` is None where there is nothing to tell of it."""

    template: ClassVar[str] = "change_decided"
    ticket: TicketInWords
    subject: str
    decision: str
    window: WindowInWords | None
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentWanted(Context):
    """To whoever asked for a defect fix without naming its incident."""

    template: ClassVar[str] = "incident_wanted"
    ticket: TicketInWords
    subject: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWanted(Context):
    """To a product owner. `effort` is `6 h 30 min`, of the work agreement `agreement`; each text may be empty."""

    template: ClassVar[str] = "consent_wanted"
    ticket: TicketInWords
    reminder: bool
    effort: str
    agreement: str
    window: WindowInWords | None
    said: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced(Context):
    """To those concerned by a change. `event` is `before`, `during`, `after`, `moved`, `off` or `backed_out`; `text` may be
    empty, and of the last three is what they were told before."""

    template: ClassVar[str] = "announcement"
    ticket: TicketInWords
    event: str
    text: str
    window: WindowInWords | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWanted(Context):
    """To somebody who may approve a change. `side` is `cio` or `process`, `kind` a change's; `afterwards`: it is an emergency,
    and the work has begun. `link` is where they decide, or empty."""

    template: ClassVar[str] = "approval_wanted"
    ticket: TicketInWords
    side: str
    kind: str
    risk: str
    services: tuple[str, ...]
    effort: str
    agreement: str
    window: WindowInWords | None
    author: str
    reminder: bool
    afterwards: bool
    due: MomentInWords | None
    link: str
    requester: str
    said: str
    note_address: str


CONTEXTS: tuple[type[Context], ...] = (
    Acknowledgement,
    Urgent,
    StormKnown,
    StormUpdate,
    StormDissolved,
    Answer,
    TeamLetter,
    Digest,
    Page,
    NotPassedOn,
    ChangeDecided,
    IncidentWanted,
    ConsentWanted,
    Announced,
    ApprovalWanted,
)
EVERYWHERE = ("desk_name", "language", "mail_subject", "mail_text")
