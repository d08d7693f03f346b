"""One message a second in each room, and rest where Slack asks for it; no room waits for another.

In memory and for each replica alone: what two of them post to one room in one second Slack forgives, or asks to wait.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from channels.slack.json_value import Json
from channels.slack.vendor.api import Api, SlackFault
from intake.domain.errors import DeliveryError

SPACING = 1.0  # seconds between two messages in a room (docs.slack.dev/apis/web-api/rate-limits)
MOST = 5_000  # rooms; beyond them those are forgotten that have waited long enough
MOST_SLOTS = 100  # of a room, before those are looked through for which nobody came
_LATE = 600.0
_REST = 1.0  # where Slack names no time
_OF_A_ROOM = "chat.postMessage"  # the one method that is limited by the room; the others are by the workspace


@dataclass(slots=True)
class _Room:
    """`free` is when the next slot is, `last` when something was posted; `slots` are those that deliveries were promised."""

    free: float = 0.0
    last: float = float("-inf")
    slots: dict[int, float] = field(default_factory=dict)


class Pacing:
    """`clock` in seconds from any beginning."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._rooms: dict[str, _Room] = {}
        self._rests: dict[str, float] = {}

    def demand_slot(self, room: str, delivery: int, *, urgent: bool = False) -> None:
        """Raises DeliveryError with the wait until the slot that is this delivery's from now on. Nobody was asked: no try.
        What is `urgent` waits for nobody's slot: Slack bears a few posts in one second, and asks where it does not."""
        now = self._clock()
        if (rest := self._rests.get(room, 0.0) - now) > 0:
            raise _wait(rest, "Slack wants to be left alone there for now")
        known = self._rooms.setdefault(room, _Room())
        slot = now if urgent else known.slots.get(delivery)
        if slot is None:
            slot = max(now, known.free)
            known.free = slot + SPACING
        if not urgent:
            slot = max(slot, known.last + SPACING)  # somebody came late for theirs
        if slot > now:
            known.slots[delivery] = slot
            raise _wait(slot - now, "a room gets one message a second")
        known.slots.pop(delivery, None)
        known.last, known.free = now, max(known.free, now + SPACING)
        if len(known.slots) > MOST_SLOTS:  # of what was canceled nobody comes for its slot
            known.slots = {name: kept for name, kept in known.slots.items() if kept > now - _LATE}
        self._forget(now)

    def resting(self, name: str) -> float:
        """Seconds for which this is to be left alone still; none: 0 or less."""
        return self._rests.get(name, 0.0) - self._clock()

    def rest(self, name: str, seconds: float | None) -> None:
        now = self._clock()
        self._rests[name] = max(self._rests.get(name, 0.0), now + (seconds or _REST))
        self._forget(now)

    def _forget(self, now: float) -> None:
        if len(self._rooms) > MOST:
            self._rooms = {room: known for room, known in self._rooms.items() if known.free > now - 60}
        if len(self._rests) > MOST:
            self._rests = {name: until for name, until in self._rests.items() if until > now}


class PacedApi:
    """The API, which is not asked where it wants to be left alone."""

    def __init__(self, api: Api, pacing: Pacing) -> None:
        self._api = api
        self._pacing = pacing

    async def call(self, method: str, workspace: str, arguments: Mapping[str, object]) -> Json:
        name = str(arguments.get("channel", "")) if method == _OF_A_ROOM else f"{method} {workspace}"
        if (left := self._pacing.resting(name)) > 0:
            raise SlackFault("ratelimited", method=method, retry_after=left)
        try:
            return await self._api.call(method, workspace, arguments)
        except SlackFault as fault:
            if fault.code in {"ratelimited", "rate_limited"}:
                self._pacing.rest(name, fault.retry_after)
            raise

    async def post_bytes(self, url: str, content: bytes) -> None:
        await self._api.post_bytes(url, content)

    async def post_json(self, url: str, body: Json) -> None:
        await self._api.post_json(url, body)


def _wait(seconds: float, why: str) -> DeliveryError:
    return DeliveryError(f"waiting: {why}", permanent=False, retry_after=seconds, tried=False)
