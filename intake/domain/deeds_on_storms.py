"""What agents do with a major incident and the reports that belong to it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from intake.domain.deed_shape import Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmStorm(Deed):
    """Confirm that this is a major incident: its reports become its children, and their authors are told."""

    verb: ClassVar[str] = "confirm_storm"


@dataclass(frozen=True, slots=True, kw_only=True)
class DissolveStorm(Deed):
    """Say that this is no major incident: each report stands alone again, and its author is told so."""

    verb: ClassVar[str] = "dissolve_storm"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateStorm(Deed):
    """Tell everybody who reported a major incident how it stands.

    `next_update` is when they will hear more; left out, after as long as desk.toml says.
    """

    verb: ClassVar[str] = "update_storm"
    text: str
    next_update: datetime | None = None

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        if self.next_update is None:
            return
        if self.next_update.tzinfo is None:
            raise ValueError("next_update needs a time zone, such as 2026-12-01T09:00:00Z")
        try:
            self.next_update.astimezone(UTC)
        except OverflowError as fault:
            raise ValueError("next_update lies beyond all calendars") from fault


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinStorm(Deed):
    """Let this ticket join a major incident: of one that stands for another, all reports do."""

    verb: ClassVar[str] = "join_storm"
    storm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveStorm(Deed):
    """Take this ticket out of its major incident: it stands alone again, and its author is told so."""

    verb: ClassVar[str] = "leave_storm"
    reason: str
