"""Group commit: together, in one transaction, and everybody hears after the commit."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import pytest

from channels.serve.step import Step, pass_by
from channels.serve.writer import LARGEST_BATCH, Transactions, Writer
from intake.desk.ports import UnitOfWork
from intake.domain.errors import Conflict, HelpdeskError, PolicyViolation, StoreUnavailable


class FakeBooks:
    """Counts transactions and savepoints; nothing else is asked of it here."""

    def __init__(self) -> None:
        self.transactions = 0
        self.committed: list[int] = []
        self.open = threading.Event()
        self.open.set()
        self.fails: list[Exception] = []

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        self.open.wait(20)
        self.transactions += 1
        self.written = 0
        yield cast(UnitOfWork, self)
        if self.fails:
            raise self.fails.pop(0)
        self.committed.append(self.written)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        yield
        self.written += 1


def writer_for(books: FakeBooks, depth: int = 1000) -> Writer:
    writer = Writer(cast(Transactions, books), depth=depth, passing=pass_by, observe=lambda jobs, seconds: None)
    writer.start()
    return writer


def gives(number: int) -> Callable[[UnitOfWork], int]:
    return lambda _: number


async def test_what_waits_is_committed_together_up_to_a_limit() -> None:
    books = FakeBooks()
    books.open.clear()
    writer = writer_for(books)
    jobs = [asyncio.create_task(writer.run(gives(n))) for n in range(2 * LARGEST_BATCH)]
    await asyncio.sleep(0.05)
    books.open.set()
    assert await asyncio.gather(*jobs) == list(range(2 * LARGEST_BATCH))
    await writer.drain()
    assert max(books.committed) <= LARGEST_BATCH
    assert books.transactions <= 4


async def test_a_job_that_raises_fails_alone() -> None:
    books = FakeBooks()
    writer = writer_for(books)

    def refuse(_: UnitOfWork) -> int:
        raise PolicyViolation("not like this")

    results = await asyncio.gather(writer.run(lambda _: 1), writer.run(refuse), writer.run(lambda _: 3), return_exceptions=True)
    await writer.drain()
    assert [str(result) for result in results] == ["1", "not like this", "3"]


async def test_the_job_of_a_failed_batch_runs_again_as_its_fallback() -> None:
    books = FakeBooks()
    writer = writer_for(books)

    def fails(_: UnitOfWork) -> str:
        raise ValueError("planted")

    assert await writer.run(fails, fallback=lambda _: "quarantined") == "quarantined"
    await writer.drain()
    assert books.committed == [0]


async def test_nobody_hears_success_when_the_commit_fails() -> None:
    books = FakeBooks()
    books.fails = [StoreUnavailable("the disk is full")]
    writer = writer_for(books)
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        await writer.run(lambda _: 1)
    assert await writer.run(lambda _: 2) == 2
    await writer.drain()


async def test_a_fault_of_ours_in_the_store_is_told_and_the_writer_lives() -> None:
    books = FakeBooks()
    books.fails = [ZeroDivisionError("planted"), ZeroDivisionError("planted")]
    writer = writer_for(books)
    with pytest.raises(HelpdeskError, match="planted"):
        await writer.run(lambda _: 1)
    assert await writer.run(lambda _: 2) == 2
    await writer.drain()


async def test_a_store_that_goes_away_in_the_middle_is_not_asked_for_each_of_the_rest() -> None:
    books = FakeBooks()
    books.open.clear()
    books.fails = [ValueError("one of the batch fails"), StoreUnavailable("gone")]
    writer = writer_for(books)
    jobs = [asyncio.create_task(writer.run(gives(n))) for n in range(20)]
    await asyncio.sleep(0.05)
    books.open.set()
    results = await asyncio.gather(*jobs, return_exceptions=True)
    await writer.drain()
    assert {str(result) for result in results} == {"gone"}
    assert books.transactions == 2


async def test_jobs_that_collided_with_a_replica_run_again_one_by_one() -> None:
    books = FakeBooks()
    books.open.clear()
    books.fails = [Conflict("deadlock")]
    writer = writer_for(books)
    jobs = [asyncio.create_task(writer.run(gives(n))) for n in range(3)]
    await asyncio.sleep(0.05)
    books.open.set()
    assert await asyncio.gather(*jobs) == [0, 1, 2]
    await writer.drain()


async def test_a_full_queue_says_try_again_at_once() -> None:
    books = FakeBooks()
    books.open.clear()
    writer = writer_for(books, depth=2)
    waiting = [asyncio.create_task(writer.run(lambda _: 1)) for _ in range(8)]
    await asyncio.sleep(0.05)
    results = [task.exception() for task in waiting if task.done()]
    assert any(isinstance(result, StoreUnavailable) for result in results)
    books.open.set()
    await asyncio.gather(*waiting, return_exceptions=True)
    await writer.drain()


async def test_draining_writes_what_was_waiting() -> None:
    books = FakeBooks()
    books.open.clear()
    writer = writer_for(books)
    waiting = [asyncio.create_task(writer.run(gives(n))) for n in range(5)]
    await asyncio.sleep(0)
    drained = asyncio.create_task(writer.drain())
    await asyncio.sleep(0.05)
    books.open.set()
    await drained
    assert await asyncio.gather(*waiting) == list(range(5))
    assert not writer.alive


async def test_steps_are_passed_in_order() -> None:
    passed: list[Step] = []
    books = FakeBooks()
    writer = Writer(cast(Transactions, books), depth=9, passing=passed.append, observe=lambda jobs, seconds: None)
    writer.start()
    await writer.run(lambda _: 1)
    await writer.drain()
    assert passed == [Step.WRITTEN, Step.COMMITTED]
