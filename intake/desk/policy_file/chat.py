"""The chat, as desk.toml has it: `[slack]`, its request channels and the groups whose members are staff."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from intake.desk.policy_file.table import PolicyTable, Row
from intake.domain.channel import Channel
from intake.domain.principal import STAFF, Role

_NAME, _ROOM, _GROUP, _MIRROR = "slack", "slack_channel", "slack_group", "mirror"
_KEYS = ("group_seconds", "language", "workspaces")
_LONGEST_GROUP = 3600  # seconds
_ROOM_ID = re.compile(r"[CG][A-Z0-9]{6,20}\Z", re.ASCII)
_GROUP_ID = re.compile(r"S[A-Z0-9]{6,20}\Z", re.ASCII)
_WORKSPACE_ID = re.compile(r"[TE][A-Z0-9]{6,20}\Z", re.ASCII)
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}\Z", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}\Z", re.ASCII)
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
    no other. `workspaces` are the desk's own: what profiles there say proves a mail, and makes staff. Empty: all where the desk
    is installed."""

    group: timedelta = timedelta(seconds=120)
    language: str = "en"
    rooms: Mapping[str, RequestRoom] = field(default_factory=dict)
    groups: Mapping[str, StaffGroup] = field(default_factory=dict)
    workspaces: frozenset[str] = frozenset()

    def emoji_of(self, room: str) -> str:
        known = self.rooms.get(room)
        return known.emoji if known is not None else EMOJI


def read_chat(table: PolicyTable, teams: Collection[str], mirrors: Collection[tuple[Channel, str]]) -> ChatPolicy:
    """`mirrors` are where cards are shown, in the file's order."""
    section = table.section(_NAME, _KEYS, may_be_absent=True)
    seconds = section.get("group_seconds", 120)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= _LONGEST_GROUP:
        table.fault(f"group_seconds must be a whole number from 0 to {_LONGEST_GROUP}", _NAME, "group_seconds")
        seconds = 120
    language = section.get("language", "en")
    if not isinstance(language, str) or not _LANGUAGE.match(language):
        table.fault(f"{language!r} is not a language such as de", _NAME, "language")
        language = "en"
    rooms = _rooms(table, teams)
    _demand_apart(table, rooms, mirrors)
    return ChatPolicy(
        group=timedelta(seconds=seconds),
        language=language,
        rooms=rooms,
        groups=_groups(table, teams),
        workspaces=_workspaces(table, section),
    )


def _workspaces(table: PolicyTable, section: Row) -> frozenset[str]:
    found = section.get("workspaces", [])
    if not isinstance(found, list) or not all(isinstance(one, str) and _WORKSPACE_ID.match(one) for one in found):
        table.fault('workspaces must be a list of ids such as ["T0123456789"]', _NAME, "workspaces")
        return frozenset()
    return frozenset(found)


def _rooms(table: PolicyTable, teams: Collection[str]) -> dict[str, RequestRoom]:
    rooms: dict[str, RequestRoom] = {}
    for index, row in enumerate(table.rows(_ROOM, ("id", "take", "team", "language", "emoji"))):
        room, take = table.word(_ROOM, row, "id", index), table.word(_ROOM, row, "take", index, default=Take.EVERY.value)
        team, language = (table.word(_ROOM, row, key, index, default="") for key in ("team", "language"))
        emoji = table.word(_ROOM, row, "emoji", index, default=EMOJI).strip(":")
        if room and not _ROOM_ID.match(room):
            table.fault(f"{room!r} is not a channel's id such as C0123456789 (its name changes)", _ROOM, "id", index)
        if room in rooms:
            table.fault(f"the channel {room} is there twice", _ROOM, "id", index)
        if take not in list(Take):
            table.fault(f'take must be "{Take.EVERY}", "{Take.MENTION}" or "{Take.EMOJI}"', _ROOM, "take", index)
            take = Take.EVERY
        if team and team not in teams:
            table.fault(f"the team {team!r} has no [[team]]", _ROOM, "team", index)
        if language and not _LANGUAGE.match(language):
            table.fault(f"{language!r} is not a language such as de", _ROOM, "language", index)
        if not _EMOJI.match(emoji):
            table.fault(f"{emoji!r} is not the name of a reaction such as {EMOJI}", _ROOM, "emoji", index)
        rooms[room] = RequestRoom(id=room, take=Take(take), team=team, language=language, emoji=emoji)
    return rooms


def _groups(table: PolicyTable, teams: Collection[str]) -> dict[str, StaffGroup]:
    groups: dict[str, StaffGroup] = {}
    for index, row in enumerate(table.rows(_GROUP, ("id", "team", "role"))):
        group, team = table.word(_GROUP, row, "id", index), table.word(_GROUP, row, "team", index)
        role = table.word(_GROUP, row, "role", index, default=Role.AGENT.value)
        if group and not _GROUP_ID.match(group):
            table.fault(f"{group!r} is not a user group's id such as S0123456789", _GROUP, "id", index)
        if group in groups:
            table.fault(f"the group {group} is there twice", _GROUP, "id", index)
        if team and team not in teams:
            table.fault(f"the team {team!r} has no [[team]]", _GROUP, "team", index)
        if role not in STAFF:
            table.fault(f"{role!r} is not a role; known are agent, lead and admin", _GROUP, "role", index)
            role = Role.AGENT
        groups[group] = StaffGroup(id=group, team=team, role=Role(role))
    return groups


def _demand_apart(table: PolicyTable, rooms: Collection[str], mirrors: Collection[tuple[Channel, str]]) -> None:
    """Where people ask no card may stand: it shows what is internal."""
    for index, (channel, address) in enumerate(mirrors):
        if channel is not Channel.SLACK or not address:
            continue
        if not _ROOM_ID.match(address):
            table.fault(f"{address!r} is not a channel's id such as C0987654321", _MIRROR, "address", index)
        if address in rooms:
            table.fault(f"{address} is a [[slack_channel]] where people ask: cards are internal", _MIRROR, "address", index)
