"""What an earlier try may have left in Slack: found again by the mark that each post of the desk carries."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import datetime, timedelta

from channels.slack.destination import Destination
from channels.slack.json_value import Json, at, inside, items, text
from channels.slack.vendor.api import Api
from intake.domain.delivery import Delivery

EVENT = "intake_delivery"
CLOCKS_DIFFER = timedelta(seconds=30)  # ours and Slack's
_PAGE, _MOST_PAGES = 200, 5


def mark_of(delivery: Delivery) -> Json:
    """For `metadata`. A card is found by its mirror, for which of its deliveries posted it matters to nobody."""
    return {"event_type": EVENT, "event_payload": {"delivery": str(delivery.id), "mirror": str(delivery.mirror or "")}}


async def find(api: Api, where: Destination, delivery: Delivery, since: datetime) -> str:
    """The ts of what carries this delivery's mark, or its mirror's; empty for none. Raises SlackFault."""
    name, value = ("mirror", str(delivery.mirror)) if delivery.mirror is not None else ("delivery", str(delivery.id))
    async for message in _said(api, where, where.thread, since):
        metadata = inside(message, "metadata")
        if text(metadata, "event_type") == EVENT and text(metadata, "event_payload", name) == value:
            return text(message, "ts")
    return ""


async def files_there(api: Api, where: Destination, thread: str, delivery: Delivery) -> Collection[str]:
    """Names of files that somebody else than whoever is written to has put into the thread since. Raises SlackFault."""
    since = delivery.created_at - CLOCKS_DIFFER
    return {
        text(file, "name") or text(file, "title")
        async for message in _said(api, where, thread, since)
        if text(message, "user") != delivery.address
        for file in items(message, "files")
    }


async def _said(api: Api, where: Destination, thread: str, since: datetime) -> AsyncIterator[object]:
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
            answer = await api.call("conversations.replies", where.workspace, {**page, "ts": thread})
        else:
            answer = await api.call("conversations.history", where.workspace, page)
        for message in items(answer, "messages"):
            if at(message, "ts") is not None:
                yield message
        cursor = text(answer, "response_metadata", "next_cursor")
        if not cursor:
            return
