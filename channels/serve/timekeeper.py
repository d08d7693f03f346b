"""The timer loop: fires what is due, each timer in its own savepoint, exactly once."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from channels.serve.step import Passing, Step
from channels.serve.writer import Writer
from intake.desk.desk import Desk
from intake.desk.ports import Clock, UnitOfWork
from intake.desk.sla.running_out import Breach
from intake.domain.errors import HelpdeskError
from intake.domain.timer import Timer

LOOK_EVERY = 1.0  # seconds
MOST_AT_ONCE = 100

log = structlog.get_logger()


class Timekeeper:
    def __init__(
        self,
        desk: Desk,
        writer: Writer,
        clock: Clock,
        replica: str,
        passing: Passing,
        fired: asyncio.Event,
        ran_out: Callable[[Breach], None],
    ) -> None:
        """`fired` is set when a timer may have put something into the outbox; `ran_out` hears of each clock that did."""
        self._desk = desk
        self._writer = writer
        self._clock = clock
        self._replica = replica
        self._passing = passing
        self._fired = fired
        self._ran_out = ran_out
        self._wound = False
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Who is to be woken does not wait for the clocks of old tickets, and not at all for one that cannot be worked out."""
        while not self._stop.is_set():
            more = False
            try:
                await self._fire_what_is_due()
                more = await self._wind_clocks()
            except Exception as fault:  # whatever it is, the timers must go on when it is over
                log.warning("timers.away", why=str(fault))
            try:
                await asyncio.wait_for(self._stop.wait(), 0 if more else LOOK_EVERY)
            except TimeoutError:
                continue

    def stop(self) -> None:
        self._stop.set()

    async def _fire_what_is_due(self) -> None:
        now = self._clock()

        until = now + self._desk.policy.delivery.lease

        def claim(books: UnitOfWork) -> Sequence[Timer]:
            return books.timers.claim(now=now, until=until, replica=self._replica, limit=MOST_AT_ONCE)

        for timer in await self._writer.run(claim):
            await self._fire(timer)

    async def _wind_clocks(self) -> bool:
        """Once: tickets that an older version opened have none. Some at a time; whether there may be more."""
        if not self._wound:
            self._wound = await self._writer.run(lambda books: self._desk.wind_clocks(MOST_AT_ONCE, books)) == 0
        return not self._wound

    async def _fire(self, timer: Timer) -> None:
        try:
            breaches = await self._writer.run(lambda books: self._desk.fire(timer, books))
        except HelpdeskError:
            raise
        except Exception as fault:  # the lease ends and it is tried again; the others go on
            log.error("timer.fault", timer=timer.id, ticket=timer.ticket, kind=timer.kind.value, exc_info=fault)
            return
        for breach in breaches:
            self._ran_out(breach)
        self._passing(Step.FIRED)
        self._fired.set()
        log.info("timer.fired", timer=timer.id, ticket=timer.ticket, kind=timer.kind.value, step=timer.step)
