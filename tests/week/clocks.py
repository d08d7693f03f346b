"""Both clocks of a ticket, counted from its story each time that somebody asks."""

from dataclasses import dataclass

from tests.week import choices
from tests.week.happening import Second
from tests.week.life import (
    BREACHED,
    NEVER,
    ON_HOLD,
    OPEN,
    PAUSED,
    RESOLUTION,
    RESPONSE,
    RUNNING,
    STOPPED,
    Life,
)
from tests.week.rules import Target

CLOCKS = (RESPONSE, RESOLUTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`elapsed` and `left` in working seconds; `due` only while it counts."""

    state: str
    elapsed: int
    left: int
    due: Second | None


def answered_at(life: Life) -> Second | None:
    """When a human's first answer was accepted that has not come back."""
    return min((one.accepted for one in life.answers if one.back is None and one.accepted <= life.now), default=None)


def pauses(clock: str, state: str) -> bool:
    return state not in OPEN or (clock == RESOLUTION and state == ON_HOLD)


def stretches(life: Life, clock: str) -> list[tuple[Second, Second]]:
    """When it counted, as far as the hours let it; the last one is without an end where it counts now."""
    answered = answered_at(life) if clock == RESPONSE else None
    ends = [at for at, _ in life.states[1:]] + [NEVER]
    found = []
    for (begin, state), end in zip(life.states, ends, strict=True):
        until = end if answered is None else min(end, answered)
        if begin < until and not pauses(clock, state):
            found.append((begin, until))
    return found


def counts(life: Life, clock: str) -> bool:
    return bool(found := stretches(life, clock)) and found[-1][1] == NEVER


def elapsed(life: Life, clock: str, target: Target) -> int:
    hours = life.rules.hours[target.hours]
    return sum(hours.between(begin, min(end, life.now)) for begin, end in stretches(life, clock) if begin < life.now)


def reaches(life: Life, clock: str, working: int, target: Target) -> Second | None:
    """When its elapsed time comes to so much, were nothing to change; None if it never does."""
    hours, left = life.rules.hours[target.hours], working
    for begin, end in stretches(life, clock):
        if end == NEVER or hours.between(begin, end) >= left:
            return hours.after(begin, left)
        left -= hours.between(begin, end)
    return None


def is_stopped(life: Life, clock: str) -> bool:
    return life.state not in OPEN or (clock == RESPONSE and answered_at(life) is not None)


def reading(life: Life, clock: str) -> Reading | None:
    target = life.rules.target(life.kind, life.priority, clock)
    if target is None:
        return None
    passed = elapsed(life, clock, target)
    left = target.working - passed
    if is_stopped(life, clock):
        return Reading(state=STOPPED, elapsed=passed, left=left, due=None)
    if not counts(life, clock):
        return Reading(state=PAUSED, elapsed=passed, left=left, due=None)
    due = reaches(life, clock, target.working, target)
    return Reading(state=RUNNING if left > 0 else BREACHED, elapsed=passed, left=left, due=due)


def next_breach(life: Life, clock: str) -> Second | None:
    """When this clock breaches next: at once where it should have already. Told once a clock and target."""
    target = life.rules.target(life.kind, life.priority, clock)
    if target is None or is_known(life, clock, target, breach=True):
        return None
    if is_stopped(life, clock) and not choices.what_was_answered_too_late_for_a_later_target_is_written_down_alone():
        return None
    at = reaches(life, clock, target.working, target)
    return None if at is None else max(at, life.now)


def next_warning(life: Life, clock: str) -> Second | None:
    target = life.rules.target(life.kind, life.priority, clock)
    if target is None or is_stopped(life, clock) or is_known(life, clock, target, breach=False):
        return None
    at = reaches(life, clock, -(-target.working * 3 // 4), target)
    if at is None:
        return None
    if choices.a_breach_is_told_in_place_of_its_warning():
        breach = next_breach(life, clock)
        if is_known(life, clock, target, breach=True) or (breach is not None and breach <= max(at, life.now)):
            return None
    return max(at, life.now)


def is_known(life: Life, clock: str, target: Target, *, breach: bool) -> bool:
    return (clock, breach, choices.what_makes_a_target_the_same(target, life.kind, life.priority)) in life.told_of
