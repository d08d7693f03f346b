"""One replica of the desk behind the real door, and what it does when nobody asks: it looks up, delivers, keeps time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2
from starlette.applications import Starlette
from starlette.routing import Mount

from channels.serve.fetching import FetchLoop
from channels.serve.looking_up import LookupLoop
from channels.serve.meters import Meters
from channels.serve.reception import Reception
from channels.serve.step import pass_by
from channels.serve.writer import Writer
from channels.slack.desktop import Desktop
from channels.slack.door.listen import make_slack
from channels.slack.lookups import SlackFinder
from channels.slack.oauth.authorize import StaticAuthorize
from channels.slack.outgoing.letterhead import SlackLetterhead
from channels.slack.outgoing.send import SlackSender
from channels.slack.reading.parse import parse
from channels.slack.vendor.client import SlackApi
from channels.slack.vendor.fetch import SlackFileFetcher
from intake.desk.desk import Desk
from intake.desk.dispatch import Dispatcher
from intake.desk.outbound import Outbound
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import parse_policy
from intake.desk.ports import UnitOfWork
from intake.domain.channel import Channel
from intake.domain.errors import DeliveryError, StoreUnavailable
from intake.domain.label import Label
from intake.domain.timer import Timer
from storage.store import SqlStore
from tests.desk.at_the_desk import KEYS, SettableClock
from tests.desk.dice import FixedRandom
from tests.desk.on_call import without_page
from tests.slack.door import PUBLIC, SETTINGS
from tests.slack.replay.town import POLICY, PUBLIC_URL
from tests.slack.replay.watched_double import WatchedDouble
from tests.slack.sending import OneToken, Seconds
from tests.slack.workspace import request
from tests.texts.text_desk import ABSTAINED

MOST_ROUNDS = 60


@dataclass
class SaysByMark:
    """A classifier through the port: the newest mark in the words says what they are."""

    labels: dict[str, Label] = field(default_factory=dict)

    def classify(self, text: str) -> Label:
        found = [(text.rfind(mark), label) for mark, label in self.labels.items() if mark in text]
        return max(found, key=lambda one: one[0])[1] if found else ABSTAINED


@dataclass
class MayBeAway:
    """The store, which somebody may take away for a moment."""

    store: SqlStore
    away: bool = False

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        if self.away:
            raise StoreUnavailable("the store is away")
        with self.store.begin() as books:
            yield books


def town_policy() -> Policy:
    return parse_policy(f"{without_page()}\n{POLICY}", "desk.toml")


class Replica:
    def __init__(
        self, name: str, store: SqlStore, double: WatchedDouble, clock: SettableClock, classifier: SaysByMark, policy: Policy
    ) -> None:
        self.name, self.clock, self.rows, self.double = name, clock, MayBeAway(store), double
        meters = Meters()
        self.desk = Desk(policy, KEYS, clock, senders=(Channel.EMAIL, Channel.SLACK), own=("desk@localhost",))
        self.writer = Writer(self.rows, depth=500, passing=pass_by, observe=lambda size, seconds: None)
        reception = Reception(self.desk, classifier, {Channel.SLACK: parse}, self.writer, meters, pass_by)
        self.reception = reception
        self.api = SlackApi(OneToken(), f"{double.url}/api/", timeout=10)
        self.dispatcher = Dispatcher(policy=policy, replies=self.desk.replies, replica=name, random=FixedRandom())
        letterhead = SlackLetterhead(policy=policy, keys=KEYS, public_url=PUBLIC_URL, phone="+4930901820")
        self.sender = SlackSender(self.api, letterhead, clock=Seconds())
        finder = SlackFinder(self.api, clock)
        self.lookups = LookupLoop(finder, self.desk.lookups, reception.receive, self.writer, clock, name)
        self.fetcher = SlackFileFetcher(self.api, OneToken(), f"{double.url}/api/")
        self.fetches = FetchLoop({Channel.SLACK: self.fetcher}, self.writer, clock, name)
        self.slack = make_slack(
            receive=reception.receive,
            desktop=Desktop(self.api, store, policy, self.desk.speaking, clock, phone="+4930901820"),
            library=store,
            policy=policy,
            settings=SETTINGS,
            authorize=StaticAuthorize(),
            clock=clock,
            patience=10.0,
        )
        inside = Starlette(routes=[Mount("/slack", app=self.slack)])
        self.client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=inside, raise_app_exceptions=True))
        self.failed: list[str] = []

    async def hears(self, payload: Mapping[str, object], retry: int = 0) -> httpx2.Response:
        signed = request(payload, self.clock.now, retry=(retry, "http_error") if retry else None)
        answer = await self.client.post(PUBLIC, content=signed.body, headers=dict(signed.headers))
        await self.slack.errands.settled()
        return answer

    async def works(self) -> None:
        """All that is due now, until nothing is."""
        sent: list[str] = []
        for _ in range(MOST_ROUNDS):
            looked = await self.lookups.look() + (await self.fetches.look() if self.double.uploads else 0)
            fired = await self._fires()
            sent = [await self._sends(one) for one in await self._claims()]
            if not looked and not fired and not sent:
                return
        raise AssertionError(f"it never rests: {sent}")

    async def _fires(self) -> int:
        until = self.clock.now + self.desk.policy.delivery.lease

        def claim(books: UnitOfWork) -> list[Timer]:
            return list(books.timers.claim(now=self.clock.now, until=until, replica=self.name, limit=100))

        timers = await self.writer.run(claim)
        for timer in timers:
            await self.writer.run(lambda books, timer=timer: self.desk.fire(timer, books))  # type: ignore[misc] # bound at once
        return len(timers)

    async def _claims(self) -> list[Outbound]:
        return list(
            await self.writer.run(lambda books: self.dispatcher.claim((Channel.SLACK,), 50, books, self.clock.now))
        )  # fmt: skip

    async def _sends(self, outbound: Outbound) -> str:
        """What is told to wait is told so by the clock of this play: the next round of it comes later."""
        try:
            ref = await self.sender.send(outbound)
        except DeliveryError as fault:
            kept = fault
            if fault.permanent:
                self.failed.append(f"{outbound.delivery.id} to {outbound.delivery.address}: {fault}")
            await self.writer.run(lambda books: self.dispatcher.failed(outbound, kept, books, self.clock.now))
            return f"{outbound.delivery}: {fault}"
        await self.writer.run(lambda books: self.dispatcher.sent(outbound, ref, books, self.clock.now))
        return str(outbound.delivery)

    async def close(self) -> None:
        await self.slack.close()
        await self.client.aclose()
        await self.fetcher.close()
        await self.api.close()
        await self.writer.drain()
