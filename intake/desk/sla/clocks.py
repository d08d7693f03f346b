"""A ticket's clocks as a pure function of its events and the policy that it records."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake.desk.sla.history import History, Period
from intake.desk.sla.hours import NONE
from intake.desk.sla.targets import SlaPolicy, Target
from intake.domain.clock import ClockKind, ClockState, KeptClock, KeptClocks
from intake.domain.ticket import State, Ticket

S = ClockState
_IN_WORDS = {State.NEW: "new", State.IN_PROGRESS: "in progress", State.ON_HOLD: "on hold"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """`why` says what the ticket was, or why none of this counts; `outside` of the hours is one reason."""

    since: datetime
    until: datetime
    counts: bool
    why: str
    outside: bool = False

    @property
    def length(self) -> timedelta:
        return self.until - self.since


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """One clock at one moment. `left` is working time, less than nothing where the target has run out; `due` is empty unless it
    counts; `breached_at` is when the target ran out, whatever has become of the clock since."""

    clock: ClockKind
    target: Target
    state: ClockState
    elapsed: timedelta
    due: datetime | None
    warns_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None

    @property
    def left(self) -> timedelta:
        return self.target.amount - self.elapsed


def moment_of(amount: timedelta, history: History, clock: ClockKind, target: Target) -> datetime | None:
    """When so much had been, or will have been, counted; None where it never is unless something changes."""
    left = amount
    for period in history.periods(clock):
        if not period.counts:
            continue
        if period.until is None:
            return target.hours.reached(period.since, left)
        worked = target.hours.worked(period.since, period.until)
        if worked >= left:
            return target.hours.reached(period.since, left)
        left -= worked
    return None


def elapsed(history: History, clock: ClockKind, target: Target, now: datetime) -> timedelta:
    counting = (_clipped(period, now) for period in history.periods(clock) if period.counts)
    return sum((target.hours.worked(since, until) for since, until in counting), NONE)


def read_clock(history: History, policy: SlaPolicy, clock: ClockKind, now: datetime) -> ClockReading | None:
    """None where the ticket has no such clock."""
    target = policy.target(history.kind, history.priority, clock)
    if target is None:
        return None
    stopped = history.stopped(clock)
    counts = stopped is None and not history.paused(clock)
    ran_out = moment_of(target.amount, history, clock, target)
    breached_at = ran_out if ran_out is not None and ran_out <= now else None
    return ClockReading(
        clock=clock,
        target=target,
        state=S.STOPPED if stopped else S.PAUSED if not counts else S.BREACHED if breached_at else S.RUNNING,
        elapsed=elapsed(history, clock, target, now),
        due=ran_out if counts else None,
        warns_at=moment_of(target.warning, history, clock, target) if counts else None,
        breached_at=breached_at,
        stopped_at=stopped,
    )


def stretches(history: History, clock: ClockKind, target: Target, now: datetime) -> Iterator[Stretch]:
    """From the ticket's opening to now, or to where the clock stopped, without a gap; those that count add up to `elapsed`."""
    night: Stretch | None = None  # goes on, whatever is done to the ticket meanwhile
    for stretch in _stretches(history, clock, target, now):
        if night is not None and stretch.outside:
            night = replace(night, until=stretch.until)
            continue
        if night is not None:
            yield night
        night = stretch if stretch.outside else None
        if night is None:
            yield stretch
    if night is not None:
        yield night


def _stretches(history: History, clock: ClockKind, target: Target, now: datetime) -> Iterator[Stretch]:
    for period in history.periods(clock):
        since, until = _clipped(period, now)
        if until <= since:
            continue
        if not period.counts:
            yield Stretch(since=since, until=until, counts=False, why=period.why)
            continue
        here = since
        for opens, closes in target.hours.spans(since, until):
            if opens > here:
                yield _outside(here, opens, target)
            yield Stretch(since=opens, until=closes, counts=True, why=_IN_WORDS[period.state])
            here = closes
        if here < until:
            yield _outside(here, until, target)


def _outside(since: datetime, until: datetime, target: Target) -> Stretch:
    why = f"outside of the hours {target.hours.name!r}"
    return Stretch(since=since, until=until, counts=False, why=why, outside=True)


def keep_new(ticket: Ticket, version: str, policy: SlaPolicy) -> KeptClocks:
    """The same for a ticket that has just been opened: many are, and nothing has happened to them yet."""
    targets = policy.targets.get((ticket.kind, ticket.priority), {})
    response = _running(targets.get(ClockKind.RESPONSE), ticket.opened_at)
    resolution = _running(targets.get(ClockKind.RESOLUTION), ticket.opened_at)
    one, other = (clock.warns_at if clock is not None else None for clock in (response, resolution))
    timer = min(one, other) if one is not None and other is not None else one or other
    return KeptClocks(ticket=ticket.number, policy=version, response=response, resolution=resolution, timer=timer)


def _running(target: Target | None, opened_at: datetime) -> KeptClock | None:
    if target is None:
        return None
    hours = target.hours
    due, warns_at = hours.reached(opened_at, target.amount), hours.reached(opened_at, target.warning)
    return KeptClock(state=S.RUNNING, due=due, warns_at=warns_at)


def keep(ticket: int, version: str, history: History, policy: SlaPolicy) -> KeptClocks:
    """What is stored; `version` is the policy's. It does not depend on when it is worked out."""
    targets = policy.targets.get((history.kind, history.priority), {})
    response, one = _kept(history, ClockKind.RESPONSE, targets.get(ClockKind.RESPONSE))
    resolution, other = _kept(history, ClockKind.RESOLUTION, targets.get(ClockKind.RESOLUTION))
    timer = min(one, other) if one is not None and other is not None else one or other
    return KeptClocks(ticket=ticket, policy=version, response=response, resolution=resolution, timer=timer)


def _kept(history: History, clock: ClockKind, target: Target | None) -> tuple[KeptClock | None, datetime | None]:
    """And when there is something to be done about it that has not been done yet: once for each target."""
    if target is None:
        return None, None
    told = (clock, target.name) if history.breached or history.warned else None
    breached, stopped = told in history.breached, history.stopped(clock) is not None
    warned = told in history.warned or stopped or breached
    paused = not stopped and history.paused(clock)
    counts = not stopped and not paused
    due = moment_of(target.amount, history, clock, target) if counts or not breached else None
    warns_at = moment_of(target.warning, history, clock, target) if counts or not warned else None
    todo = None if breached else due if warned else warns_at
    if counts:
        return KeptClock(state=S.BREACHED if breached else S.RUNNING, due=due, warns_at=warns_at), todo
    if stopped:
        return KeptClock(state=S.STOPPED), todo
    counted = elapsed(history, clock, target, history.phases[-1].since)
    return KeptClock(state=S.PAUSED, left=target.amount - counted), todo


def _clipped(period: Period, now: datetime) -> tuple[datetime, datetime]:
    return period.since, now if period.until is None else min(period.until, now)
