"""Books what lies in the spool, in order of arrival, once the store is back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from math import inf
from pathlib import Path

import structlog

from channels.serve.spool import Kept, Spool
from intake.domain.arrival import Arrival
from intake.domain.errors import HelpdeskError, StoreUnavailable, TooEarly
from intake.domain.receipt import Receipt

LOOK_EVERY = 1.0  # seconds
MOST_AT_ONCE = 50  # the writer takes them in this order, in one transaction
BEFORE_THE_DOORS = 15.0  # seconds that whoever calls a desk which has just started may wait for what is older
AGAIN_AFTER = 60.0  # seconds, for what was refused though the store is there
EARLY_AGAIN_AFTER = 2.0  # seconds, for what is about something that lies in a spool elsewhere

log = structlog.get_logger()


class SpoolLoop:
    def __init__(self, spool: Spool, receive: Callable[[Arrival], Awaitable[Receipt]], look_every: float = LOOK_EVERY) -> None:
        """`receive` is the reception's: StoreUnavailable means that the input was not booked."""
        self._spool = spool
        self._receive = receive
        self._look_every = look_every
        self._at_once = 1  # a store that may be away is asked with one input, not with many
        self._put_off: dict[Path, float] = {}  # until when, as the event loop counts seconds
        self._stop = asyncio.Event()

    async def run(self) -> None:
        while not self._stop.is_set():
            try:
                await self.book()
            except Exception as fault:  # whatever it is, it goes on when that is over
                log.warning("spool.away", why=str(fault))
            try:
                await asyncio.wait_for(self._stop.wait(), self._look_every)
            except TimeoutError:
                continue

    def stop(self) -> None:
        self._stop.set()

    async def begin(self) -> int:
        """As `book`, before the doors open; what takes too long is left to the loop."""
        return await self.book(BEFORE_THE_DOORS)

    async def book(self, seconds: float = inf) -> int:
        """Whatever lies in this process's folder and in those of processes that are gone; how many were booked. Ends early
        where the store is away, where the loop is stopped, or after so many seconds."""
        until = asyncio.get_running_loop().time() + seconds
        booked, there = await self._empty(self._spool, until)
        abandoned = self._spool.abandoned()
        try:
            while there and (left := await asyncio.to_thread(next, abandoned, None)) is not None:
                more, there = await self._empty(left, until)
                booked += more
        finally:
            abandoned.close()
        if booked:
            log.info("spool.booked", inputs=booked, left=self._spool.depth)
        return booked

    async def _empty(self, spool: Spool, until: float) -> tuple[int, bool]:
        """How many were booked, and whether to go on: the store is there, and it is not too late."""
        booked = 0
        now = asyncio.get_running_loop().time()
        self._put_off = {path: again for path, again in self._put_off.items() if again > now}
        while spool.depth and not self._stop.is_set():
            if asyncio.get_running_loop().time() >= until:
                return booked, False
            kept = await asyncio.to_thread(spool.oldest, self._at_once, self._put_off.keys())
            if not kept:
                break
            try:
                async with asyncio.timeout_at(until if until < inf else None):
                    results = await asyncio.gather(*(self._receive(one.arrival) for one in kept), return_exceptions=True)
            except TimeoutError:  # what is booked all the same is a duplicate when it is asked again
                log.warning("spool.store_silent", left=spool.depth)
                return booked, False
            booked += await self._settle(spool, kept, results)
            if any(_is_away(result) for result in results):
                self._at_once = 1
                return booked, False
            self._at_once = MOST_AT_ONCE
        return booked, True

    async def _settle(self, spool: Spool, kept: Sequence[Kept], results: Sequence[Receipt | BaseException]) -> int:
        booked = 0
        for one, result in zip(kept, results, strict=True):
            if isinstance(result, Receipt):
                await asyncio.to_thread(spool.done, one.path)
                booked += 1
            elif isinstance(result.__cause__, TooEarly):
                self._put_off[one.path] = asyncio.get_running_loop().time() + EARLY_AGAIN_AFTER
                log.info("spool.too_early", file=str(one.path), why=str(result))
            elif not _is_away(result):
                self._put_off[one.path] = asyncio.get_running_loop().time() + AGAIN_AFTER
                log.error("spool.refused", file=str(one.path), why=repr(result), do="it is tried again; the others go on")
        return booked


def _is_away(result: Receipt | BaseException) -> bool:
    """The reception says StoreUnavailable of every failure; what is behind it tells whether that is this input's alone."""
    cause: Receipt | BaseException | None = result
    while isinstance(cause, StoreUnavailable):
        cause = cause.__cause__
    return isinstance(result, StoreUnavailable) and not isinstance(cause, HelpdeskError)
