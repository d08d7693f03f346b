"""Group commit: one thread takes whatever is waiting, writes it in one transaction, and tells everybody after the commit."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol, TypeVar

import structlog

from channels.serve.step import Passing, Step
from intake.desk.ports import UnitOfWork
from intake.domain.errors import Conflict, HelpdeskError, StoreUnavailable

T = TypeVar("T")

LARGEST_BATCH = 100
TRIES = 3  # for a job that collided with another replica, each in a transaction of its own

log = structlog.get_logger()


class Transactions(Protocol):
    def begin(self) -> AbstractContextManager[UnitOfWork]: ...


@dataclass(slots=True, eq=False)
class _Waiting:
    """A job that keeps its own result, and how to wake whoever waits for it."""

    job: Callable[[UnitOfWork], None]
    fallback: Callable[[UnitOfWork], None]
    foresee: Callable[[UnitOfWork], None] | None
    wake: Callable[[BaseException | None], None]
    fault: BaseException | None = None


class Writer:
    """Every write of this process goes through here. On SQLite it is the only writer there is."""

    def __init__(self, store: Transactions, *, depth: int, passing: Passing, observe: Callable[[int, float], None]) -> None:
        """`observe` is told the size of each committed batch and the seconds it took."""
        self._store = store
        self._passing = passing
        self._observe = observe
        self._depth = depth
        self._gathered: list[_Waiting] = []  # on the event loop, until its current turn ends
        self._unanswered = 0
        self._queue: queue.SimpleQueue[list[_Waiting] | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending = False
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    @property
    def waiting(self) -> int:
        return self._unanswered

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def run(
        self,
        job: Callable[[UnitOfWork], T],
        *,
        fallback: Callable[[UnitOfWork], T] | None = None,
        foresee: Callable[[UnitOfWork], None] | None = None,
    ) -> T:
        """The job's result, after its transaction is durable. Raises what the job raised, or StoreUnavailable when the
        store is away or too much is waiting.

        A batch runs in one transaction. If anything in it fails, all of it is undone and each job runs again in a
        transaction of its own, as its `fallback` where it has one: jobs must bear being run twice. `foresee` runs for all of a
        batch before the first job.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        results: list[T] = []

        def do(books: UnitOfWork) -> None:
            results[:] = [job(books)]

        def do_instead(books: UnitOfWork) -> None:
            results[:] = [(fallback or job)(books)]

        def wake(fault: BaseException | None) -> None:
            if future.done():
                return
            if fault is not None:
                future.set_exception(fault)
            else:
                future.set_result(results[0])

        if self._ending:
            raise StoreUnavailable("The desk is closing")
        if self._unanswered >= self._depth:
            raise StoreUnavailable("Too much is waiting to be written")
        self._unanswered += 1
        if not self._gathered:
            # One wake-up for all that the loop takes in during this turn: under load it hands over many at once, and the
            # two threads do not fight over every single one.
            loop.call_soon(self._hand_over)
        self._gathered.append(_Waiting(do, do_instead, foresee, wake))
        return await future

    async def drain(self) -> None:
        """Write what is waiting, then end the thread. Whoever comes later is told to try again."""
        self._ending = True
        self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        if self._gathered:
            self._queue.put(self._gathered)
            self._gathered = []

    def _work(self) -> None:
        while (batch := self._queue.get()) is not None:
            while len(batch) < LARGEST_BATCH:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    self._queue.put(None)  # the end, after this batch
                    break
                batch += more
            for begin in range(0, len(batch), LARGEST_BATCH):
                self._write(batch[begin : begin + LARGEST_BATCH])

    def _write(self, batch: Sequence[_Waiting]) -> None:
        started = perf_counter()
        try:
            self._together(batch)
        except StoreUnavailable as away:
            for waiting in batch:
                waiting.fault = away
        except Exception:  # one of them failed, or two replicas collided; its neighbours must not pay for it
            self._one_by_one(batch)
        else:
            self._observe(len(batch), perf_counter() - started)
        self._passing(Step.COMMITTED)
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._wake_all, batch)

    def _wake_all(self, batch: Sequence[_Waiting]) -> None:
        self._unanswered -= len(batch)
        for waiting in batch:
            waiting.wake(waiting.fault)

    def _together(self, batch: Sequence[_Waiting]) -> None:
        """Without savepoints: almost always all goes well, and then rows leave by the hundred."""
        with self._store.begin() as books:
            for waiting in batch:
                if waiting.foresee is not None:
                    waiting.foresee(books)
            for waiting in batch:
                waiting.job(books)
            self._passing(Step.WRITTEN)

    def _one_by_one(self, batch: Sequence[_Waiting]) -> None:
        for place, waiting in enumerate(batch):
            self._alone(waiting)
            if isinstance(waiting.fault, StoreUnavailable):  # asking it again for each of the rest would only take longer
                for later in batch[place:]:
                    later.fault = waiting.fault
                return

    def _alone(self, waiting: _Waiting) -> None:
        for _ in range(TRIES):
            try:
                with self._store.begin() as books:
                    waiting.fallback(books)
                    self._passing(Step.WRITTEN)
            except Conflict as fault:
                waiting.fault = fault
                continue
            except HelpdeskError as fault:
                waiting.fault = fault
            except Exception as fault:  # a fault of ours: whoever waits must hear, and the thread must live
                log.error("writer.fault", exc_info=fault)
                waiting.fault = HelpdeskError(f"This could not be written: {fault!r}")
            else:
                waiting.fault = None
            return
