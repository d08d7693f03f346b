"""What is done about a change while it is worked on: tasks, announcements, hours, and its end."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from intake.domain.change import CloseCode, Phase
from intake.domain.deed_shape import Deed
from intake.domain.deeds_on_changes import demand_minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplementChange(Deed):
    """Begin to carry the change out: approved and in its window; an emergency at once, and is approved afterwards."""

    verb: ClassVar[str] = "implement_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteChange(Deed):
    """Say that the work is over: done, or backed out. What is left is to look whether it did what it should."""

    verb: ClassVar[str] = "complete_change"
    text: str
    backed_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseChange(Deed):
    """Close the change after its review.

    With `final_response` whoever asked is answered at once. Closing a defect fix proposes the final response of its incident.
    """

    verb: ClassVar[str] = "close_change"
    texts: ClassVar[frozenset[str]] = frozenset({"text", "final_response"})
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"final_response"})
    close_code: CloseCode
    text: str
    final_response: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTask(Deed):
    """Add a task to the change; every task is done or dropped before the change is complete."""

    verb: ClassVar[str] = "add_task"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"assigned_to"})
    title: str
    assigned_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishTask(Deed):
    """Tick a task off."""

    verb: ClassVar[str] = "finish_task"
    task: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DropTask(Deed):
    """Leave a task undone, with the reason."""

    verb: ClassVar[str] = "drop_task"
    task: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAudience(Deed):
    """Name a mail address that is told of this change: before, during and after, as the communication plan says."""

    verb: ClassVar[str] = "add_audience"
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropAudience(Deed):
    """Tell an address of this change no longer."""

    verb: ClassVar[str] = "drop_audience"
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAnnouncement(Deed):
    """Add to the communication plan what those concerned are told, and when.

    `before` goes out `lead` minutes before the window, `during` when the work begins, `after` when it is over.
    """

    verb: ClassVar[str] = "plan_announcement"
    phase: Phase
    text: str
    lead: int = 0

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        demand_minutes("lead", self.lead, least=0)
        if self.lead and self.phase is not Phase.BEFORE:
            raise ValueError("lead is for what is told before")


@dataclass(frozen=True, slots=True, kw_only=True)
class DropAnnouncement(Deed):
    """Take an announcement out of the plan that was not sent yet."""

    verb: ClassVar[str] = "drop_announcement"
    announcement: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookHours(Deed):
    """Book work that was done, in minutes: out of what the change has reserved first, then out of what the agreement has left.

    `worked_on` is the day of the work, today if left out. `agreement` is needed where the change has no estimate.
    """

    verb: ClassVar[str] = "book_hours"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"agreement"})
    minutes: int
    text: str
    worked_on: date | None = None
    agreement: str = ""

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        demand_minutes("minutes", self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveOverdraft(Deed):
    """As a lead, let this change have more minutes than its agreement has left: they are reserved for it."""

    verb: ClassVar[str] = "approve_overdraft"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"agreement"})
    minutes: int
    reason: str
    agreement: str = ""

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        demand_minutes("minutes", self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFix(Deed):
    """Open a defect fix for this incident: a ticket of its own, with the incident named; `emergency` for a P1."""

    verb: ClassVar[str] = "open_fix"
    text: str
    emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveAsProposed(Deed):
    """Send the final response that a closed fix proposes, as it is or in other words."""

    verb: ClassVar[str] = "resolve_as_proposed"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"text"})
    text: str = ""
