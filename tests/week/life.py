"""One ticket as the oracle keeps it: nothing but what has happened to it, in lists."""

from dataclasses import dataclass, field

from tests.week.happening import Second
from tests.week.rules import Ladder, Rules, Target

NEW, IN_PROGRESS, ON_HOLD = "new", "in_progress", "on_hold"
RESOLVED, CLOSED, CANCELED = "resolved", "closed", "canceled"
OPEN = {NEW, IN_PROGRESS, ON_HOLD}
RESPONSE, RESOLUTION = "response", "resolution"
RUNNING, PAUSED, STOPPED, BREACHED = "running", "paused", "stopped", "breached"
EXHAUSTED, ACKNOWLEDGED = "exhausted", "acknowledged"
NEVER = 10**9


@dataclass(slots=True, kw_only=True)
class Answer:
    """`accepted` is when the relay takes it, `arrives` when it can come back no longer."""

    accepted: Second
    arrives: Second
    final: bool
    seen: bool = False
    arrived: bool = False
    back: Second | None = None


@dataclass(slots=True, kw_only=True)
class PageMade:
    """An empty address: nobody was reached."""

    step: int
    repetition: int
    at: Second
    address: str
    leaves: Second
    withdrawn: bool = False


@dataclass(slots=True, kw_only=True)
class RunMade:
    """`ladder` is as it was when the run started. `moves` are its steps' numbers with the repetition, both from 1, in their
    order; `made` of them are done with."""

    ladder: Ladder
    started: Second
    moves: list[tuple[int, int]]
    made: int = 0
    next_at: Second = NEVER
    state: str = RUNNING
    ended: Second | None = None
    pages: list[PageMade] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state in {RUNNING, EXHAUSTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """That a clock warned, or breached."""

    clock: str
    breach: bool
    at: Second
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """An escalation by these clocks."""

    clocks: tuple[str, ...]
    at: Second
    old: int
    new: int


@dataclass(slots=True, kw_only=True)
class Life:
    """`rules` are those in force when it was opened: its clocks follow them. `acknowledgement`: was its author sent one, and
    did that say that people are being woken? `urged` is when they were told so later."""

    name: str
    rules: Rules
    opened: Second
    person: str
    kind: str
    impact: int
    urgency: int
    priority: str
    tier: int
    team: str
    state: str = NEW
    holder: str = ""
    held_until: Second | None = None
    final: Answer | None = None
    merged: bool = False
    closed_by_people: bool = False
    storm: str = ""
    now: Second = 0
    states: list[tuple[Second, str]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    runs: list[RunMade] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    told_of: set[tuple[str, bool, Target]] = field(default_factory=set)
    climbs: list[Climb] = field(default_factory=list)
    acknowledgement: bool | None = None
    urged: list[Second] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def stands(self) -> tuple[object, ...]:
        return self.state, self.tier, self.team, self.holder, self.kind, self.priority

    @property
    def run(self) -> RunMade | None:
        return next((run for run in self.runs if run.is_open), None)

    def become(self, state: str) -> None:
        """Whoever leaves a hold leaves its end behind; a ticket that is worked on again has no final response yet."""
        if self.state not in OPEN and state in OPEN:
            self.final = None
        if state != ON_HOLD:
            self.held_until = None
        self.state = state
        self.states.append((self.now, state))
