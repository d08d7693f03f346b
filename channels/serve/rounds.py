"""A loop that looks for work, rests, and looks again, until it is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


class Rounds:
    """`look` says how much it found: where that is `most` there may be more, and it looks at once. It may be tried again
    whatever it raises, which is logged as `away`. `every` is how many seconds it rests."""

    def __init__(self, look: Callable[[], Awaitable[int]], most: int, every: float, away: str) -> None:
        self._look = look
        self._most = most
        self._every = every
        self._away = away
        self._stop = asyncio.Event()

    async def run(self) -> None:
        while not self._stop.is_set():
            wait = self._every
            try:
                if await self._look() == self._most:
                    wait = 0.0
            except Exception as fault:  # whatever it is, it goes on when that is over
                log.warning(self._away, why=str(fault))
            try:
                await asyncio.wait_for(self._stop.wait(), wait)
            except TimeoutError:
                continue

    def stop(self) -> None:
        self._stop.set()
