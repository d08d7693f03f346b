"""Asking the store while somebody waits: for so long and no longer, and not again at once when it has not answered."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TypeVar

import structlog

from intake.desk.reading import Library, Reader
from intake.domain.errors import StoreUnavailable

T = TypeVar("T")

READERS = 4  # threads; a store that hangs holds these and no more
MOST_WAITING = 400  # questions that have no thread yet
LEAST = 0.05  # seconds: with less left, that it does not answer says nothing of it
PAUSE = 5.0  # seconds in which a store that did not answer is not asked again

log = structlog.get_logger()


class StoreDoor:
    """Raises StoreUnavailable, and nothing else, when the store is away or does not answer in time. After a silence one asks,
    and until it is answered the others do not: they would only wait as long."""

    def __init__(self, library: Library, *, pause: float = PAUSE, tick: Callable[[], float] = monotonic) -> None:
        self._library = library
        self._pause = pause
        self._tick = tick
        self._away_until: float | None = None
        self._one_tries = False
        self._waiting = 0
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="phone")

    @property
    def is_silent(self) -> bool:
        """It did not answer when it was asked last."""
        return self._away_until is not None

    async def look(self, question: Callable[[Reader], T], patience: float) -> T:
        """`question` runs in a thread. `patience`: seconds."""

        def ask() -> T:
            with self._library.looking() as reader:
                return question(reader)

        if self._waiting >= MOST_WAITING or not self._may_ask():
            raise StoreUnavailable("The store has not answered lately, or too many wait for it")
        self._waiting += 1
        try:
            return await self.within(asyncio.get_running_loop().run_in_executor(self._threads, ask), patience)
        finally:
            self._waiting -= 1

    async def within(self, answer: Awaitable[T], patience: float) -> T:
        """What comes too late counts for nothing here; it may still be written."""
        if patience < LEAST or not self._may_ask():
            _drop(answer)
            raise StoreUnavailable("There is no time left to ask the store, or it has not answered lately")
        tries = self._away_until is not None
        self._one_tries = self._one_tries or tries
        try:
            async with asyncio.timeout(patience):
                given = await answer
        except TimeoutError as late:
            if not self.is_silent or tries:
                log.warning("phone.store_silent", seconds=round(patience, 1))
            self._away_until = self._tick() + self._pause
            raise StoreUnavailable(f"The store has not answered within {patience:.1f} s") from late
        except StoreUnavailable:  # said at once: asking costs nobody any time
            self._away_until = None
            raise
        finally:
            self._one_tries = self._one_tries and not tries
        self._away_until = None
        return given

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _may_ask(self) -> bool:
        return self._away_until is None or (self._tick() >= self._away_until and not self._one_tries)


def _drop(answer: Awaitable[object]) -> None:
    """Nobody will wait for it."""
    if isinstance(answer, asyncio.Future):
        answer.cancel()
    elif asyncio.iscoroutine(answer):
        answer.close()
