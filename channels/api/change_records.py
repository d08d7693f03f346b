"""Changes as JSON: names and types. Lengths of time are minutes."""

from typing_extensions import TypedDict

from channels.api.moment_record import Moment
from channels.api.number_record import Number
from intake.domain.change import ChangeKind, CloseCode, Phase, Risk, Side, Stage, Verdict
from intake.domain.label import Priority
from intake.domain.ticket import State


class Window(TypedDict):
    starts: Moment
    ends: Moment
    time_zone: str


class Conflict(TypedDict):
    """Another change, or a freeze: one of the two is null."""

    ticket: Number | None
    freeze: str | None
    services: list[str]
    window: Window


class Decision(TypedDict):
    round: int
    side: Side
    verdict: Verdict
    by: str
    on_behalf_of: str | None
    at: Moment
    comment: str


class Task(TypedDict):
    position: int
    title: str
    assigned_to: str | None
    done_by: str | None
    done_at: Moment | None
    dropped_because: str | None


class Announcement(TypedDict):
    position: int
    phase: Phase
    lead: int
    text: str
    sent_at: Moment | None


class ChangeRequest(TypedDict):
    """`number` is its ticket's, and so are the short description, the priority, the state and who has it."""

    number: Number
    short_description: str
    priority: Priority
    state: State
    assignment_group: str
    assigned_to: str | None
    kind: ChangeKind
    stage: Stage
    since: Moment
    author: str | None
    assessed_by: str | None
    incident: Number | None
    risk: Risk | None
    services: list[str]
    agreement: str | None
    estimate: int
    round: int
    asked_at: Moment | None
    approved: bool
    cio_approved_by: str | None
    process_approved_by: str | None
    approve_by: Moment | None
    window: Window | None
    moved: int
    despite: str | None
    template: str | None
    occurrence: Moment | None
    implemented_by: str | None
    started_at: Moment | None
    finished_at: Moment | None
    outcome: str
    backed_out: bool
    close_code: CloseCode | None
    ended_at: Moment | None
    ended_because: str


class ChangeStory(ChangeRequest):
    implementation_plan: str
    test_plan: str
    backout_plan: str
    decisions: list[Decision]
    tasks: list[Task]
    announcements: list[Announcement]
    audience: list[str]
    reserved: int
    spent: int


class ChangeInFull(ChangeStory):
    """`waits_for` in words, with the names of those who can do it."""

    waits_for: list[str]
    conflicts: list[Conflict]


class CalendarEntry(TypedDict):
    """A change with its window, or a freeze: what is a change's alone is null of a freeze."""

    ticket: Number | None
    freeze: str | None
    title: str
    kind: ChangeKind | None
    stage: Stage | None
    risk: Risk | None
    services: list[str]
    window: Window
    assignment_group: str | None
    assigned_to: str | None


class ProposedResponse(TypedDict):
    """What an incident could be answered, now that the change of ticket `fix` is closed."""

    fix: Number
    text: str
    at: Moment


class PublicChange(TypedDict):
    """What whoever asked is told of it."""

    stage: str
    window: Window | None
