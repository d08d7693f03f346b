"""What a message is about and how much it matters, with the reasons."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Kind(StrEnum):
    INCIDENT = "incident"
    SERVICE_REQUEST = "service_request"
    ENHANCEMENT = "enhancement"
    NONE = "none"  # abstained: a person decides


class Category(StrEnum):
    UNAVAILABLE = "unavailable"
    ERROR_MESSAGE = "error_message"
    DATA_PROBLEM = "data_problem"
    BLOCKED_TASK = "blocked_task"
    PERFORMANCE_INTERFACE = "performance_interface"
    PROCESS_QUESTION = "process_question"
    HOW_TO = "how_to"
    USER_REQUEST = "user_request"
    COLLATERAL = "collateral"
    CHANGE_REQUEST = "change_request"
    DEFECT_FIX = "defect_fix"

    @property
    def kind(self) -> Kind:
        return KIND_OF[self]


KIND_OF = {
    Category.UNAVAILABLE: Kind.INCIDENT,
    Category.ERROR_MESSAGE: Kind.INCIDENT,
    Category.DATA_PROBLEM: Kind.INCIDENT,
    Category.BLOCKED_TASK: Kind.INCIDENT,
    Category.PERFORMANCE_INTERFACE: Kind.INCIDENT,
    Category.PROCESS_QUESTION: Kind.SERVICE_REQUEST,
    Category.HOW_TO: Kind.SERVICE_REQUEST,
    Category.USER_REQUEST: Kind.SERVICE_REQUEST,
    Category.COLLATERAL: Kind.SERVICE_REQUEST,
    Category.CHANGE_REQUEST: Kind.ENHANCEMENT,
    Category.DEFECT_FIX: Kind.ENHANCEMENT,
}


class Level(IntEnum):
    """Impact or urgency, as ServiceNow counts them: 1 is the worst."""

    HIGH = 1
    MEDIUM = 2
    LOW = 3


class Priority(StrEnum):
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why something was decided. `says` is what it speaks for (`kind=incident`, `impact=1`); `source` who holds that
    (`lexicon`, `model`, `policy`, a person). `text` is the user's own words, `start`/`end` their place in the classified
    text (character offsets; both -1 where it is no passage: then `text` is the reason in short, or empty)."""

    source: str
    says: str
    text: str = ""
    start: int = -1
    end: int = -1
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A classifier's opinion. Priority is not in it: that comes from the matrix alone.

    `confidence` is 0..1. An abstained label has kind `none` and no category; `version` names what gave it.
    """

    kind: Kind
    category: Category | None
    impact: Level
    urgency: Level
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    version: str = ""

    @property
    def abstained(self) -> bool:
        return self.kind is Kind.NONE
