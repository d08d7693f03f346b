"""A storm: reports of one outage by several people, and the major incident that they belong to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.ticket import State, Ticket


class StormStage(StrEnum):
    PROPOSED = "proposed"  # people at tier 1 are asked whether it is one
    FORMED = "formed"  # its reports are the children of one ticket; over when that one is
    DISSOLVED = "dissolved"  # a person says that it was none


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """`parent` is the ticket of the major incident. `next_update_at` is when its reporters were promised to hear more, `update`
    the message that told them last. `confirmed_by` is empty until a person has said that it is one."""

    parent: int
    stage: StormStage
    since: datetime
    formed_at: datetime | None = None
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    next_update_at: datetime | None = None
    update: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A report in a storm. `person` is the contact who asked, None where nobody is known. `alike` is the ticket that it
    resembles, by `score` (0 to 1); None and 0 where `joined_by` is a person. One that has left keeps its row: it does not join
    again by itself."""

    storm: int
    ticket: int
    person: int | None
    joined_at: datetime
    joined_by: str
    alike: int | None = None
    score: float = 0.0
    left_at: datetime | None = None
    left_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """That a person was told of one stage of a storm, on which of their tickets; `message` is what they were told with, if a
    person wrote that."""

    storm: int
    stage: str
    person: int
    ticket: int
    at: datetime
    message: int | None = None


class Standing(StrEnum):
    """How a storm stands, for people."""

    PROPOSED = "proposed"
    FORMED = "formed"
    OVER = "over"  # formed, and its parent is resolved or closed
    DISSOLVED = "dissolved"


ENDED = frozenset({State.RESOLVED, State.CLOSED, State.CANCELED})


@dataclass(frozen=True, slots=True, kw_only=True)
class StormLine:
    """A storm as people look at it: its parent, how many reports of how many people belong to it."""

    storm: Storm
    ticket: Ticket
    reports: int
    people: int

    @property
    def standing(self) -> Standing:
        if self.storm.stage is StormStage.FORMED and self.ticket.state in ENDED:
            return Standing.OVER
        return Standing(self.storm.stage.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class StormStory:
    """`members` in the order in which they joined, those that have left too."""

    line: StormLine
    members: tuple[Member, ...]
