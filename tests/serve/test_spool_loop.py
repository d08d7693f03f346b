"""What lies in the spool is booked in order when the store is back, once, and nothing of it is forgotten."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from channels.serve.compose import PARSERS
from channels.serve.meters import Meters
from channels.serve.reception import Reception
from channels.serve.spool import Spool
from channels.serve.spool_loop import SpoolLoop
from channels.serve.step import pass_by
from channels.serve.writer import Writer
from intake.desk.policy_file.whole import read_policy
from intake.desk.ports import UnitOfWork
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import PolicyViolation, StoreUnavailable, TooEarly
from intake.domain.receipt import Receipt
from storage.store import SqlStore
from tests.desk.at_the_desk import AtTheDesk
from tests.serve.spooled import Front, said
from tests.serve.watched_desk import until
from tests.storage.examples import NOW
from tests.stores import sqlite_template

__all__ = ["sqlite_template"]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


async def test_all_of_it_is_booked_in_order_before_the_doors_open(spool: Spool) -> None:
    every = [said(f"{number}") for number in range(60)]
    for one in every:
        spool.keep(one)
    front = Front()
    assert await SpoolLoop(spool, front.receive).begin() == 60
    assert front.booked == every
    assert spool.depth == 0


async def test_what_would_keep_the_doors_closed_too_long_is_left_to_the_loop(spool: Spool) -> None:
    for number in range(3):
        spool.keep(said(f"{number}"))
    front = Front()
    loop = SpoolLoop(spool, front.receive)
    assert await loop.book(seconds=0) == 0
    assert (await loop.book(), front.booked[0]) == (3, said("0"))


async def test_a_store_that_hangs_keeps_no_door_closed(spool: Spool) -> None:
    spool.keep(said("one"))
    never = asyncio.Event()

    async def hang(arrival: Arrival) -> Receipt:
        await never.wait()
        raise AssertionError(arrival)

    async with asyncio.timeout(20):
        assert await SpoolLoop(spool, hang).book(seconds=0.02) == 0
    front = Front()
    assert (await SpoolLoop(spool, front.receive).book(), front.booked) == (1, [said("one")])


async def test_a_store_that_is_away_is_asked_once_and_everything_stays(spool: Spool) -> None:
    for what in ("one", "two", "three"):
        spool.keep(said(what))
    front = Front(away=True)
    loop = SpoolLoop(spool, front.receive)
    assert await loop.book() == 0
    assert (front.asked, spool.depth) == (1, 3)
    front.away = False
    assert await loop.book() == 3
    assert front.booked == [said(what) for what in ("one", "two", "three")]


async def test_the_loop_books_what_comes_while_it_runs_and_after_the_store_was_away(spool: Spool) -> None:
    front = Front(away=True)
    loop = SpoolLoop(spool, front.receive, look_every=0.01)
    running = asyncio.create_task(loop.run())
    spool.keep(said("one"))
    await until(lambda: front.asked > 1, "it asks again")
    front.away = False
    await until(lambda: front.booked == [said("one")], "it is booked")
    spool.keep(said("two"))
    await until(lambda: spool.depth == 0, "and the next")
    loop.stop()
    await running


async def test_what_is_refused_holds_up_nobody_and_stays(spool: Spool) -> None:
    for what in ("bad", "good", "better"):
        spool.keep(said(what))
    front = Front(refuses={said("bad").raw})
    loop = SpoolLoop(spool, front.receive)
    assert await loop.book() == 2
    assert front.booked == [said("good"), said("better")]
    asked = front.asked
    assert await loop.book() == 0
    assert (spool.depth, front.asked) == (1, asked)  # not at once again


async def test_what_the_store_takes_neither_as_an_input_nor_into_quarantine_holds_up_nobody(spool: Spool) -> None:
    for what in ("bad", "good"):
        spool.keep(said(what))
    front = Front()

    async def refuse_one(arrival: Arrival) -> Receipt:
        if arrival.raw != said("bad").raw:
            return await front.receive(arrival)
        try:
            raise StoreUnavailable("neither the message nor its quarantine") from PolicyViolation("a trigger says no")
        except StoreUnavailable as fault:
            raise StoreUnavailable(str(fault)) from fault

    assert await SpoolLoop(spool, refuse_one).book() == 1
    assert front.booked == [said("good")]


async def test_what_comes_too_early_holds_up_nobody_and_is_brought_again_soon(spool: Spool) -> None:
    """A key on a callee's phone, of a call whose begin lies in another replica's spool."""
    for what in ("key", "good"):
        spool.keep(said(what))
    front, early = Front(), [True]

    async def not_yet(arrival: Arrival) -> Receipt:
        if arrival.raw == said("key").raw and early:
            early.clear()
            raise StoreUnavailable("its call is not known yet") from TooEarly("its call is not known yet")
        return await front.receive(arrival)

    loop = SpoolLoop(spool, not_yet)
    assert await loop.book() == 1
    assert front.booked == [said("good")]
    assert spool.depth == 1  # kept, and not in the ledger as refused


async def test_what_processes_that_are_gone_left_is_booked_too(spool: Spool, tmp_path: Path) -> None:
    other = Spool(tmp_path / "spool")
    other.keep(said("left behind"))
    other.close()
    spool.keep(said("own"))
    front = Front()
    assert await SpoolLoop(spool, front.receive).book() == 2
    assert front.booked == [said("own"), said("left behind")]
    assert Spool(tmp_path / "spool").depth == 0


class Away:
    """A store that can be taken away from the writer."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.gone = False

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        if self.gone:
            raise StoreUnavailable("the database is stopped")
        with self.store.begin() as books:
            yield books


MAIL = (
    b"From: ann@customer.example\r\nTo: desk@localhost\r\nMessage-ID: <%d@customer.example>\r\n\r\nThe printer is on fire.\r\n"
)


async def test_a_desk_whose_store_was_stopped_books_what_it_kept_and_no_input_twice(
    tmp_path: Path, sqlite_template: Path, spool: Spool
) -> None:
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    away = Away(SqlStore(f"sqlite:///{tmp_path / 'desk.db'}"))
    at = AtTheDesk(store=away.store, policy=read_policy(None))
    writer = Writer(away, depth=100, passing=pass_by, observe=lambda jobs, seconds: None)
    writer.start()
    reception = Reception(at.desk, at.classifier, PARSERS, writer, Meters(), pass_by)
    arrivals = [
        Arrival(channel=Channel.EMAIL, received_at=NOW, raw=MAIL % number, envelope={"mail_from": "ann@customer.example"})
        for number in range(3)
    ]
    loop = SpoolLoop(spool, reception.receive)
    first = await reception.receive(arrivals[0])
    away.gone = True
    for arrival in arrivals:  # the first was booked, though nobody heard of it in time
        with pytest.raises(StoreUnavailable):
            await reception.receive(arrival)
        spool.keep(arrival)
    assert await loop.book() == 0
    away.gone = False
    assert await loop.book() == 3
    with away.store.looking() as reader:
        entries = reader.ledger(limit=9)
    assert len(entries) == 3
    assert entries[-1].ticket == first.ticket
    await writer.drain()
    away.store.close()
