"""What is done about a change before anybody works on it: planned, asked for, decided, put into the calendar."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from intake.domain.change import ChangeKind, Risk, Side
from intake.domain.deed_shape import LONGEST_LINE, Deed

MOST_SERVICES = 50
MOST_MINUTES = 600_000  # 10,000 hours


def demand_minutes(name: str, minutes: int, *, least: int = 1) -> None:
    """Raises ValueError."""
    if not least <= minutes <= MOST_MINUTES:
        raise ValueError(f"{name} must be {least} to {MOST_MINUTES} minutes")


def demand_lines(name: str, lines: tuple[str, ...], most: int) -> None:
    """Raises ValueError."""
    if len(lines) > most:
        raise ValueError(f"{name} has {len(lines)} items; {most} are allowed")
    for line in lines:
        if not line.strip() or len(line) > LONGEST_LINE:
            raise ValueError(f"{name}: each has 1 to {LONGEST_LINE} characters")


def demand_moment(name: str, at: datetime) -> None:
    """Raises ValueError. Without a zone it is a local time."""
    try:
        (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as fault:
        raise ValueError(f"{name} lies beyond all calendars") from fault


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange(Deed):
    """Write down what is known about a change: what is given stands from now on, what is left out stays.

    A ticket that may carry a change and has none gets one. `kind` is normal, emergency or major; `incident` is what a defect
    fix or an emergency is for.
    """

    verb: ClassVar[str] = "plan_change"
    texts: ClassVar[frozenset[str]] = frozenset({"implementation_plan", "test_plan", "backout_plan"})
    may_be_empty: ClassVar[frozenset[str]] = texts
    kind: ChangeKind | None = None
    incident: int | None = None
    risk: Risk | None = None
    services: tuple[str, ...] = ()
    implementation_plan: str = ""
    test_plan: str = ""
    backout_plan: str = ""

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        demand_lines("services", self.services, MOST_SERVICES)
        plans = (self.implementation_plan, self.test_plan, self.backout_plan)
        if not (self.kind or self.incident is not None or self.risk or self.services or any(plan.strip() for plan in plans)):
            raise ValueError("kind, incident, risk, services or a plan is needed")
        if self.kind is ChangeKind.STANDARD:
            raise ValueError("a standard change is made from its template (use_template)")


@dataclass(frozen=True, slots=True, kw_only=True)
class UseTemplate(Deed):
    """Make it a standard change: approved beforehand, with the plan and the check-list of its template in desk.toml."""

    verb: ClassVar[str] = "use_template"
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitChange(Deed):
    """Hand the draft in to be assessed: a defect fix needs its incident from now on."""

    verb: ClassVar[str] = "submit_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateChange(Deed):
    """Say how long it will take: so many minutes are reserved in a work agreement; 0 gives them back."""

    verb: ClassVar[str] = "estimate_change"
    agreement: str
    minutes: int

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        demand_minutes("minutes", self.minutes, least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestApproval(Deed):
    """Ask CIO and Process to approve: needs risk, services, back-out plan and estimate."""

    verb: ClassVar[str] = "request_approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveChange(Deed):
    """Approve the change for your side; never one's own. Whoever stands for both says for which (side).

    With `round` it counts only while approval is asked for that often: what was read is what is decided on.
    """

    verb: ClassVar[str] = "approve_change"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"comment"})
    side: Side | None = None
    comment: str = ""
    round: int | None = None

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        if self.side is Side.PRODUCT_OWNER:
            raise ValueError("a product owner decides by the link in the mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectChange(Deed):
    """Reject the change: the reason reaches whoever asked for it."""

    verb: ClassVar[str] = "reject_change"
    reason: str
    round: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReworkChange(Deed):
    """Send the change back to be assessed anew: approvals so far do not count any more."""

    verb: ClassVar[str] = "rework_change"
    reason: str
    round: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentToChange(Deed):
    """As product owner: want it done, and agree that it takes the estimated hours."""

    verb: ClassVar[str] = "consent_to_change"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"comment"})
    comment: str = ""
    round: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineChange(Deed):
    """As product owner: do not want it done; the reason reaches whoever asked for it."""

    verb: ClassVar[str] = "decline_change"
    reason: str
    round: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleChange(Deed):
    """Give the change its window, or another one. What else happens then is shown.

    `starts` and `ends` without an offset are local times in `time_zone` (such as Europe/Berlin; left out: the desk's own).
    `despite` is why it may stand in a freeze.
    """

    verb: ClassVar[str] = "schedule_change"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"time_zone", "despite"})
    starts: datetime
    ends: datetime
    time_zone: str = ""
    despite: str = ""

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        demand_moment("starts", self.starts)
        demand_moment("ends", self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawChange(Deed):
    """Take the change back before it is carried out: the reason reaches whoever asked for it."""

    verb: ClassVar[str] = "withdraw_change"
    reason: str
