"""Putting what a webhook says on record before it is answered: in the store where that answers in time, else in the spool."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import structlog

from channels.phone.store_door import StoreDoor
from intake.domain.arrival import Arrival
from intake.domain.errors import StoreUnavailable
from intake.domain.receipt import Receipt

Receive = Callable[[Arrival], Awaitable[Receipt]]
Keep = Callable[[Arrival], None]

PATIENCE = 1.2  # seconds of a webhook that the store may take, in all
FOR_THE_SPOOL = 0.6  # seconds; with the store's it stays below the two that a caller waits
MOST_KEEPING = 200  # inputs on their way to the disk
MOST_CALLS, MOST_OF_A_CALL = 2_000, 60  # that are remembered as owed to the store

log = structlog.get_logger()


class Patience:
    """What is left of the time that the store has for one webhook."""

    __slots__ = ("_until",)

    def __init__(self, seconds: float) -> None:
        self._until = monotonic() + seconds

    @property
    def left(self) -> float:
        return max(0.0, self._until - monotonic())


class Booking:
    """`receive` is the desk's one way in, `keep` the spool (it writes to a disk: it runs in a thread)."""

    def __init__(self, *, receive: Receive, keep: Keep, door: StoreDoor) -> None:
        self._receive = receive
        self._keep = keep
        self._door = door
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="phone-spool")
        self._keeping = 0
        self._owed: OrderedDict[str, tuple[Arrival, ...]] = OrderedDict()

    async def book(self, *arrivals: Arrival, call: str = "", patience: Patience) -> Receipt | None:
        """In order; the last one's receipt, or None: then it lies in the spool. Raises StoreUnavailable where that is full too.

        `call` names what they belong to: what of it lies in this process's spool already goes first, so that the desk hears of
        a call in the order in which it went. What the spool's own loop booked meanwhile is a duplicate."""
        owed = self._owed.get(call, ()) if call else ()
        receipt: Receipt | None = None
        for place, arrival in enumerate((*owed, *arrivals)):
            try:
                receipt = await self._door.within(self._receive(arrival), patience.left)
            except Exception as fault:
                if not isinstance(fault, StoreUnavailable):  # a bug of ours; whoever waits must not lose by it
                    log.exception("phone.not_booked", call=call)
                await self._spool(arrivals[max(0, place - len(owed)) :])
                self._remember(call, (*owed, *arrivals)[place:])
                return None
        if owed:
            self._owed.pop(call, None)
        return receipt

    async def keep_for_later(self, arrival: Arrival, *, call: str) -> None:
        """In the spool, behind all that lies there, and not asking the store. Raises StoreUnavailable. Where this process does
        not owe the call's begin, the caller's next step brings that along, and this one waits for the spool's loop."""
        await self._spool((arrival,))
        if call in self._owed:
            self._remember(call, (*self._owed[call], arrival))

    def owes(self, call: str) -> bool:
        """Does something of this call lie in the spool for all that this process knows? Its begin is the first of it then."""
        return call in self._owed

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _spool(self, arrivals: Sequence[Arrival]) -> None:
        if self._keeping >= MOST_KEEPING:
            raise StoreUnavailable("Too much is on its way to the spool")
        self._keeping += 1
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(FOR_THE_SPOOL):
                for arrival in arrivals:
                    await loop.run_in_executor(self._threads, self._keep, arrival)
        except TimeoutError as late:
            raise StoreUnavailable("The disk of the spool does not answer") from late
        finally:
            self._keeping -= 1
        log.warning("phone.spooled", inputs=len(arrivals))

    def _remember(self, call: str, arrivals: Sequence[Arrival]) -> None:
        if not call:
            return
        self._owed[call] = tuple(arrivals[:MOST_OF_A_CALL])
        self._owed.move_to_end(call)
        while len(self._owed) > MOST_CALLS:
            self._owed.popitem(last=False)
