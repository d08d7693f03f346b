"""How the desk stands in a workspace: is its token taken, what may it do, may cards stand in the triage channels, who is in the
groups. Asked by a person at the prompt and every few minutes by the running desk; nothing is changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from channels.slack.json_value import items, text
from channels.slack.manifest import scopes
from channels.slack.outgoing.rooms import Rooms
from channels.slack.vendor.api import Api, SlackFault
from channels.slack.vendor.errors import Fault, meaning
from intake.domain.errors import DeliveryError

_GONE = frozenset({"no_such_subteam", "subteam_not_found"})


class TellsScopes(Api, Protocol):
    async def scopes(self, workspace: str) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`refusal` is why nothing works there, empty where all does; `silent`: it is not Slack that says so, it cannot be reached.
    `missing` are scopes that the manifest has and the token has not. `rooms` and `groups` say what is wrong, by their ids."""

    name: str = ""
    bot: str = ""
    refusal: str = ""
    silent: bool = False
    missing: frozenset[str] = frozenset()
    rooms: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


async def standing(api: TellsScopes, workspace: str, rooms: Collection[str], groups: Collection[str]) -> Standing:
    """An empty `workspace` is the only one there is. Never raises for what Slack says."""
    try:
        who = await api.call("auth.test", workspace, {})
        given = await api.scopes(workspace)
    except SlackFault as fault:
        return Standing(refusal=_in_words(fault), silent=meaning(fault.code)[0] in (Fault.PASSES, Fault.LIMIT))
    return Standing(
        name=text(who, "team") or workspace,
        bot=text(who, "user"),
        missing=scopes() - given if given else frozenset(),  # something on the way may take the header out
        rooms={room: why for room in rooms if (why := await _of_room(api, workspace, room))},
        groups={group: why for group in groups if (why := await _of_group(api, workspace, group))},
    )


async def _of_room(api: Api, workspace: str, room: str) -> str:
    """Why no card may stand there; empty where it may, and where nobody can tell."""
    try:
        await Rooms(api, monotonic).demand_private(workspace, room)
    except DeliveryError as refused:
        return str(refused)
    except SlackFault as fault:
        return "" if meaning(fault.code)[0] in (Fault.PASSES, Fault.LIMIT) else f"{room}: {_in_words(fault)}"
    return ""


async def _of_group(api: Api, workspace: str, group: str) -> str:
    try:
        answer = await api.call("usergroups.users.list", workspace, {"usergroup": group})
    except SlackFault as fault:
        if meaning(fault.code)[0] in (Fault.PASSES, Fault.LIMIT) and fault.code not in _GONE:
            return ""
        return f"{group}: there is no such group" if fault.code in _GONE else f"{group}: {_in_words(fault)}"
    return "" if items(answer, "users") else f"{group}: nobody is in it"


def _in_words(fault: SlackFault) -> str:
    needs = f" ({fault.needs})" if fault.needs else ""
    return f"{fault.code}, {meaning(fault.code)[1]}{needs}"
