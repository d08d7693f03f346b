"""Group commit: one thread takes whatever is waiting, writes it in one transaction, and tells everybody after the commit."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
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
    guarded: bool
    wake: Callable[[BaseException | None], None]
    fault: BaseException | None = None


class Writer:
    """Every write of this process goes through here. On SQLite it is the only writer there is."""

    def __init__(self, store: Transactions, *, depth: int, passing: Passing, observe: Callable[[int, float], None]) -> None:
        """`observe` is told the size of each committed batch and the seconds it took."""
        self._store = store
        self._passing = passing
        self._observe = observe
        self._queue: queue.Queue[_Waiting | None] = queue.Queue(maxsize=depth)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def run(self, job: Callable[[UnitOfWork], T], *, guarded: bool = False) -> T:
        """The job's result, after its transaction is durable. Raises what the job raised, or StoreUnavailable when the
        store is away or too much is waiting. A `guarded` job keeps a savepoint of its own; any other gets one."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        results: list[T] = []

        def do(books: UnitOfWork) -> None:
            results[:] = [job(books)]

        def wake(fault: BaseException | None) -> None:
            if future.done():
                return
            if fault is not None:
                future.set_exception(fault)
            else:
                future.set_result(results[0])

        try:
            self._queue.put_nowait(_Waiting(do, guarded, wake))
        except queue.Full:
            raise StoreUnavailable("Too much is waiting to be written") from None
        return await future

    async def drain(self) -> None:
        """Write what is waiting, then end the thread."""
        await asyncio.to_thread(self._queue.put, None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        last = False
        while not last:
            batch = []
            item = self._queue.get()
            while item is not None:
                batch.append(item)
                if len(batch) >= LARGEST_BATCH:
                    break
                try:
                    item = self._queue.get_nowait()
                except queue.Empty:
                    break
            last = item is None
            if batch:
                self._write(batch)

    def _write(self, batch: Sequence[_Waiting]) -> None:
        started = perf_counter()
        try:
            self._together(batch)
        except Conflict:
            for waiting in batch:
                self._alone(waiting)
        except BaseException as fault:
            self._all_failed(batch, fault)
        else:
            self._observe(len(batch), perf_counter() - started)
        self._passing(Step.COMMITTED)
        assert self._loop is not None
        self._loop.call_soon_threadsafe(_wake_all, batch)

    def _together(self, batch: Sequence[_Waiting]) -> None:
        with self._store.begin() as books:
            for waiting in batch:
                waiting.fault = None
                try:
                    with nullcontext() if waiting.guarded else books.savepoint():
                        waiting.job(books)
                except (StoreUnavailable, Conflict):
                    raise
                except Exception as fault:
                    waiting.fault = fault
            self._passing(Step.WRITTEN)

    def _alone(self, waiting: _Waiting) -> None:
        """Two replicas collided: each job of the batch again, by itself."""
        for _ in range(TRIES):
            try:
                self._together([waiting])
            except Conflict as fault:
                waiting.fault = StoreUnavailable(f"Too many replicas are writing the same thing: {fault}")
                continue
            except BaseException as fault:
                self._all_failed([waiting], fault)
            return

    def _all_failed(self, batch: Sequence[_Waiting], fault: BaseException) -> None:
        """Nothing of the batch was kept."""
        told = fault if isinstance(fault, HelpdeskError) else StoreUnavailable(f"The store failed: {fault}")
        for waiting in batch:
            waiting.fault = told
        if told is not fault:
            log.error("writer.fault", exc_info=fault)


def _wake_all(batch: Sequence[_Waiting]) -> None:
    for waiting in batch:
        waiting.wake(waiting.fault)
