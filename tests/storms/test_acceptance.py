"""Two hundred reports of one outage and twenty other matters in five minutes: one major incident, with the real classifier and
the real likeness, on one desk and on two replicas."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from random import Random

import pytest

from classifier.classify import TextClassifier
from classifier.similarity.window import RecentReports
from intake.desk.incoming import Incoming, understand
from intake.desk.record import as_texts, replayed
from intake.desk.storms.memory import Memory
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import DissolveStorm, Resolve, UpdateStorm
from intake.domain.errors import Conflict
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Receipt
from intake.domain.storm import StormStage
from intake.domain.ticket import State
from storage.store import SqlStore
from tests.desk.at_the_desk import MONDAY, mail
from tests.storms.outage import Said, five_minutes
from tests.storms.stormy_desk import StormyDesk, mailbox, person, policy
from tests.storms.test_by_hand import ROOT, ok

KNOWN, UPDATE, ALONE = NoticeKind.STORM_KNOWN, NoticeKind.STORM_UPDATE, NoticeKind.STORM_DISSOLVED
CHUNK = 10  # seconds: what comes within them is taken in at once, in one transaction a replica
TRIES = 20


@pytest.fixture(scope="session")
def classifier() -> TextClassifier:
    return TextClassifier(abstain_below=None)


class RealDesk(StormyDesk):
    def forget_all(self) -> None:
        self.memory = Memory(RecentReports, self.policy, follows=self.follows)


@dataclass
class AfterTheStorm:
    desk: RealDesk
    said: dict[int, Said] = field(default_factory=dict)

    @property
    def in_it(self) -> list[Said]:
        return [self.said[member.ticket] for member in self.desk.members()]

    @property
    def people(self) -> set[str]:
        return {one.who for one in self.in_it}


def hears_all(desk: RealDesk, incoming: Sequence[Incoming]) -> list[int]:
    """As a replica's writer does: all in one transaction, and one by one if another replica got in the way."""
    try:
        with desk.store.begin() as books:
            receipts = [desk.desk.enter(one, books) for one in incoming]
    except Conflict:
        receipts = [_hears(desk, one) for one in incoming]
    return [receipt.ticket or 0 for receipt in receipts]


def _hears(desk: RealDesk, incoming: Incoming) -> Receipt:
    for _ in range(TRIES):
        try:
            with desk.store.begin() as books:
                return desk.desk.receive(incoming, books)
        except Conflict:
            continue
    raise AssertionError("too many collided")


def storm_over(desks: Sequence[RealDesk], classifier: TextClassifier, seed: int) -> AfterTheStorm:
    """Each replica takes in every other report, both at the same time."""
    after = AfterTheStorm(desk=desks[0])
    with ThreadPoolExecutor(len(desks)) as threads:
        for chunk, group in groupby(five_minutes(Random(seed)), key=lambda one: one.second // CHUNK):
            said = list(group)
            for desk in desks:
                desk.clock.now = MONDAY + timedelta(seconds=(chunk + 1) * CHUNK)
            shares = [said[place :: len(desks)] for place in range(len(desks))]
            work = [
                threads.submit(hears_all, desk, [_understood(one, classifier) for one in share])
                for desk, share in zip(desks, shares, strict=True)
            ]
            for share, done in zip(shares, work, strict=True):
                after.said |= dict(zip(done.result(), share, strict=True))
    return after


def _understood(said: Said, classifier: TextClassifier) -> Incoming:
    at = MONDAY + timedelta(seconds=said.second)
    message = mail(said.text, author=person(said.who), subject=said.subject, received_at=at)
    arrival = Arrival(channel=Channel.EMAIL, received_at=at, raw=repr(message).encode(), envelope={})
    return understand(arrival, lambda _: message, classifier)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def after(request: pytest.FixtureRequest, classifier: TextClassifier) -> Iterator[AfterTheStorm]:
    if request.param == "sqlite":
        store: SqlStore = request.getfixturevalue("sqlite_store")
        yield storm_over([RealDesk(store=store, policy=policy(), follows=False)], classifier, seed=0)
        return
    url = request.getfixturevalue("pg_database")
    stores = [SqlStore(url), SqlStore(url)]
    yield storm_over([RealDesk(store=store, policy=policy()) for store in stores], classifier, seed=1)
    for store in stores:
        store.close()


def test_one_major_incident_has_the_outage_and_nothing_else(after: AfterTheStorm) -> None:
    desk = after.desk
    alike = [one for one in after.said.values() if one.alike]
    assert len(after.said) == 220
    assert desk.storm.stage is StormStage.FORMED
    assert [one.subject for one in after.in_it if not one.alike] == []
    assert len(after.in_it) >= 0.95 * len(alike)
    assert {desk.ticket(member.ticket).parent for member in desk.members()} == {desk.parent}
    theirs = {desk.parent, *(member.ticket for member in desk.members())}
    assert [number for number in desk.ladders() if number in theirs] == [desk.parent]
    known = Counter(one.address for one in desk.deliveries() if one.notice and one.notice.kind is KNOWN)
    assert known == Counter(mailbox(who) for who in after.people)

    ok(desk.does(UpdateStorm(text="The gateway is being replaced."), ROOT, ticket=desk.parent))
    updates = Counter(one.address for one in desk.deliveries() if one.notice and one.notice.kind is UPDATE)
    assert updates == known

    ok(desk.does(Resolve(text="The gateway was replaced: please connect again."), ROOT, ticket=desk.parent))
    while desk.sends(Channel.EMAIL):
        pass
    desk.clock.now += timedelta(seconds=601)
    while desk.fires_what_is_due():
        pass
    finals = Counter(one.address for one in desk.deliveries() if one.reply is not None)
    assert finals == known
    assert {desk.ticket(member.ticket).state for member in desk.members()} == {State.RESOLVED}
    assert desk.ticket(desk.parent).state is State.RESOLVED
    assert not theirs & set(desk.ladders())


def test_dissolving_it_gives_everybody_their_ticket_back_as_it_was(after: AfterTheStorm) -> None:
    desk = after.desk
    members = [member.ticket for member in desk.members()]
    ok(desk.does(DissolveStorm(reason="a drill"), ROOT, ticket=desk.parent))
    woken = desk.ladders()
    for number in members:
        story = desk.story(number)
        joined = next(place for place, event in enumerate(story.events) if event.kind is EventKind.STORM_JOINED)
        assert as_texts(story.line.ticket) == replayed(story.events[:joined])
        wakes = desk.policy.ladder_for(story.line.ticket.kind, story.line.ticket.priority) is not None
        assert (number in woken) == wakes
    assert desk.ticket(desk.parent).state is State.CANCELED
    alone = Counter(one.address for one in desk.deliveries() if one.notice and one.notice.kind is ALONE)
    assert alone == Counter({mailbox(after.said[number].who) for number in members})
