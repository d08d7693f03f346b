"""What agents do with a ticket among themselves."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from intake.domain.deed_shape import Deed
from intake.domain.label import Category, Kind, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Take(Deed):
    """Take the ticket: you work on it now."""

    verb: ClassVar[str] = "take"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Deed):
    """Give the ticket to an agent, or to a team of its tier.

    `assigned_to` is a name in the directory, `assignment_group` a team; one of them is needed.
    """

    verb: ClassVar[str] = "assign"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"assigned_to", "assignment_group"})
    assigned_to: str = ""
    assignment_group: str = ""

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        if not self.assigned_to.strip() and not self.assignment_group.strip():
            raise ValueError("assigned_to or assignment_group is needed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Deed):
    """Wait for something: the ticket rests, until a moment if one is given."""

    verb: ClassVar[str] = "hold"
    reason: str
    until: datetime | None = None

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        if self.until is None:
            return
        if self.until.tzinfo is None:
            raise ValueError("until needs a time zone, such as 2026-12-01T09:00:00Z")
        try:
            self.until.astimezone(UTC)
        except OverflowError as fault:
            raise ValueError("until lies beyond all calendars") from fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Deed):
    """Go on with a ticket that was on hold."""

    verb: ClassVar[str] = "resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate(Deed):
    """Hand the ticket up: to the next tier of its kind, or straight to the leads.

    `tried` says what was tried already; `to_leads` makes it a hierarchical escalation.
    """

    verb: ClassVar[str] = "escalate"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"tried"})
    reason: str
    tried: str = ""
    to_leads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Deed):
    """Hand the ticket back to the next lower tier."""

    verb: ClassVar[str] = "return"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Deed):
    """Write a work note: for the desk's own people, never for the requester."""

    verb: ClassVar[str] = "note"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relabel(Deed):
    """Correct the label: kind, category, impact, urgency. The desk learns from it; priority follows from the matrix."""

    verb: ClassVar[str] = "relabel"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"reason"})
    kind: Kind | None = None
    category: Category | None = None
    impact: Level | None = None
    urgency: Level | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        if self.kind is None and self.category is None and self.impact is None and self.urgency is None:
            raise ValueError("kind, category, impact or urgency is needed")
        if self.kind is not None and self.category is not None and self.category.kind is not self.kind:
            raise ValueError(f"{self.category.value} is a category of {self.category.kind.value}, not of {self.kind.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Deed):
    """Fold this ticket into another one that is about the same; its requester hears the other's final response."""

    verb: ClassVar[str] = "merge"
    into: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Deed):
    """Give one message a ticket of its own."""

    verb: ClassVar[str] = "split"
    message: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Deed):
    """Note that two tickets have to do with each other."""

    verb: ClassVar[str] = "link"
    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlink(Deed):
    """Take such a link away."""

    verb: ClassVar[str] = "unlink"
    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Deed):
    """Undo what an event did: the desk's own label, route, addition, merge or link, or a correction of the label."""

    verb: ClassVar[str] = "undo"
    event: int
