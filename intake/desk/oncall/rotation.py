"""Who is on call, at any moment in any zone: pure functions of a rotation as desk.toml has it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from intake.desk.sla.hours import Hours
from intake.desk.sla.local_time import moment_of

WEEK = timedelta(days=7)
FIRST_YEAR, LAST_YEAR = 1970, 2200  # in which rotations begin, and somebody is asked for
HORIZON = timedelta(days=400)  # so far ahead somebody else is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """From `begins` until just before `ends` it is `agent`; empty: nobody, on purpose."""

    agent: str
    begins: datetime
    ends: datetime

    def covers(self, at: datetime) -> bool:
        return self.begins <= at < self.ends


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """`members` take turns of `every_weeks` weeks, handed over on `weekday` (Monday is 0) at `hand_over`, local time. The last
    override that covers a moment counts. Without `hours` somebody is on call always."""

    name: str
    team: str
    zone: ZoneInfo
    starts: date
    weekday: int
    hand_over: time
    every_weeks: int
    members: tuple[str, ...]
    hours: Hours | None = None
    overrides: tuple[Override, ...] = ()

    @cached_property
    def first_day(self) -> date:
        """Of turn 0: the first hand-over's weekday on or after the start."""
        return self.starts + timedelta(days=(self.weekday - self.starts.weekday()) % 7)

    def turn_begins(self, turn: int) -> datetime:
        """In UTC; turn 0 is the first."""
        minute = self.hand_over.hour * 60 + self.hand_over.minute
        return moment_of(self.first_day + turn * self.every_weeks * WEEK, minute, self.zone)

    def turn_at(self, at: datetime) -> int:
        """Whose turn it is, negative before the first."""
        days = (at.astimezone(self.zone).date() - self.first_day).days
        turn = days // (7 * self.every_weeks)
        if at < self.turn_begins(turn):  # on the day of the hand-over, before it
            return turn - 1
        return turn + 1 if at >= self.turn_begins(turn + 1) else turn  # clocks that went back over midnight

    @cached_property
    def edges(self) -> Sequence[datetime]:
        """Where overrides begin and end, in order."""
        return sorted({edge for one in self.overrides for edge in (one.begins, one.ends)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One stretch of one person; `agent` is empty where nobody is on call, and `why` says how that comes about."""

    agent: str
    begins: datetime
    ends: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """`agent` may be empty: nobody. `why` is for people."""

    agent: str
    why: str

    @property
    def is_gap(self) -> bool:
        """Nobody, though somebody might be expected."""
        return not self.agent and self.why != OUTSIDE_HOURS


OUTSIDE_HOURS = "outside the rotation's hours"
NOT_BEGUN = "the rotation has not begun"
ON_PURPOSE = "nobody, by an override"
NO_MEMBERS = "the rotation has no members"


def on_call(rotation: Rotation, at: datetime) -> OnCall:
    for override in reversed(rotation.overrides):
        if override.covers(at):
            return OnCall(agent=override.agent, why="by an override" if override.agent else ON_PURPOSE)
    if rotation.hours is not None and not rotation.hours.works_at(at):
        return OnCall(agent="", why=OUTSIDE_HOURS)
    turn = rotation.turn_at(at)
    if turn < 0:
        return OnCall(agent="", why=NOT_BEGUN)
    if not rotation.members:
        return OnCall(agent="", why=NO_MEMBERS)
    return OnCall(agent=rotation.members[turn % len(rotation.members)], why="by turn")


def shifts(rotation: Rotation, begin: datetime, end: datetime) -> Iterator[Shift]:
    """Who is on call from `begin` until `end`, without a hole: each stretch as long as it is the same, cut at both ends."""
    at, now = begin, on_call(rotation, begin)
    since = begin
    while (at := _next_edge(rotation, at)) < end:
        then = on_call(rotation, at)
        if then.agent != now.agent or (not then.agent and then.why != now.why):
            yield Shift(agent=now.agent, begins=since, ends=at, why=now.why)
            since, now = at, then
    if since < end:
        yield Shift(agent=now.agent, begins=since, ends=end, why=now.why)


def following(rotation: Rotation, at: datetime) -> Shift | None:
    """Who is on call next, and from when; None where that does not change within `HORIZON`."""
    coming = shifts(rotation, at, at + HORIZON)
    next(coming, None)
    return next(coming, None)


def gaps(rotation: Rotation, begin: datetime, end: datetime) -> list[Shift]:
    """When nobody is on call between these though somebody might be expected: not outside the rotation's hours."""
    return [one for one in shifts(rotation, begin, end) if OnCall(agent=one.agent, why=one.why).is_gap]


def _next_edge(rotation: Rotation, at: datetime) -> datetime:
    """The first moment after this one at which somebody else might be on call."""
    turn = rotation.turn_at(at)
    edges = [rotation.turn_begins(max(0, turn + 1))]
    later = bisect_right(rotation.edges, at)
    edges += rotation.edges[later : later + 1]
    if rotation.hours is not None:
        edges += _opens_or_closes(rotation.hours, at, min(edges))
    return min(edges)


def _opens_or_closes(hours: Hours, at: datetime, before: datetime) -> list[datetime]:
    """The first such moment after `at`, if there is one by then."""
    for opens, closes in hours.spans(at, before):
        return [opens if opens > at else closes]
    return []
