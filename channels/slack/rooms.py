"""Rooms as Slack tells of them: somebody's direct messages, and whether a channel is for the desk's own people alone."""

from collections.abc import Callable

from channels.slack.json_value import flag, inside, text
from channels.slack.vendor.api import Api, SlackFault
from channels.slack.vendor.errors import person_gone
from intake.domain.errors import DeliveryError

LOOKED_AT = 600.0  # seconds for which what was found out about a channel is believed
MOST = 5_000
NOT_PRIVATE = "is public: a card shows what requesters must not read. Make the channel private, or name another in [[mirror]]"
SHARED = "is shared with another company: a card shows what only the desk may read. Name another channel in [[mirror]]"


class Rooms:
    """`clock` in seconds from any beginning."""

    def __init__(self, api: Api, clock: Callable[[], float]) -> None:
        self._api = api
        self._clock = clock
        self._direct: dict[tuple[str, str], str] = {}
        self._private: dict[tuple[str, str], float] = {}

    async def direct(self, workspace: str, person: str) -> str:
        """The room where the desk is alone with them. Raises SlackFault, and DeliveryError for somebody who has left."""
        known = self._direct.get((workspace, person))
        if known is not None:
            return known
        try:
            answer = await self._api.call("conversations.open", workspace, {"users": person})
        except SlackFault as fault:
            if fault.code == "account_inactive":
                await self._api.call("auth.test", workspace, {})  # or else it is the desk's own account
                raise person_gone() from fault
            raise
        room = text(answer, "channel", "id")
        if not room:
            raise SlackFault("http_200", method="conversations.open")
        self._direct[workspace, person] = room
        while len(self._direct) > MOST:
            del self._direct[next(iter(self._direct))]
        return room

    async def demand_private(self, workspace: str, room: str) -> None:
        """Raises SlackFault; DeliveryError(permanent) for a channel where others could read."""
        if self._private.get((workspace, room), 0.0) > self._clock():
            return
        answer = await self._api.call("conversations.info", workspace, {"channel": room})
        channel = inside(answer, "channel")
        if flag(channel, "is_ext_shared") or flag(channel, "is_pending_ext_shared"):
            raise DeliveryError(f"{room} {SHARED}", permanent=True)
        if not flag(channel, "is_private"):
            raise DeliveryError(f"{room} {NOT_PRIVATE}", permanent=True)
        self._private[workspace, room] = self._clock() + LOOKED_AT
        while len(self._private) > MOST:
            del self._private[next(iter(self._private))]
