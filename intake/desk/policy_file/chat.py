"""The chat, as desk.toml has it: `[slack]`, its request channels and the groups whose members are staff."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from intake.domain.principal import Role

EMOJI = "ticket"  # the reaction that makes a ticket of a message, where desk.toml names no other


class Take(StrEnum):
    """Which messages of a request channel are tickets."""

    EVERY = "every"
    MENTION = "mention"
    EMOJI = "emoji"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRoom:
    """`team` is which its tickets begin with, empty: as the routes say. `language` may be empty. `emoji` marks a message
    that is to be a ticket."""

    id: str
    take: Take = Take.EVERY
    team: str = ""
    language: str = ""
    emoji: str = EMOJI


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffGroup:
    """A group of the chat whose members work for `team`."""

    id: str
    team: str
    role: Role = Role.AGENT


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPolicy:
    """`group`: what one author says within it is one matter. `language` is a tag of the words that people are told in who have
    no other."""

    group: timedelta = timedelta(seconds=120)
    language: str = "en"
    rooms: Mapping[str, RequestRoom] = field(default_factory=dict)
    groups: Mapping[str, StaffGroup] = field(default_factory=dict)

    def emoji_of(self, room: str) -> str:
        known = self.rooms.get(room)
        return known.emoji if known is not None else EMOJI
