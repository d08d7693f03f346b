"""Something the desk will do later unless it is told not to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TimerKind(StrEnum):
    PAGE_UNANSWERED = "page_unanswered"  # nobody acknowledged the page: climb; `step` counts the moves made
    HOLD_OVER = "hold_over"  # the ticket has rested long enough
    NO_BOUNCE = "no_bounce"  # a mail that has not come back by now has arrived; `delivery` says which
    CLOCK = "clock"  # a clock of the ticket reaches its warning or its target, whichever comes next
    CLOSE = "close"  # resolved, and nobody has objected
    STORM_UPDATE = "storm_update"  # reporters of a major incident were promised to hear more by now
    APPROVAL_REMINDER = "approval_reminder"  # who has not decided on a change is asked again; `step` counts
    APPROVAL_DUE = "approval_due"  # an emergency change must be approved by now; `step` counts the alarms
    CALL_SILENT = "call_silent"  # the caller said nothing, and has not called again
    ANNOUNCEMENT_DUE = "announcement_due"  # those concerned by a change are told; `step` is the announcement's number


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """`step` says how far a repeating thing has come, `delivery` what it is about where that is one."""

    id: int
    ticket: int
    kind: TimerKind
    due_at: datetime
    step: int = 0
    delivery: int | None = None
