"""Rooms as Slack tells of them: somebody's direct messages, and whether a channel is for the desk's own people alone."""

from collections.abc import Callable

from channels.slack.json_value import Json, flag, inside, text
from channels.slack.vendor.api import Api, SlackFault
from channels.slack.vendor.errors import ROOM_GONE, meaning
from intake.domain.errors import DeliveryError

LOOKED_AT = 600.0  # seconds for which what was found out about a channel is believed
AGAIN_AFTER = 300.0  # and for which one that takes no cards is not asked for each of them
MOST = 5_000
NOT_PRIVATE = "is public: a card shows what requesters must not read. Make the channel private, or name another in [[mirror]]"
ARCHIVED = "is archived: nothing can be posted there. Unarchive it, or name another in [[mirror]]"
SHARED = "is shared with another company: a card shows what only the desk may read. Name another channel in [[mirror]]"


class Rooms:
    """`clock` in seconds from any beginning."""

    def __init__(self, api: Api, clock: Callable[[], float]) -> None:
        self._api = api
        self._clock = clock
        self._direct: dict[tuple[str, str], str] = {}
        self._private: dict[tuple[str, str], float] = {}
        self._refused: dict[tuple[str, str], tuple[float, str]] = {}

    async def direct(self, workspace: str, person: str) -> str:
        """The room where the desk is alone with them. Raises SlackFault."""
        known = self._direct.get((workspace, person))
        if known is not None:
            return known
        answer = await self._api.call("conversations.open", workspace, {"users": person})
        room = text(answer, "channel", "id")
        if not room:
            raise SlackFault("http_200", method="conversations.open")
        self._direct[workspace, person] = room
        while len(self._direct) > MOST:
            del self._direct[next(iter(self._direct))]
        return room

    async def demand_private(self, workspace: str, room: str) -> None:
        """Raises SlackFault; DeliveryError for a channel where others could read, or where the desk is not: what belongs there
        waits until somebody has seen to it."""
        until, why = self._refused.get((workspace, room), (0.0, ""))
        if until > self._clock():
            raise waits(why)
        if self._private.get((workspace, room), 0.0) > self._clock():
            return
        try:
            answer = await self._api.call("conversations.info", workspace, {"channel": room})
        except SlackFault as fault:
            if fault.code not in ROOM_GONE:
                raise
            raise self.refused(workspace, room, fault) from fault
        if why := _why_not(inside(answer, "channel")):
            raise self._remember(workspace, room, f"{room} {why}")
        self._private[workspace, room] = self._clock() + LOOKED_AT
        while len(self._private) > MOST:
            del self._private[next(iter(self._private))]

    def refused(self, workspace: str, room: str, fault: SlackFault) -> DeliveryError:
        """What was private and ours before need not be now."""
        return self._remember(workspace, room, f"{room}: {fault.code}, {meaning(fault.code)[1]}")

    def _remember(self, workspace: str, room: str, why: str) -> DeliveryError:
        self._private.pop((workspace, room), None)
        self._refused[workspace, room] = (self._clock() + AGAIN_AFTER, why)
        while len(self._refused) > MOST:
            del self._refused[next(iter(self._refused))]
        return waits(why)


def waits(why: str) -> DeliveryError:
    return DeliveryError(why, permanent=False, retry_after=AGAIN_AFTER, tried=False)


def _why_not(channel: Json) -> str:
    if flag(channel, "is_ext_shared") or flag(channel, "is_pending_ext_shared"):
        return SHARED
    if not flag(channel, "is_private"):
        return NOT_PRIVATE
    return ARCHIVED if flag(channel, "is_archived") else ""
