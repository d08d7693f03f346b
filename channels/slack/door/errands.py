"""What is done after Slack has its answer: shown, said, looked up. Nobody waits for it, and nothing of it is lost silently."""

import asyncio
from collections.abc import Coroutine

import structlog

MOST = 500  # under way at once
SECONDS = 25.0  # of one
SECONDS_AT_THE_END = 3.0

log = structlog.get_logger()


class Errands:
    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._under_way)

    def start(self, errand: Coroutine[object, object, None], what: str) -> None:
        """`what` is its name in the log. Where too many are under way it is left undone, and the log says so."""
        if len(self._under_way) >= MOST:
            errand.close()
            log.error("slack.errand_left", what=what, under_way=MOST)
            return
        task = asyncio.create_task(_careful(errand, what))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settled(self) -> None:
        """All that were started until now are done."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def close(self) -> None:
        """Those under way may end; what does not is dropped."""
        if not self._under_way:
            return
        _, late = await asyncio.wait(self._under_way, timeout=SECONDS_AT_THE_END)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _careful(errand: Coroutine[object, object, None], what: str) -> None:
    try:
        async with asyncio.timeout(SECONDS):
            await errand
    except TimeoutError:
        log.warning("slack.errand_late", what=what, seconds=SECONDS)
    except Exception:
        log.exception("slack.errand_failed", what=what)
