"""The loop that opens recurring changes in a running desk."""

import asyncio
from datetime import timedelta

import pytest

from channels.serve.recurring_loop import RecurringLoop
from channels.serve.step import pass_by
from channels.serve.writer import Writer
from intake.domain.errors import StoreUnavailable
from storage.store import SqlStore
from tests.changes.calendar_desk import CalendarDesk, calendar_desk
from tests.changes.test_recurring import FIRST, PATCHING, opened
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

DAILY = PATCHING.replace("FREQ=MONTHLY;BYDAY=2TU", "FREQ=DAILY").replace('open_ahead = "14d"', 'open_ahead = "25d"')


@pytest.fixture
def desk(store: SqlStore) -> CalendarDesk:
    return calendar_desk(store, DAILY)


def loop_of(desk: CalendarDesk, writer: Writer, sending: asyncio.Event) -> RecurringLoop:
    return RecurringLoop(desk.desk.changes.recurring, desk.policy, writer, desk.clock, sending, look_every=0.01)


def writer_of(desk: CalendarDesk) -> Writer:
    writer = Writer(desk.store, depth=100, passing=pass_by, observe=lambda jobs, seconds: None)
    writer.start()
    return writer


async def test_it_opens_all_that_is_due_and_says_that_there_is_something_to_send(desk: CalendarDesk) -> None:
    desk.clock.now = FIRST - timedelta(minutes=1)
    writer, sending = writer_of(desk), asyncio.Event()
    loop = loop_of(desk, writer, sending)
    running = asyncio.create_task(loop.run())
    await asyncio.wait_for(sending.wait(), 60)
    while len(opened(desk)) < 25:
        await asyncio.sleep(0.01)
    loop.stop()
    await running
    await writer.drain()
    assert len(opened(desk)) == 25


async def test_two_replicas_open_each_once(desk: CalendarDesk) -> None:
    desk.clock.now = FIRST - timedelta(minutes=1)
    writers = [writer_of(desk), writer_of(desk)]
    loops = [loop_of(desk, writer, asyncio.Event()) for writer in writers]
    running = [asyncio.create_task(loop.run()) for loop in loops]
    while len(opened(desk)) < 25:
        await asyncio.sleep(0.01)
    for loop in loops:
        loop.stop()
    await asyncio.gather(*running)
    for writer in writers:
        await writer.drain()
    with desk.store.looking() as reader:
        occurrences = [line.change.occurrence for line in reader.changes(limit=1_000)]
    assert len(occurrences) == len(set(occurrences)) == 25


async def test_a_store_that_is_away_does_not_end_it(desk: CalendarDesk) -> None:
    desk.clock.now = FIRST - timedelta(minutes=1)
    writer = writer_of(desk)
    await writer.drain()
    loop = loop_of(desk, writer, asyncio.Event())
    with pytest.raises(StoreUnavailable):
        await loop.look()
    running = asyncio.create_task(loop.run())
    await asyncio.sleep(0.05)
    assert not running.done()
    loop.stop()
    await running


async def test_a_desk_without_recurring_changes_does_not_look(store: SqlStore) -> None:
    desk = calendar_desk(store)
    writer = writer_of(desk)
    await asyncio.wait_for(loop_of(desk, writer, asyncio.Event()).run(), 60)
    await writer.drain()
