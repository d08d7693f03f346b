"""The feed's address: personal, signed, and shown to nobody else."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx2
import icalendar
import pytest
from fastapi import FastAPI

from channels.calendar.address import feed_address
from channels.calendar.listen import MOST, make_calendar
from channels.calendar.rate import PER_FEED
from intake.desk.keys import KeyRing
from intake.desk.signed_names import agent_of_feed_key, feed_key, portal_key
from intake.domain import deed as d
from intake.domain.errors import StoreUnavailable
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.changes.calendar_desk import FREEZE, CalendarDesk, at, calendar_desk
from tests.desk.at_the_desk import KEYS
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

WINDOW = at("2026-12-08T22:00"), at("2026-12-09T02:00")


@dataclass
class Subscriber:
    desk: CalendarDesk
    client: httpx2.AsyncClient
    away: bool = False
    looks: int = 0

    @contextmanager
    def looking(self) -> Iterator[SqlReader]:
        self.looks += 1
        if self.away:
            raise StoreUnavailable("postgresql://secret@db is gone")
        with self.desk.store.looking() as reader:
            yield reader

    def path(self, agent: str = "Cleo") -> str:
        return feed_address("", KEYS, agent)

    async def events(self) -> list[icalendar.Event]:
        answer = await self.client.get(self.path())
        assert answer.status_code == 200
        return [one for one in icalendar.Calendar.from_ical(answer.content).walk("VEVENT") if isinstance(one, icalendar.Event)]


@asynccontextmanager
async def subscribed(desk: CalendarDesk, most: int = MOST) -> AsyncIterator[Subscriber]:
    app = FastAPI()
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="https://desk.example") as client:
        one = Subscriber(desk, client)
        feed = make_calendar(library=one, policy=desk.policy, keys=KEYS, clock=desk.clock, domain="desk.example", most=most)
        app.mount("/calendar", feed)
        yield one


@pytest.fixture
async def subscriber(store: SqlStore) -> AsyncIterator[Subscriber]:
    async with subscribed(calendar_desk(store, FREEZE)) as one:
        yield one


async def test_scheduled_changes_and_freezes_are_in_it(subscriber: Subscriber) -> None:
    ticket = subscriber.desk.approved()
    subscriber.desk.schedule(ticket, *WINDOW)
    events = await subscriber.events()
    assert {str(one["UID"]).split("-")[0] for one in events} == {"freeze", "change"}
    (mine,) = [one for one in events if str(one["UID"]) == f"change-{ticket}@desk.example"]
    assert (mine.start, mine.end) == WINDOW


async def test_a_change_that_was_withdrawn_after_it_was_scheduled_is_cancelled(subscriber: Subscriber) -> None:
    ticket = subscriber.desk.approved()
    subscriber.desk.schedule(ticket, *WINDOW)
    before = {str(one["UID"]): one for one in await subscriber.events()}
    subscriber.desk.must(d.WithdrawChange(reason="Not this year."), ticket)
    after = {str(one["UID"]): one for one in await subscriber.events()}
    uid = f"change-{ticket}@desk.example"
    assert after[uid]["STATUS"] == "CANCELLED"
    assert after[uid].sequence > before[uid].sequence


async def test_it_looks_a_year_back_and_two_ahead(subscriber: Subscriber) -> None:
    desk = subscriber.desk
    desk.schedule(desk.approved(), *WINDOW)
    desk.clock.now = WINDOW[1] + timedelta(days=365)
    assert any(str(one["UID"]).startswith("change-") for one in await subscriber.events())
    desk.clock.now = WINDOW[1] + timedelta(days=367)
    assert not any(str(one["UID"]).startswith("change-") for one in await subscriber.events())


async def test_where_there_are_too_many_those_of_long_ago_are_left_out(store: SqlStore) -> None:
    desk, numbers = calendar_desk(store), []
    for starts in ("2026-12-01T22:00", "2026-12-02T22:00", "2027-01-01T22:00", "2027-02-01T22:00"):
        numbers.append(desk.approved())
        desk.schedule(numbers[-1], at(starts), at(starts) + timedelta(hours=1))
    desk.clock.now = at("2027-01-15T12:00")
    async with subscribed(desk, most=2) as subscriber:
        shown = [str(one["UID"]) for one in await subscriber.events()]
    assert shown == [f"change-{number}@desk.example" for number in numbers[2:]]


async def test_many_who_ask_at_once_share_a_look_into_the_store(subscriber: Subscriber) -> None:
    """None of them sees less than there was when they asked."""
    subscriber.desk.schedule(subscriber.desk.approved(), *WINDOW)
    agents = ["Cleo", "Lea", "Paul"] * 10
    answers = await asyncio.gather(*(subscriber.client.get(subscriber.path(agent)) for agent in agents))
    assert {answer.status_code for answer in answers} == {200}
    assert subscriber.looks < 5
    ticket = subscriber.desk.approved()
    subscriber.desk.schedule(ticket, *WINDOW)
    assert f"change-{ticket}@desk.example" in {str(one["UID"]) for one in await subscriber.events()}


async def test_what_somebody_takes_makes_them_busy_and_nobody_else(subscriber: Subscriber) -> None:
    ticket = subscriber.desk.approved()
    subscriber.desk.schedule(ticket, *WINDOW)
    before = (await subscriber.client.get(subscriber.path())).text
    subscriber.desk.must(d.Take(), ticket)
    of_cleo, of_lea = [(await subscriber.client.get(subscriber.path(agent))).text for agent in ("Cleo", "Lea")]
    assert [text.count("TRANSP:OPAQUE") for text in (before, of_cleo, of_lea)] == [0, 1, 0]


async def test_programs_that_have_it_already_are_told_so(subscriber: Subscriber) -> None:
    first = await subscriber.client.get(subscriber.path())
    tag = first.headers["etag"]
    again = await subscriber.client.get(subscriber.path(), headers={"If-None-Match": f'"old", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    subscriber.desk.schedule(subscriber.desk.approved(), *WINDOW)
    assert (await subscriber.client.get(subscriber.path(), headers={"If-None-Match": tag})).status_code == 200


async def test_what_it_says_about_itself(subscriber: Subscriber) -> None:
    answer = await subscriber.client.get(subscriber.path())
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=300"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    head = await subscriber.client.head(subscriber.path())
    assert (head.status_code, head.headers["etag"]) == (200, answer.headers["etag"])


@pytest.mark.parametrize(
    "path",
    [
        "/calendar/.ics",
        "/calendar/nobody.ics",
        f"/calendar/{feed_key(KEYS, 'Somebody who left')}.ics",
        f"/calendar/{feed_key(KeyRing([b'a key of somebody elses']), 'Cleo')}.ics",
        f"/calendar/{portal_key(KEYS, 7)}.ics",
        f"/calendar/{feed_key(KEYS, 'Cleo')[:-1]}.ics",
        f"/calendar/{feed_key(KEYS, 'Cleo')}",
        f"/calendar/{'a' * 5_000}.ics",
    ],
)
async def test_any_other_address_opens_nothing(subscriber: Subscriber, path: str) -> None:
    answer = await subscriber.client.get(path)
    assert (answer.status_code, answer.text) == (404, "There is nothing here\n")


async def test_it_takes_nothing(subscriber: Subscriber) -> None:
    assert (await subscriber.client.post(subscriber.path(), content=b"BEGIN:VCALENDAR")).status_code == 405


async def test_who_asks_too_often_is_told_when_to_come_back(subscriber: Subscriber) -> None:
    for _ in range(PER_FEED.amount):
        assert (await subscriber.client.head(subscriber.path())).status_code == 200
    answer = await subscriber.client.get(subscriber.path())
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert (await subscriber.client.get(subscriber.path("Lea"))).status_code == 200, "somebody else is not in arrears"


async def test_a_store_that_is_away_says_nothing_of_itself(subscriber: Subscriber) -> None:
    subscriber.away = True
    answer = await subscriber.client.get(subscriber.path())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "secret" not in answer.text


@pytest.mark.parametrize("name", ["Cleo", "Ünal Özgür", "O'Neil, Kim; \n", "人", "x" * 300])
def test_a_feeds_key_names_the_agent_whoever_that_is(name: str) -> None:
    key = feed_key(KEYS, name)
    assert agent_of_feed_key(KEYS, key) == name
    assert key.replace(".", "").isalnum(), "fit for any address"
    assert agent_of_feed_key(replace(KEYS, keys=[b"another key altogether"]), key) is None
    assert agent_of_feed_key(replace(KEYS, keys=[b"another key altogether", *KEYS.keys]), key) == name, "keys rotate"
