"""A change: what is planned for an enhancement, who approved it, when it is done, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.ticket import Ticket


class ChangeKind(StrEnum):
    """ServiceNow's `change_request.type`; a major one is a normal change with tasks and a communication plan."""

    NORMAL = "normal"
    STANDARD = "standard"  # approved beforehand, as a template in desk.toml
    EMERGENCY = "emergency"  # for a P1: done first, approved within a set time
    MAJOR = "major"  # an infrastructure upgrade: several tasks, and everybody concerned is told


class Stage(StrEnum):
    DRAFT = "draft"
    ASSESSMENT = "assessment"
    APPROVAL = "approval"
    SCHEDULED = "scheduled"
    IMPLEMENTING = "implementing"
    REVIEW = "review"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


# ServiceNow's `change_request.state`. Both ways of not doing it are its "canceled".
SERVICENOW_CHANGE_STATE: Mapping[Stage, int] = {
    Stage.DRAFT: -5,
    Stage.ASSESSMENT: -4,
    Stage.APPROVAL: -3,
    Stage.SCHEDULED: -2,
    Stage.IMPLEMENTING: -1,
    Stage.REVIEW: 0,
    Stage.CLOSED: 3,
    Stage.REJECTED: 4,
    Stage.WITHDRAWN: 4,
}
ENDED = frozenset({Stage.CLOSED, Stage.REJECTED, Stage.WITHDRAWN})


class Risk(StrEnum):
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Side(StrEnum):
    """For whom somebody decides. CIO and Process must both approve; a product owner's word counts where one is named."""

    CIO = "cio"
    PROCESS = "process"
    PRODUCT_OWNER = "product_owner"


class Verdict(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"
    SENT_BACK = "sent_back"  # to be assessed anew


class CloseCode(StrEnum):
    """ServiceNow's, and one for what was undone again."""

    SUCCESSFUL = "successful"
    SUCCESSFUL_WITH_ISSUES = "successful_with_issues"
    UNSUCCESSFUL = "unsuccessful"
    BACKED_OUT = "backed_out"


class Phase(StrEnum):
    """When those concerned are told."""

    BEFORE = "before"  # so many minutes before the window begins
    DURING = "during"  # when the work begins
    AFTER = "after"  # when it is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From `starts` until just before `ends`, both UTC. `time_zone` is where it was planned, and is shown (an IANA name)."""

    starts: datetime
    ends: datetime
    time_zone: str

    def overlaps(self, other: "Window") -> bool:
        return self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`ticket` carries it: one of kind enhancement, or of category collateral. `author` is who asked for the approval, and
    `assessed_by` who planned last (its events tell who else did); none of them approves it. `incident` is what a defect fix
    mends. `round` counts how often approval was asked for. `approve_by` is an emergency's deadline. `template` and
    `occurrence` (its planned beginning) name what desk.toml planned. `despite` is why the window stands in a freeze. `moved`
    counts how often the window was given (iCalendar's SEQUENCE). `estimate` is minutes, reserved in `agreement`; empty where
    the work is not booked anywhere."""

    ticket: int
    kind: ChangeKind
    stage: Stage
    since: datetime
    author: str = ""
    assessed_by: str = ""
    incident: int | None = None
    risk: Risk | None = None
    services: tuple[str, ...] = ()
    implementation_plan: str = ""
    test_plan: str = ""
    backout_plan: str = ""
    agreement: str = ""
    estimate: int = 0
    round: int = 0
    asked_at: datetime | None = None
    cio_approved_by: str = ""
    process_approved_by: str = ""
    approve_by: datetime | None = None
    window: Window | None = None
    moved: int = 0
    despite: str = ""
    template: str = ""
    occurrence: datetime | None = None
    implemented_by: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    outcome: str = ""
    backed_out: bool = False
    close_code: CloseCode | None = None
    ended_at: datetime | None = None
    ended_because: str = ""

    @property
    def is_approved(self) -> bool:
        return self.kind is ChangeKind.STANDARD or bool(self.cio_approved_by and self.process_approved_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDecision:
    """Of one side in one round. `on_behalf_of` is who was stood in for, empty mostly."""

    id: int
    ticket: int
    round: int
    side: Side
    verdict: Verdict
    by: str
    at: datetime
    on_behalf_of: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTask:
    """`position` is its number on the change, from 1; it is never given again."""

    ticket: int
    position: int
    title: str
    assigned_to: str = ""
    done_by: str = ""
    done_at: datetime | None = None
    dropped_because: str = ""

    @property
    def is_open(self) -> bool:
        return not self.done_by and not self.dropped_because


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Part of the communication plan. `lead` is minutes before the window, for those of before."""

    ticket: int
    position: int
    phase: Phase
    text: str
    lead: int = 0
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What else is in a window: another change (`ticket`), or a freeze (`freeze`). `services` are those that both touch; none
    are named for a freeze of everything."""

    window: Window
    ticket: int | None = None
    freeze: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApproved:
    """An emergency that was carried out, and not approved by the time that it had to be."""

    ticket: int
    approve_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """A change as people look at it."""

    change: Change
    ticket: Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStory:
    """`decisions` the oldest first, of all rounds. `reserved` and `spent` are minutes. `audience` are mail addresses."""

    line: ChangeLine
    decisions: tuple[ChangeDecision, ...]
    tasks: tuple[ChangeTask, ...]
    announcements: tuple[Announcement, ...]
    audience: tuple[str, ...]
    reserved: int = 0
    spent: int = 0
