"""A chat as the desk knows it: where something was said, who speaks there, what still has to be looked up."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.channel import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message was said. `room` is what the channel calls it; `thread` is the conversation that it was said in, as its
    root is called (`C…/ts`), empty at top level. `direct`: with the desk alone. `shared`: people of another company read along;
    None where nobody says whether they do. `mentioned`: it names the desk. `said_at` orders what was said in one room: seconds
    since 1970 as a decimal of one length, as the channel has it; what was said there then is called `room/said_at`. `workspace`
    is whose installation was told."""

    room: str
    said_at: str
    workspace: str = ""
    thread: str = ""
    direct: bool = False
    shared: bool | None = False
    mentioned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Somebody asked that a message which another one wrote becomes a ticket. `link` shows it to people, or is empty. Where the
    words could not be read `why_not` says why."""

    by: Address
    link: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amends:
    """A message that was said before is another one now, or `deleted`; `name` is what the channel calls it (`C…/ts`). `edited`
    orders the changes of one message: seconds since 1970 as a decimal, empty where the channel does not say."""

    name: str
    deleted: bool = False
    edited: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """`workspace` is the one whose installation speaks there."""

    id: str
    workspace: str
    direct: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in a chat. `id` is their address there. `mail` is lower-cased, and empty where it is not known or proves
    nothing; `language` a tag such as `de`, `time_zone` an IANA name. `stranger`: of another company's workspace.
    `deactivated`: their account is no more. `looked_up_at` is None as long as nobody has asked who it is, and again from when
    the channel says that the profile is another one."""

    id: str
    workspace: str
    name: str = ""
    mail: str = ""
    language: str = ""
    time_zone: str = ""
    guest: bool = False
    stranger: bool = False
    bot: bool = False
    deactivated: bool = False
    looked_up_at: datetime | None = None


class LookupKind(StrEnum):
    PERSON = "person"  # who is that? `subject` is their id
    MESSAGE = "message"  # what does it say? `subject` is its name (`C…/ts`)
    GROUP = "group"  # who is in it? `subject` is the group's id


class LookupState(StrEnum):
    WAITING = "waiting"
    FOUND = "found"
    FAILED = "failed"  # given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A question to the channel that is asked after the input which raised it was kept. One of a kind for a subject; `by` and
    `author` are who marked the message, and who is said to have written it. `attempts` counts tries begun; `due_at` is when the
    next one may begin."""

    id: int
    kind: LookupKind
    subject: str
    workspace: str
    state: LookupState
    due_at: datetime
    created_at: datetime
    by: str = ""
    author: str = ""
    attempts: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The desk in one workspace, or in a whole `enterprise` (then `workspace` is empty). `sealed` holds its tokens,
    unreadable without the desk's keys. `expires_at` is when they end, None where they do not; `ended_at` when somebody
    took the desk out."""

    id: int
    enterprise: str
    workspace: str
    name: str
    bot_user: str
    bot: str
    scopes: tuple[str, ...]
    sealed: str
    installed_by: str
    installed_at: datetime
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    ended_because: str = ""
