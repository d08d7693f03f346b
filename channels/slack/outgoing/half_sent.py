"""What an earlier try may have left in Slack: found again by the mark that each post of the desk carries."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.slack.json_value import Json, at, inside, items, text
from channels.slack.outgoing.destination import Destination
from channels.slack.vendor.api import Api
from intake.desk.keys import KeyRing, Purpose
from intake.domain.delivery import Delivery

EVENT = "intake_delivery"
CLOCKS_DIFFER = timedelta(seconds=30)  # ours and Slack's
_PAGE, _MOST_PAGES = 200, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfSent:
    """Marks are signed: a trial installation counts its deliveries as well, and any app may write metadata."""

    api: Api
    keys: KeyRing

    def mark(self, delivery: Delivery) -> Json:
        """For `metadata`. A card is found by its mirror, for which of its deliveries posted it matters to nobody."""
        ids = str(delivery.id), str(delivery.mirror or "")
        signed = self.keys.sign(Purpose.POST, "/".join(ids))
        return {"event_type": EVENT, "event_payload": {"delivery": ids[0], "mirror": ids[1], "mac": signed}}

    async def find(self, where: Destination, delivery: Delivery, since: datetime, but: Collection[str] = ()) -> str:
        """The ts of what carries this delivery's mark, or its mirror's; empty for none. `but` are names of posts that are
        known, and something else. Raises SlackFault."""
        name, value = ("mirror", str(delivery.mirror)) if delivery.mirror is not None else ("delivery", str(delivery.id))
        async for message in self._said(where, where.thread, since):
            stamp = text(message, "ts")
            if self._marked(message, name) == value and f"{where.room}/{stamp}" not in but:
                return stamp
        return ""

    async def files_there(self, where: Destination, thread: str, ts: str, delivery: Delivery) -> Collection[str]:
        """Names of the files that have been put into the thread after `ts`, by whoever posted that: the desk itself. Raises
        SlackFault."""
        said = [message async for message in self._said(where, thread, delivery.created_at - CLOCKS_DIFFER)]
        own = next((text(one, "user") for one in said if text(one, "ts") == ts), "")
        ours = [
            one for one in said if text(one, "ts") > ts and (text(one, "user") == own if own else _is_not_of(one, delivery))
        ]
        return {name for one in ours for file in items(one, "files") for name in (text(file, "name"), text(file, "title"))}

    def _marked(self, message: object, name: str) -> str:
        """Empty where the mark is none of ours."""
        metadata = inside(message, "metadata")
        if text(metadata, "event_type") != EVENT:
            return ""
        delivery, mirror, mac = (text(metadata, "event_payload", one) for one in ("delivery", "mirror", "mac"))
        ours = self.keys.verifies(Purpose.POST, f"{delivery}/{mirror}", mac)
        return text(metadata, "event_payload", name) if ours else ""

    async def _said(self, where: Destination, thread: str, since: datetime) -> AsyncIterator[object]:
        """In the thread, or at the top level of the room; bounded."""
        asked: Mapping[str, object] = {
            "channel": where.room,
            "oldest": f"{since.timestamp():.6f}",
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        cursor = ""
        for _ in range(_MOST_PAGES):
            page = {**asked, **({"cursor": cursor} if cursor else {})}
            if thread:
                answer = await self.api.call("conversations.replies", where.workspace, {**page, "ts": thread})
            else:
                answer = await self.api.call("conversations.history", where.workspace, page)
            for message in items(answer, "messages"):
                if at(message, "ts") is not None:
                    yield message
            cursor = text(answer, "response_metadata", "next_cursor")
            if not cursor:
                return


def _is_not_of(message: object, delivery: Delivery) -> bool:
    return text(message, "user") != delivery.address
