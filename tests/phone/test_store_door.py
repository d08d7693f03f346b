"""A store that hangs holds few threads and nobody's time."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from channels.phone.store_door import MOST_WAITING, PAUSE, READERS, StoreDoor
from intake.desk.reading import Reader
from intake.domain.errors import StoreUnavailable
from storage.reader import SqlReader
from storage.store import SqlStore


@dataclass
class Tick:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Shelf:
    """A library that may hang: `begun` counts those who went in."""

    store: SqlStore
    hangs: bool = False
    begun: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def looking(self) -> Iterator[SqlReader]:
        self.begun += 1
        if self.hangs:
            self.released.wait(60)
        with self.store.looking() as reader:
            yield reader


@pytest.fixture
def shelf(sqlite_store: SqlStore) -> Iterator[Shelf]:
    opened = Shelf(sqlite_store)
    yield opened
    opened.released.set()


def question(reader: Reader) -> int:
    return len(reader.tickets(limit=10))


async def hangs() -> int:
    await asyncio.Event().wait()
    return 0


async def at_once(number: int) -> int:
    return number


async def test_a_question_is_answered(shelf: Shelf) -> None:
    door = StoreDoor(shelf)
    assert await door.look(question, 20) == 0
    assert not door.is_silent
    door.close()


async def test_after_a_silence_nobody_asks_for_a_while_and_then_one_does(shelf: Shelf) -> None:
    tick = Tick()
    door = StoreDoor(shelf, tick=tick)
    with pytest.raises(StoreUnavailable):
        await door.within(hangs(), 0.1)
    with pytest.raises(StoreUnavailable):
        await door.within(at_once(1), 20)
    tick.now += PAUSE
    trying = asyncio.create_task(door.within(hangs(), 0.2))
    await asyncio.sleep(0)
    with pytest.raises(StoreUnavailable):
        await door.within(at_once(2), 20)
    with pytest.raises(StoreUnavailable):
        await trying
    tick.now += PAUSE
    assert await door.within(at_once(3), 20) == 3
    assert not door.is_silent
    assert await door.within(at_once(4), 20) == 4
    door.close()


async def test_a_store_that_hangs_holds_no_more_than_its_threads(shelf: Shelf) -> None:
    shelf.hangs = True
    door = StoreDoor(shelf)
    asked = await asyncio.gather(*(door.look(question, 0.2) for _ in range(MOST_WAITING + 20)), return_exceptions=True)
    assert all(isinstance(answer, StoreUnavailable) for answer in asked)
    assert shelf.begun == READERS
    door.close()


async def test_a_refusal_that_comes_at_once_is_no_silence(shelf: Shelf) -> None:
    async def refuses() -> int:
        raise StoreUnavailable("full")

    door = StoreDoor(shelf)
    with pytest.raises(StoreUnavailable, match="full"):
        await door.within(refuses(), 20)
    assert await door.within(at_once(1), 20) == 1
    door.close()


async def test_with_no_time_left_the_store_is_not_blamed(shelf: Shelf) -> None:
    door = StoreDoor(shelf)
    with pytest.raises(StoreUnavailable):
        await door.within(at_once(1), 0.0)
    assert not door.is_silent
    door.close()
