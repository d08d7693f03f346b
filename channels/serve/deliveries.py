"""The delivery loop: claims what is due, hands it to the channel's sender, writes down what became of it."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from functools import partial
from weakref import WeakValueDictionary

import structlog

from channels.serve.meters import Meters
from channels.serve.step import Passing, Step
from channels.serve.writer import Writer
from intake.desk.dispatch import Dispatcher
from intake.desk.outbound import Outbound, Sender
from intake.desk.ports import Clock, UnitOfWork
from intake.domain.channel import Channel
from intake.domain.delivery import Delivery, SentRef
from intake.domain.errors import DeliveryError, HelpdeskError

MOST_CLAIMED = 20  # of one channel: small, so that a page never waits behind many
MOST_WITH_PAGES = 3 * MOST_CLAIMED  # in a chat pages wait for nobody, so that they are claimed beside all that waits
IN_THE_AIR = 1  # a channel's sends between the start and the mark in the outbox: after a crash so many may come twice
IN_A_CHAT = 4  # there each post is looked for before it is made once more, and one room's pause must not be every room's
LOOK_EVERY = 1.0  # seconds; other processes may have put something in the outbox
REST_AFTER_FAULT = 2.0

log = structlog.get_logger()


class DeliveryLoop:
    def __init__(
        self,
        dispatcher: Dispatcher,
        senders: Mapping[Channel, Sender],
        writer: Writer,
        clock: Clock,
        meters: Meters,
        passing: Passing,
        wake: asyncio.Event,
    ) -> None:
        self._dispatcher = dispatcher
        self._senders = senders
        self._writer = writer
        self._clock = clock
        self._meters = meters
        self._passing = passing
        self._wake = wake
        self._turns = {channel: asyncio.Semaphore(_in_the_air(channel)) for channel in senders}
        self._lanes: WeakValueDictionary[tuple[Channel, str], asyncio.Lock] = WeakValueDictionary()
        self._under_way: set[asyncio.Task[None]] = set()
        self._waiting = Counter[Channel]()  # of what is under way, by channel
        self._here: set[int] = set()  # what is under way: claimed again after a long wait, it is not sent again
        self._stopping = False

    async def run(self) -> None:
        while self._senders and not self._stopping:
            self._wake.clear()
            until = self._clock() + self._dispatcher.policy.delivery.lease
            try:
                claimed = await self._claim()
            except Exception as fault:  # whatever it is, the outbox must go on when it is over
                log.warning("outbox.away", why=str(fault))
                await asyncio.sleep(REST_AFTER_FAULT)
                continue
            for outbound in claimed:
                if outbound.delivery.id not in self._here:
                    self._here.add(outbound.delivery.id)
                    self._waiting[outbound.delivery.channel] += 1
                    task = asyncio.create_task(self._deliver(outbound, until))
                    self._under_way.add(task)
                    task.add_done_callback(partial(self._landed, outbound.delivery))
            if not claimed:
                await self._rest()

    async def stop(self, grace: float) -> None:
        """Claim no more; give what is under way `grace` seconds. The rest comes back when its lease ends."""
        self._stopping = True
        self._wake.set()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=grace)
        for task in self._under_way:
            task.cancel()
        for sender in self._senders.values():
            await sender.close()

    async def _claim(self) -> Sequence[Outbound]:
        # A claim is a commit: not one for every delivery that lands. And a channel that takes its time holds up no other.
        free = [channel for channel in self._senders if self._waiting[channel] <= MOST_CLAIMED // 2]
        room = MOST_CLAIMED - max((self._waiting[channel] for channel in free), default=0)
        in_chat = self._waiting[Channel.SLACK]
        pages = MOST_WITH_PAGES - in_chat if MOST_CLAIMED // 2 < in_chat < MOST_WITH_PAGES else 0
        if not free and not pages:
            return []

        def claim(books: UnitOfWork) -> Sequence[Outbound]:
            now = self._clock()
            urgent = self._dispatcher.claim((Channel.SLACK,), pages, books, now, only_urgent=True) if pages else ()
            return [*urgent, *(self._dispatcher.claim(free, room, books, now) if free else ())]

        claimed = await self._writer.run(claim)
        if claimed:
            self._passing(Step.CLAIMED)
        return claimed

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), LOOK_EVERY)
        except TimeoutError:
            return

    def _landed(self, delivery: Delivery, task: asyncio.Task[None]) -> None:
        self._here.discard(delivery.id)
        self._waiting[delivery.channel] -= 1
        self._under_way.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("delivery.fault", exc_info=fault)
        self._wake.set()

    async def _deliver(self, outbound: Outbound, until: datetime) -> None:
        """Hand it over while it is ours: what waits for its turn longer than its lease is left to the next claim."""
        async with self._lane(outbound.delivery), self._turn(outbound.delivery):
            seconds = (until - self._clock()).total_seconds()
            if self._stopping or seconds <= 0 or await self._is_withdrawn(outbound):
                return
            try:
                ref = await self._send(outbound, seconds)
            except DeliveryError as fault:
                result = "failed" if fault.permanent else "postponed" if fault.tried else "waiting"
                self._note(outbound, result, fault)
                await self._write_down(outbound, fault)
                return
            self._passing(Step.HANDED_OVER)
            self._note(outbound, "sent", None)
            await self._write_down(outbound, ref)
            self._passing(Step.MARKED)

    def _lane(self, delivery: Delivery) -> asyncio.Lock:
        """What goes to one address goes one after the other, in its order; pages by themselves."""
        key = (delivery.channel, f"{delivery.address}{' !' if _waits_for_nobody(delivery) else ''}")
        return self._lanes.setdefault(key, asyncio.Lock())

    def _turn(self, delivery: Delivery) -> AbstractAsyncContextManager[object]:
        return nullcontext() if _waits_for_nobody(delivery) else self._turns[delivery.channel]

    async def _is_withdrawn(self, outbound: Outbound) -> bool:
        """What wakes somebody is asked for once more. A store that does not answer holds up no page."""
        if not outbound.delivery.urgent:
            return False
        try:
            return await self._writer.run(lambda books: self._dispatcher.is_withdrawn(outbound, books))
        except HelpdeskError as fault:
            log.warning("outbox.away", why=str(fault))
            return False

    async def _send(self, outbound: Outbound, seconds: float) -> SentRef:
        """Raises DeliveryError, and nothing else."""
        channel = outbound.delivery.channel
        try:
            async with asyncio.timeout(seconds):
                return await self._senders[channel].send(outbound)
        except DeliveryError:
            raise
        except TimeoutError as fault:
            raise DeliveryError("no answer while the lease lasted", permanent=False) from fault
        except Exception as fault:  # a sender's own bug must not stop the outbox
            log.error("delivery.fault", channel=channel.value, delivery=outbound.delivery.id, exc_info=fault)
            raise DeliveryError(f"a fault of ours: {fault!r}", permanent=False) from fault

    async def _write_down(self, outbound: Outbound, result: SentRef | DeliveryError) -> None:
        """Until the store takes it; if it never does, the lease ends and the delivery is tried again."""

        def note(books: UnitOfWork) -> None:
            if isinstance(result, SentRef):
                self._dispatcher.sent(outbound, result, books, self._clock())
            else:
                self._dispatcher.failed(outbound, result, books, self._clock())

        while True:
            try:
                await self._writer.run(note)
            except HelpdeskError as fault:
                log.warning("outbox.away", why=str(fault))
                if self._stopping:
                    return
                await asyncio.sleep(REST_AFTER_FAULT)
            else:
                return

    def _note(self, outbound: Outbound, result: str, fault: Exception | None) -> None:
        self._meters.delivery(outbound.delivery.channel, result)
        log.info(
            "delivery.attempted",
            channel=outbound.delivery.channel.value,
            delivery=outbound.delivery.id,
            ticket=outbound.ticket.number,
            result=result,
            attempt=outbound.delivery.attempts,
            **({"why": str(fault)} if fault else {}),
        )


def _waits_for_nobody(delivery: Delivery) -> bool:
    """In a chat somebody's large file takes a minute: no page may be behind it."""
    return delivery.urgent and delivery.channel is Channel.SLACK


def _in_the_air(channel: Channel) -> int:
    return IN_A_CHAT if channel is Channel.SLACK else IN_THE_AIR
