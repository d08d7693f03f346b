"""Why a clock shows what it shows: each stretch of a ticket's life, counted or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.desk.sla.clocks import ClockReading, Stretch, read_clock, stretches
from intake.desk.sla.history import history_of
from intake.desk.sla.targets import SlaPolicy
from intake.domain.clock import ClockKind, ClockState, KeptClock
from intake.domain.story import QueueLine, TicketStory


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    reading: ClockReading
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNext:
    """Of a ticket in a queue: the clock that runs out first, or else one that is paused; None where nothing is counted."""

    clock: ClockKind
    kept: KeptClock
    state: ClockState

    def left(self, now: datetime) -> timedelta | None:
        """By the clock on the wall; less than nothing where it is overdue. None while it is paused."""
        return self.kept.due - now if self.kept.due is not None else None


def explain(story: TicketStory, policy: SlaPolicy, now: datetime) -> Iterator[Explanation]:
    """Both clocks, as far as the ticket has them."""
    now = max(now, story.line.ticket.opened_at)
    history = history_of(story.line.ticket, story.events)
    for clock in ClockKind:
        if (reading := read_clock(history, policy, clock, now)) is not None:
            yield Explanation(reading=reading, stretches=tuple(stretches(history, clock, reading.target, now)))


def state_at(kept: KeptClock, now: datetime) -> ClockState:
    """A target that has run out is breached, also before anything was done about it."""
    return ClockState.BREACHED if kept.due is not None and kept.due <= now else kept.state


def due_next(line: QueueLine, now: datetime) -> DueNext | None:
    clocks = line.clocks
    kept = {ClockKind.RESPONSE: clocks.response, ClockKind.RESOLUTION: clocks.resolution} if clocks else {}
    found = [DueNext(clock=clock, kept=one, state=state_at(one, now)) for clock, one in kept.items() if one is not None]
    running = [one for one in found if one.kept.due is not None]
    paused = [one for one in found if one.state is ClockState.PAUSED]
    return min(running, key=lambda one: one.kept.due or now, default=paused[0] if paused else None)
