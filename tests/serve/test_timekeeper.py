"""The loop that fires what is due, whatever else the desk has to do."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

from channels.serve.step import pass_by
from channels.serve.timekeeper import Timekeeper
from channels.serve.writer import Transactions, Writer
from intake.desk.desk import Desk
from intake.desk.ports import UnitOfWork
from intake.domain.timer import Timer, TimerKind

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PAGE = Timer(id=7, ticket=1001, kind=TimerKind.PAGE_UNANSWERED, due_at=NOW)


class BooksWithAPageDue:
    def __init__(self) -> None:
        self.timers = self
        self.due = [PAGE]

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        yield cast(UnitOfWork, self)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        yield

    def claim(self, **_: object) -> Sequence[Timer]:
        due, self.due = self.due, []
        return due


class DeskWithOldTickets:
    """Winds so many at a time; `broken`: one of them cannot be read."""

    def __init__(self, *, old: int = 0, broken: bool = False) -> None:
        self.policy = SimpleNamespace(delivery=SimpleNamespace(lease=timedelta(seconds=60)))
        self.did: list[str] = []
        self._old, self._broken = old, broken

    def wind_clocks(self, _most: int, _books: UnitOfWork) -> int:
        if self._broken:
            raise RuntimeError("an event that nobody can read")
        self.did.append("wound some")
        self._old -= 1
        return max(0, self._old + 1)

    def fire(self, timer: Timer, _books: UnitOfWork) -> Sequence[object]:
        self.did.append(f"fired {timer.kind.value}")
        return ()


async def works(desk: DeskWithOldTickets, until: str) -> None:
    """Runs the loop until the desk did that."""
    writer = Writer(cast(Transactions, BooksWithAPageDue()), depth=100, passing=pass_by, observe=lambda jobs, seconds: None)
    writer.start()
    fired = asyncio.Event()
    keeper = Timekeeper(cast(Desk, desk), writer, lambda: NOW, "one", pass_by, fired, lambda breach: None)
    running = asyncio.create_task(keeper.run())
    async with asyncio.timeout(20):
        while until not in desk.did:
            await asyncio.sleep(0.01)
    keeper.stop()
    await running
    await writer.drain()


async def test_a_page_goes_on_though_the_clocks_of_an_old_ticket_cannot_be_worked_out() -> None:
    await works(DeskWithOldTickets(broken=True), "fired page_unanswered")


async def test_whoever_is_to_be_woken_does_not_wait_for_the_clocks_of_all_old_tickets() -> None:
    desk = DeskWithOldTickets(old=40)
    await works(desk, "fired page_unanswered")
    assert desk.did[0] == "fired page_unanswered"
