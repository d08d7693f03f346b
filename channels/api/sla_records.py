"""Clocks as JSON: names and types."""

from typing_extensions import TypedDict

from channels.api.moment_record import Moment
from channels.api.number_record import Number
from channels.api.records import Ticket
from intake.domain.clock import ClockKind, ClockState
from intake.domain.label import Kind, Priority


class Stretch(TypedDict):
    since: Moment
    until: Moment
    counts: bool
    seconds: float
    why: str


class Clock(TypedDict):
    """Seconds are working time in `hours`; `left_seconds` is less than nothing where the target has run out."""

    clock: ClockKind
    state: ClockState
    target_seconds: int
    hours: str
    time_zone: str
    elapsed_seconds: float
    left_seconds: float
    due: Moment | None
    warns_at: Moment | None
    breached_at: Moment | None
    stopped_at: Moment | None
    stretches: list[Stretch]


class Sla(TypedDict):
    """`policy` is the version of desk.toml that all this follows from, `at` the moment it was asked at."""

    number: Number
    kind: Kind
    priority: Priority
    policy: str
    at: Moment
    clocks: list[Clock]


class QueuedClock(TypedDict):
    """`left_seconds` is working time, and there only while the clock is paused."""

    clock: ClockKind
    state: ClockState
    due: Moment | None
    warns_at: Moment | None
    left_seconds: float | None


class QueuedTicket(Ticket):
    """`minutes_left` are those on the wall until `next_breach`, less than nothing where that is over."""

    next_breach: Moment | None
    minutes_left: int | None
    clocks: list[QueuedClock]
