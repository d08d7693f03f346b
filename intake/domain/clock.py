"""A ticket's two clocks as they are kept: until a human answers, and until it is resolved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ClockKind(StrEnum):
    RESPONSE = "response"  # until a human's first answer has left for whoever asked
    RESOLUTION = "resolution"  # until the ticket is resolved


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    BREACHED = "breached"  # its target has run out, and it goes on counting


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClock:
    """`due` and `warns_at` are empty unless it counts; `left` is working time, and there only while it is paused."""

    state: ClockState
    due: datetime | None = None
    warns_at: datetime | None = None
    left: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClocks:
    """All of it follows from the ticket's events and the policy of this version. `timer` is when something is due next."""

    ticket: int
    policy: str
    response: KeptClock | None = None
    resolution: KeptClock | None = None
    timer: datetime | None = None

    @property
    def next_breach(self) -> datetime | None:
        return min((clock.due for clock in (self.response, self.resolution) if clock and clock.due), default=None)
