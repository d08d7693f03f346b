"""What a call does to its ticket: the caller's keys, who was tried, who took it, how it ended. The phone alone does these: they
are no routes of the API and no commands."""

from dataclasses import dataclass
from typing import ClassVar

from intake.domain.deed_shape import Deed
from intake.domain.label import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDeed(Deed):
    """`call` is what the channel calls it."""

    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMatter(CallDeed):
    """Say by key what kind of matter a call is about."""

    verb: ClassVar[str] = "name_matter"
    kind: Kind

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        if self.kind is Kind.NONE:
            raise ValueError("kind must be incident, service_request or enhancement")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCall(CallDeed):
    """Put on the timeline what happened in a call and changed nothing: silence, a key that means nothing, unclear words."""

    verb: ClassVar[str] = "note_call"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinueTicket(CallDeed):
    """Say by key that a call is about a ticket that the caller has: the call's own is merged into it."""

    verb: ClassVar[str] = "continue_ticket"
    on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TryPeople(CallDeed):
    """Say whom a call rang, and what came of it; `last`: nobody is left to be rung; `talked`: they were brought to
    the caller."""

    verb: ClassVar[str] = "try_people"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"whom"})
    whom: str
    outcome: str
    last: bool = False
    talked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCall(CallDeed):
    """Take a call by key: whoever does is connected with the caller, and on the ticket."""

    verb: ClassVar[str] = "take_call"
    whom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCall(CallDeed):
    """Say that a call is over; a call in which nothing was said closes its ticket after a while."""

    verb: ClassVar[str] = "end_call"
    outcome: str
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteConference(CallDeed):
    """Say who joined or left a ticket's conference, and when it began and ended."""

    verb: ClassVar[str] = "note_conference"
    text: str
