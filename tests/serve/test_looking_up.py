"""What the desk could not be told is asked of the chat after the commit, and comes in by the ledger where it says something."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from channels.serve.looking_up import LookupLoop
from channels.serve.step import pass_by
from channels.serve.writer import Writer
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.chat import Lookup, Person
from intake.domain.deed import GroupChanged, MarkMessage, Take
from intake.domain.errors import DeliveryError, StoreUnavailable
from intake.domain.receipt import Outcome, Receipt, Refusal
from storage.store import SqlStore
from tests.chat.people_desk import ANN, GROUP, KIM, OURS, ROOM, PeopleDesk, people_desk
from tests.desk.at_the_desk import ANN as ANN_BY_MAIL
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

NAME = f"{ROOM}/1770000000.000100"
GONE = DeliveryError("the desk is not in that channel", permanent=True)
ILL = DeliveryError("Slack: http_503", permanent=False)


@dataclass
class Chat:
    """Answers what it `says` first, as long as there is some."""

    says: list[Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    people: tuple[str, ...] = ()

    async def person(self, lookup: Lookup, workspaces: Sequence[str]) -> Person:
        self._ask(lookup)
        return replace({KIM.id: KIM, ANN.id: ANN}[lookup.subject], looked_up_at=lookup.created_at)

    async def members(self, lookup: Lookup, workspaces: Sequence[str]) -> Sequence[str]:
        self._ask(lookup)
        return self.people

    async def message(self, lookup: Lookup, workspaces: Sequence[str]) -> bytes:
        self._ask(lookup)
        return json.dumps({"message": {"text": "It leaks."}, "by": lookup.by}).encode()

    def unread(self, lookup: Lookup, why_not: str) -> bytes:
        return json.dumps({"message": {}, "why_not": why_not}).encode()

    def _ask(self, lookup: Lookup) -> None:
        self.asked.append(lookup.subject)
        if self.says:
            raise self.says.pop(0)


@dataclass
class Asking:
    desk: PeopleDesk
    writer: Writer
    chat: Chat = field(default_factory=Chat)
    came_in: list[Arrival] = field(default_factory=list)
    away: int = 0

    def loop(self) -> LookupLoop:
        return LookupLoop(self.chat, self.desk.at.desk.lookups, self.receive, self.writer, self.desk.at.clock, "one")

    async def receive(self, arrival: Arrival) -> Receipt:
        if self.away:
            self.away -= 1
            raise StoreUnavailable("not now")
        self.came_in.append(arrival)
        return Receipt(id=1, outcome=Outcome.OPENED)

    def said(self) -> list[object]:
        return [json.loads(arrival.raw) for arrival in self.came_in]


@pytest.fixture
async def asking(store: SqlStore) -> AsyncIterator[Asking]:
    writer = Writer(store, depth=100, passing=pass_by, observe=lambda jobs, seconds: None)
    writer.start()
    yield Asking(people_desk(store), writer)
    await writer.drain()


only_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
MARK = MarkMessage(workspace=OURS, message=NAME, emoji="ticket", author=ANN.id)


async def test_whoever_was_refused_for_a_moment_is_known_a_moment_later(asking: Asking) -> None:
    number = asking.desk.opens(ANN_BY_MAIL)
    assert asking.desk.does(KIM.id, Take(), number).refusal is Refusal.FORBIDDEN
    loop = asking.loop()
    assert [await loop.look(), await loop.look()] == [2, 0]  # the group as well
    assert asking.desk.does(KIM.id, Take(), number).outcome is Outcome.APPLIED


async def test_members_of_a_staff_group_and_who_they_are_is_asked_at_the_start(asking: Asking) -> None:
    asking.chat.people = (ANN.id,)
    loop = asking.loop()
    assert [await loop.look(), await loop.look(), await loop.look()] == [1, 1, 0]
    assert asking.chat.asked == [GROUP, ANN.id]
    number = asking.desk.opens(ANN_BY_MAIL)
    assert asking.desk.does(ANN.id, Take(), number).outcome is Outcome.APPLIED


@only_sqlite
async def test_a_group_that_is_no_more_has_no_members(asking: Asking) -> None:
    asking.desk.learns(ANN)
    asking.desk.has_in_group(ANN.id)
    asking.desk.hears_of(GroupChanged(workspace=OURS, group=GROUP))
    asking.chat.says.append(GONE)
    await asking.loop().look()
    assert asking.desk.does(ANN.id, Take(), asking.desk.opens(ANN_BY_MAIL)).refusal is Refusal.FORBIDDEN


async def test_a_marked_message_comes_in_as_an_input_of_its_own(asking: Asking) -> None:
    asking.desk.learns(KIM)
    asking.desk.hears_of(GroupChanged(workspace=OURS, group=GROUP))
    asking.desk.does(KIM.id, MARK)
    marked_at = asking.desk.now
    asking.desk.at.clock.advance(seconds=5)
    await asking.loop().look()
    (arrival,) = asking.came_in
    assert (arrival.channel, arrival.envelope) == (Channel.SLACK, {"kind": "found", "retry": ""})
    assert arrival.received_at == marked_at
    assert asking.said() == [{"message": {"text": "It leaks."}, "by": KIM.id}]


@only_sqlite
async def test_one_that_cannot_be_read_comes_in_all_the_same_once(asking: Asking) -> None:
    asking.desk.learns(KIM)
    asking.desk.does(KIM.id, MARK)
    asking.chat.says += [GONE, GONE]  # the group as well
    loop = asking.loop()
    await loop.look()
    await loop.look()
    assert asking.said() == [{"message": {}, "why_not": "the desk is not in that channel"}]


@only_sqlite
async def test_what_fails_for_now_is_asked_again_and_a_rest_counts_as_no_try(asking: Asking) -> None:
    asking.desk.meets(KIM.id)
    asking.desk.at.policy = replace(asking.desk.at.policy, chat=replace(asking.desk.at.policy.chat, groups={}))
    rest = DeliveryError("Slack: ratelimited", permanent=False, retry_after=90, tried=False)
    asking.chat.says += [rest, ILL, RuntimeError("a bug of ours"), ILL]
    loop, waited, begun = asking.loop(), list[int](), asking.desk.now
    for _ in range(200):
        before = len(asking.chat.asked)
        await loop.look()
        if len(asking.chat.asked) > before:
            waited.append(int((asking.desk.now - begun).total_seconds()))
        asking.desk.at.clock.advance(seconds=1)
    assert waited == [0, 90, 92, 97, 112]
    assert asking.desk.person(KIM.id) is not None


@only_sqlite
async def test_where_the_store_is_away_the_message_is_asked_for_again(asking: Asking) -> None:
    asking.desk.learns(KIM)
    asking.desk.does(KIM.id, MARK)
    asking.away = 1
    loop = asking.loop()
    await loop.look()
    assert not asking.came_in
    asking.desk.at.clock.advance(minutes=3)
    await loop.look()
    assert len(asking.came_in) == 1
