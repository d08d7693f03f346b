"""What is known of each change, as the oracle writes it down and as plain SQL finds it in the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from intake.domain.change import ChangeKind, CloseCode, Side, Stage, Verdict
from intake.domain.label import Category, Kind
from intake.domain.ticket import State
from tests.changes.oracle_book import Book


class Expect(Enum):
    DONE = "done"
    REFUSED = "refused"
    EITHER = "either"  # docs/changes.md leaves it open


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFacts:
    number: int
    kind: Kind
    category: Category | None
    state: State
    priority: str
    group: str
    merged_into: int | None
    callers: frozenset[str]  # mail addresses of whoever asked
    was_paged: frozenset[str]
    is_answered: bool  # a final response was written

    @property
    def is_fix(self) -> bool:
        return self.category is Category.DEFECT_FIX

    @property
    def carries(self) -> bool:
        return self.kind is Kind.ENHANCEMENT or self.category is Category.COLLATERAL

    @property
    def is_live_incident(self) -> bool:
        return self.kind is Kind.INCIDENT and self.merged_into is None and self.state is not State.CANCELED

    @property
    def is_open(self) -> bool:
        return self.state in {State.NEW, State.IN_PROGRESS, State.ON_HOLD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    side: Side
    verdict: Verdict
    by: str
    on_behalf_of: str = ""


@dataclass(slots=True, kw_only=True)
class Known:
    """Of one change. `tasks` by position: open, done or dropped. `announcements` by position: phase and whether it was sent."""

    kind: ChangeKind = ChangeKind.NORMAL
    stage: Stage = Stage.DRAFT
    author: str = ""
    planner: str = ""  # the last one
    planners: frozenset[str] = frozenset()  # all of them
    incident: int | None = None
    risk: bool = False
    services: tuple[str, ...] = ()
    backout: bool = False
    template: str = ""
    agreement: str = ""
    estimate: int = 0
    round: int = 0
    cio: str = ""
    process: str = ""
    window: tuple[datetime, datetime] | None = None
    implemented_by: str = ""
    backed_out: bool = False
    code: CloseCode | None = None
    tasks: dict[int, str] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    phases: dict[int, str] = field(default_factory=dict)
    audience: frozenset[str] = frozenset()
    voices: tuple[Voice, ...] = ()  # of this round, of the two sides
    owner_spoke: bool = False  # a product owner, in any round

    @property
    def approved(self) -> bool:
        return self.kind is ChangeKind.STANDARD or bool(self.cio and self.process)

    @property
    def was_rejected(self) -> bool:
        return any(voice.verdict is Verdict.REJECTED for voice in self.voices)

    def has_decided(self, side: Side) -> bool:
        return any(voice.side is side and voice.verdict is not Verdict.SENT_BACK for voice in self.voices)


@dataclass(slots=True, kw_only=True)
class World:
    now: datetime
    tickets: Mapping[int, TicketFacts]
    changes: dict[int, Known]
    books: dict[str, Book]

    def incident_is_fit(self, number: int | None) -> bool:
        return number is not None and number in self.tickets and self.tickets[number].is_live_incident

    def names_incident(self, incident: int) -> list[int]:
        """Changes that hold on to it: past draft, not rejected, not withdrawn."""
        free = {Stage.DRAFT, Stage.REJECTED, Stage.WITHDRAWN}
        return [number for number, change in self.changes.items() if change.incident == incident and change.stage not in free]

    def agreement_is_open(self) -> bool:
        return any(not book.closed and self.now.date() <= book.ends for book in self.books.values())
