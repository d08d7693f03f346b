"""Whose token is good for a channel or a person of whom nothing was heard yet: where several workspaces have the desk, the one
that knows them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from channels.slack.json_value import flag
from channels.slack.outgoing.rooms import AGAIN_AFTER, MOST, waits
from channels.slack.vendor.api import Api, SlackFault
from channels.slack.vendor.errors import Fault, meaning

MOST_ASKED = 50  # workspaces
NOWHERE = "no workspace that has the desk knows it: correct it in desk.toml, or invite the desk there (/invite)"
_PEOPLE = ("U", "W")  # how the ids of people begin

Workspaces = Callable[[], Awaitable[Sequence[str]]]


async def one_token() -> Sequence[str]:
    return ()


async def home_of(api: Api, name: str, workspaces: Sequence[str]) -> str:
    """`name` is the id of a channel or of a person. Empty where none of them knows it. Raises SlackFault where Slack cannot say
    now."""
    for workspace in workspaces[:MOST_ASKED]:
        try:
            if await _is_at_home(api, name, workspace):
                return workspace
        except SlackFault as fault:
            if meaning(fault.code)[0] in (Fault.PASSES, Fault.LIMIT):
                raise
    return ""


async def _is_at_home(api: Api, name: str, workspace: str) -> bool:
    """Who is only met in a shared channel is at home elsewhere. Raises SlackFault."""
    if name.startswith(_PEOPLE):
        answer = await api.call("users.info", workspace, {"user": name})
        return not flag(answer, "user", "is_stranger")
    await api.call("conversations.info", workspace, {"channel": name})
    return True


async def rooms_by_workspace(api: Api, rooms: Mapping[str, str], workspaces: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """`rooms`, each with the workspace that speaks there as far as it is known: the others are looked for. What none knows is
    the first one's, which will say so. Never raises for what Slack says."""
    found: dict[str, list[str]] = {}
    for room, known in rooms.items():
        home = known if known in workspaces else ""
        if not home and len(workspaces) > 1:
            try:
                home = await home_of(api, room, workspaces)
            except SlackFault:
                continue
        found.setdefault(home or next(iter(workspaces), ""), []).append(room)
    return found


class Homes:
    """`clock` in seconds from any beginning. What was found out is believed as long as the process lives."""

    def __init__(self, api: Api, workspaces: Workspaces, clock: Callable[[], float]) -> None:
        self._api = api
        self._workspaces = workspaces
        self._clock = clock
        self._known: dict[str, str] = {}
        self._nowhere: dict[str, float] = {}

    async def of(self, name: str) -> str:
        """As `home_of`; empty for the only one there is. Raises SlackFault; DeliveryError while none knows it."""
        if name in self._known:
            return self._known[name]
        there = await self._workspaces()
        if len(there) < 2:
            return ""
        if self._nowhere.get(name, 0.0) > self._clock():
            raise waits(f"{name}: {NOWHERE}")
        if home := await home_of(self._api, name, there):
            self._known[name] = home
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]
            return home
        self._nowhere[name] = self._clock() + AGAIN_AFTER
        while len(self._nowhere) > MOST:
            del self._nowhere[next(iter(self._nowhere))]
        raise waits(f"{name}: {NOWHERE}")
