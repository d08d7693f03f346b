"""What a chat tells the desk beside messages, and what only its buttons do. They are no routes of the API and no commands."""

from dataclasses import dataclass
from typing import ClassVar

from intake.domain.deed_shape import Deed
from intake.domain.label import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseTicket(Deed):
    """Say which of one's tickets this one is about: it is merged into that; or that it is new (`on` is its own number)."""

    verb: ClassVar[str] = "choose_ticket"
    on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectKind(Deed):
    """Say what kind of matter one's own ticket is, because the desk has read it otherwise."""

    verb: ClassVar[str] = "correct_kind"
    kind: Kind

    def __post_init__(self) -> None:
        if self.kind is Kind.NONE:
            raise ValueError("kind must be incident, service_request or enhancement")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatDeed(Deed):
    """About the chat itself: on no ticket."""

    workspace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkMessage(ChatDeed):
    """Ask that a message becomes a ticket, by the reaction `emoji`. `message` is its name (`C…/ts`), `author` whoever is
    said to have written it."""

    verb: ClassVar[str] = "mark_message"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"author", "workspace"})
    message: str
    emoji: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomShared(ChatDeed):
    """Say that another company reads along in a room, or no longer."""

    verb: ClassVar[str] = "room_shared"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"workspace"})
    room: str
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(ChatDeed):
    """Say that somebody's profile is another one now."""

    verb: ClassVar[str] = "person_changed"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"workspace"})
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChanged(ChatDeed):
    """Say that a group of people has other members now."""

    verb: ClassVar[str] = "group_changed"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"workspace"})
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationEnded(ChatDeed):
    """Say that the desk was taken out of a workspace, or that its tokens are void."""

    verb: ClassVar[str] = "installation_ended"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttled(ChatDeed):
    """Say that the channel holds back what it has for the desk, because it is too much."""

    verb: ClassVar[str] = "throttled"
