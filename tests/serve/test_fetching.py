"""Files that messages link to end up on their tickets, though the other side fails, lies or hangs for a while."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from channels.serve.fetching import MOST_AT_ONCE, FetchLoop
from channels.serve.step import pass_by
from channels.serve.writer import Writer
from intake.domain.channel import Channel
from intake.domain.errors import DeliveryError
from intake.domain.event import Event, EventKind
from intake.domain.message import Attachment
from intake.domain.remote_file import Fetch, FetchState, RemoteFile
from storage.store import SqlStore
from tests.desk.at_the_desk import SettableClock
from tests.serve.watched_desk import until
from tests.storage.call_examples import name_file, text_in
from tests.storage.examples import NOW, open_ticket
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

PICTURE = Attachment(name="leak.jpg", content_type="image/jpeg", size=3, sha256="", inline=False, content=b"jpg")


@dataclass
class Vendor:
    """Gives the picture, or what `says` has next."""

    says: list[Exception] = field(default_factory=list)
    asked: list[RemoteFile] = field(default_factory=list)

    async def fetch(self, file: RemoteFile) -> Attachment:
        self.asked.append(file)
        if self.says:
            raise self.says.pop(0)
        return PICTURE


@dataclass
class FetchingDesk:
    store: SqlStore
    writer: Writer
    vendor: Vendor = field(default_factory=Vendor)
    clock: SettableClock = field(default_factory=lambda: SettableClock(now=NOW))
    ticket: int = 0

    def loop(self, fetch: Callable[[RemoteFile], Awaitable[Attachment]] | None = None) -> FetchLoop:
        return FetchLoop({Channel.SMS: fetch or self.vendor.fetch}, self.writer, self.clock, "one", look_every=0.01)

    def is_told_of(self, files: int) -> None:
        """A text that names so many."""
        with self.store.begin() as books:
            self.ticket = open_ticket(books)
            message = text_in(books, self.ticket)
            for _ in range(files):
                name_file(books, message, self.ticket)

    @property
    def fetches(self) -> list[Fetch]:
        with self.store.looking() as reader:
            return list(reader.fetches(self.ticket))

    @property
    def files(self) -> list[tuple[str, str]]:
        with self.store.looking() as reader:
            story = reader.story(self.ticket)
        assert story is not None
        return [(file.name, file.content_type) for said in story.messages for file in said.attachments]

    @property
    def events(self) -> list[Event]:
        with self.store.looking() as reader:
            return list(reader.events(ticket=self.ticket, kinds=[EventKind.FILE_FETCHED], limit=99))


@pytest.fixture
async def desk(store: SqlStore) -> AsyncIterator[FetchingDesk]:
    writer = Writer(store, depth=100, passing=pass_by, observe=lambda jobs, seconds: None)
    writer.start()
    yield FetchingDesk(store, writer)
    await writer.drain()


async def test_a_file_is_on_its_ticket_with_an_event_and_is_fetched_once(desk: FetchingDesk) -> None:
    desk.is_told_of(1)
    loop = desk.loop()
    assert [await loop.look(), await loop.look()] == [1, 0]
    assert desk.files == [("leak.jpg", "image/jpeg")]
    (event,) = desk.events
    assert (event.data["fetched"], event.data["file"]) == ("yes", "leak.jpg")
    assert len(desk.vendor.asked) == 1


async def test_a_text_with_ten_files_has_them_all(desk: FetchingDesk) -> None:
    desk.is_told_of(10)
    running = asyncio.create_task((loop := desk.loop()).run())
    await until(lambda: len(desk.files) == 10, "all of them")
    loop.stop()
    await running
    assert len(desk.vendor.asked) == 10
    assert MOST_AT_ONCE < 10


async def test_what_fails_is_tried_again_after_a_pause_that_the_other_side_may_ask_for(desk: FetchingDesk) -> None:
    desk.is_told_of(1)
    desk.vendor.says += [
        DeliveryError("503", permanent=False),
        DeliveryError("429", permanent=False, retry_after=120),
        RuntimeError("a bug of ours"),
    ]
    loop = desk.loop()
    waited = []
    for _ in range(4):
        await loop.look()
        assert await loop.look() == 0
        waited.append((desk.fetches[0].due_at - desk.clock.now).total_seconds())
        desk.clock.now = max(desk.clock.now, desk.fetches[0].due_at)
    assert waited[:3] == [10, 120, 60]
    assert desk.files == [("leak.jpg", "image/jpeg")]
    assert desk.fetches[0].attempts == 4


async def test_what_is_gone_for_good_is_given_up_and_its_link_stays_on_the_timeline(desk: FetchingDesk) -> None:
    desk.is_told_of(1)
    desk.vendor.says.append(DeliveryError("404: no such recording", permanent=True))
    loop = desk.loop()
    assert [await loop.look(), await loop.look()] == [1, 0]
    assert (desk.fetches[0].state, desk.fetches[0].error) == (FetchState.FAILED, "404: no such recording")
    (event,) = desk.events
    assert (event.data["fetched"], event.data["link"]) == ("", desk.fetches[0].file.url)
    assert "could not be fetched" in event.reason


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
async def test_after_a_day_it_is_given_up(desk: FetchingDesk) -> None:
    desk.is_told_of(1)
    desk.vendor.says += [DeliveryError("503", permanent=False) for _ in range(300)]
    loop = desk.loop()
    while desk.fetches[0].state is FetchState.WAITING:
        assert await loop.look() == 1
        desk.clock.now = max(desk.clock.now, desk.fetches[0].due_at)
    assert 20 < len(desk.vendor.asked) < 110
    assert 23 < (desk.clock.now - NOW).total_seconds() / 3600 < 25
    assert len(desk.events) == 1


async def test_a_file_that_comes_by_a_way_that_is_switched_off_waits(desk: FetchingDesk) -> None:
    desk.is_told_of(1)
    loop = FetchLoop({Channel.PHONE: desk.vendor.fetch}, desk.writer, desk.clock, "one")
    await loop.look()
    assert "sms is not configured" in desk.fetches[0].error
    assert desk.fetches[0].state is FetchState.WAITING


async def test_one_that_hangs_holds_up_the_others_of_its_turn_alone(desk: FetchingDesk) -> None:
    """Cut off, it comes back when its lease ends."""
    desk.is_told_of(2)
    never = asyncio.Event()

    async def hangs_once(file: RemoteFile) -> Attachment:
        first = not desk.vendor.asked
        picture = await desk.vendor.fetch(file)
        if first:
            await never.wait()
        return picture

    running = asyncio.create_task(desk.loop(hangs_once).run())
    await until(lambda: len(desk.files) == 1, "the other one")
    running.cancel()
    await asyncio.wait([running])
    after = desk.loop()
    assert await after.look() == 0
    desk.clock.advance(minutes=6)
    assert await after.look() == 1
    assert len(desk.files) == 2


async def test_a_slow_replica_and_the_one_that_took_over_add_the_file_once(desk: FetchingDesk) -> None:
    desk.is_told_of(1)
    release = asyncio.Event()

    async def slow(file: RemoteFile) -> Attachment:
        await release.wait()
        return await desk.vendor.fetch(file)

    late = asyncio.create_task(desk.loop(slow).look())
    await until(lambda: desk.fetches[0].attempts == 1, "it is leased")
    desk.clock.advance(minutes=6)
    assert await desk.loop().look() == 1
    release.set()
    await late
    assert len(desk.files) == 1
    assert len(desk.events) == 1
