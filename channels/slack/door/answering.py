"""What Slack hears of an input: nothing but "200" of an event, words or a form's faults of what people pressed or sent off."""

import asyncio
from collections.abc import Awaitable
from typing import Protocol, TypeVar

import structlog
from slack_bolt.response import BoltResponse

from channels.slack.door.errands import Errands
from channels.slack.envelope import Kind
from channels.slack.json_value import Json, text
from intake.domain.receipt import Receipt

SECONDS = 0.4  # that finding words may take: Slack waits three in all, and the store has two of them

T = TypeVar("T")

log = structlog.get_logger()


class Desktop(Protocol):
    """As `channels.slack.desktop`: what people see before they say something, and after."""

    async def opens(self, payload: Json) -> None: ...

    async def home(self, payload: Json) -> None: ...

    async def resolve_offered(self, payload: Json) -> None: ...

    async def told(self, payload: Json, receipt: Receipt | None) -> None:
        """After a press or a shortcut; of an event only what was refused."""
        ...

    async def check(self, payload: Json) -> Json | None: ...

    async def answer(self, payload: Json, receipt: Receipt | None) -> Json | None: ...

    async def command_answer(self, payload: Json, receipt: Receipt | None) -> str: ...


class Answering:
    """Whatever may take long is an errand, done after the answer."""

    def __init__(self, desktop: Desktop, errands: Errands) -> None:
        self._desktop = desktop
        self._errands = errands

    def to_ignored(self, payload: Json) -> BoltResponse:
        if text(payload, "type") == "block_suggestion":  # none of our menus asks
            return BoltResponse(status=200, body={"options": []})
        return BoltResponse(status=200)

    def to_shown(self, kind: Kind, payload: Json) -> BoltResponse:
        event = text(payload, "event", "type")
        if kind is not Kind.EVENT:
            self._errands.start(self._desktop.opens(payload), "form")
        elif event == "app_home_opened":
            self._errands.start(self._desktop.home(payload), "home")
        else:
            self._errands.start(self._desktop.resolve_offered(payload), "resolve")
        return BoltResponse(status=200)

    async def refused_at_once(self, kind: Kind, payload: Json) -> BoltResponse | None:
        """A form whose fields say what cannot be stays open; it is no input. None lets it through."""
        if kind is not Kind.INTERACTION or text(payload, "type") != "view_submission":
            return None
        faults = await _within(self._desktop.check(payload), None)
        return BoltResponse(status=200, body=dict(faults)) if faults else None

    async def to_kept(self, kind: Kind, payload: Json, receipt: Receipt | None) -> BoltResponse:
        """Without a receipt it could not be kept."""
        if kind is Kind.COMMAND:
            words = await _within(self._desktop.command_answer(payload, receipt), "")
            said = {"response_type": "ephemeral", "text": words}
            return BoltResponse(status=200, body=said) if words else _without_words(receipt)
        if text(payload, "type") == "view_submission":
            if receipt is None:
                shown = await _within(self._desktop.answer(payload, None), None)
                return BoltResponse(status=200, body=dict(shown)) if shown else _without_words(None)
            shown = await _within(self._desktop.answer(payload, receipt), None)
            return BoltResponse(status=200, body=dict(shown) if shown else "")
        if kind is not Kind.EVENT or (receipt is not None and receipt.refusal is not None and not receipt.duplicate):
            self._errands.start(self._desktop.told(payload, receipt), "told")
        return BoltResponse(status=200)


def _without_words(receipt: Receipt | None) -> BoltResponse:
    """Slack has words of its own for what failed, and leaves a form open."""
    return BoltResponse(status=200 if receipt is not None else 503)


async def _within(answer: Awaitable[T], otherwise: T) -> T:
    """What is kept is kept, whether there are words for it or not."""
    try:
        async with asyncio.timeout(SECONDS):
            return await answer
    except TimeoutError:
        log.warning("slack.no_words_in_time", seconds=SECONDS)
    except Exception:
        log.exception("slack.no_words")
    return otherwise
