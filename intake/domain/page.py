"""Waking somebody: a ladder as it was decided, one run of it for a ticket, and each page that the run sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from intake.domain.channel import Channel
from intake.domain.label import Kind, Priority
from intake.domain.ticket import Tier

ON_CALL, TEAM = "on_call", "team"  # whom a step pages, where it is not an agent's name
PAGES_BY = (Channel.EMAIL, Channel.SLACK, Channel.SMS, Channel.PHONE)  # what can wake somebody
URGENT = frozenset({Priority.P1, Priority.P2})  # whoever reports one of these is asked to call


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`page` is `on_call`, `team` or an agent's name; of the first two `tier` says whose. It is made `repeat` more times, and
    `wait` follows each time."""

    page: str
    tier: Tier | None
    by: tuple[Channel, ...]
    wait: timedelta
    repeat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """`quiet_hours` names the opening hours outside of which the first step waits; empty: it never waits."""

    name: str
    priorities: frozenset[Priority]
    kinds: frozenset[Kind]
    steps: tuple[Step, ...]
    quiet_hours: str = ""

    def is_for(self, kind: Kind, priority: Priority) -> bool:
        return kind in self.kinds and priority in self.priorities

    @property
    def moves(self) -> Sequence[tuple[int, int]]:
        """Which step, and the how-many-eth time, from 0, each in its order."""
        return [(number, time) for number, step in enumerate(self.steps) for time in range(step.repeat + 1)]


class PageAnswered(StrEnum):
    """What came of somebody's answer to a page."""

    TAKEN = "taken"
    PASSED = "passed"  # they do not take it
    OVER = "over"  # it came too late


class RunState(StrEnum):
    RUNNING = "running"
    EXHAUSTED = "exhausted"  # every step was made and nobody has answered: the desk gives an alarm
    ACKNOWLEDGED = "acknowledged"
    STOPPED = "stopped"  # nobody need be woken any more


OPEN_RUNS = frozenset({RunState.RUNNING, RunState.EXHAUSTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`ladder` is how it was when the run started; None for one that an older desk began, which takes it from the policy at its
    next step. `made` counts the moves of the ladder that are done with. `priority` is the ticket's when it started, `why` the
    reason. An ended run has `ended_at`, `ended_by` and `end_why`; an exhausted one has `ended_at` alone."""

    id: int
    ticket: int
    ladder: Ladder | None
    priority: Priority
    started_at: datetime
    why: str
    state: RunState = RunState.RUNNING
    made: int = 0
    ended_at: datetime | None = None
    ended_by: str = ""
    end_why: str = ""

    @property
    def is_open(self) -> bool:
        """It pages, or waits for somebody to say that they are on it."""
        return self.state in OPEN_RUNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page to one address. `step` and `repetition` count from 1. `agent` is who was paged, empty where it went to a team's
    own address. A step that reached nobody is a page without channel, address and delivery. `code` is what a text answers to
    take it ("1a"), empty for other channels."""

    id: int
    run: int
    ticket: int
    step: int
    repetition: int
    at: datetime
    team: str = ""
    agent: str = ""
    channel: Channel | None = None
    address: str = ""
    delivery: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """A run with its pages, the oldest first."""

    run: Run
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A ticket whose ladder has come to its end `since` then."""

    ticket: int
    priority: Priority
    since: datetime
    pages: int
