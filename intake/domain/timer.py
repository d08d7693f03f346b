"""Something the desk will do later unless it is told not to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TimerKind(StrEnum):
    PAGE_UNANSWERED = "page_unanswered"  # nobody acknowledged the page: climb


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """`step` says how far a repeating thing has come."""

    id: int
    ticket: int
    kind: TimerKind
    due_at: datetime
    step: int = 0
