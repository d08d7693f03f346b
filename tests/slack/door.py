"""The door with nobody behind it: what it hands in lies in a list, what it shows in another."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

import httpx2
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from starlette.applications import Starlette
from starlette.routing import Mount

from channels.slack.door.listen import Slack, make_slack
from channels.slack.json_value import Json
from channels.slack.oauth.authorize import StaticAuthorize
from channels.slack.settings import SlackSettings
from intake.desk.policy import MirrorRule, Policy
from intake.desk.policy_file.chat import ChatPolicy, RequestRoom, StaffGroup, Take
from intake.desk.policy_file.whole import read_policy
from intake.desk.reading import Library, Reader
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.chat import Person
from intake.domain.errors import StoreUnavailable
from intake.domain.receipt import Outcome, Receipt
from tests.desk.at_the_desk import MONDAY
from tests.slack.workspace import BOT_TOKEN, HELP, SECRET, TRIAGE, Signed, request

NEXT_SECRET = "fedcba9876543210fedcba9876543210"
GROUP = "S0SUPPORT01"
PUBLIC = "https://desk.example.org/slack/events"
POLICY: Policy = replace(
    read_policy(None),
    mirrors=(MirrorRule(team="support", channel=Channel.SLACK, address=TRIAGE),),
    chat=ChatPolicy(
        rooms={HELP: RequestRoom(id=HELP, take=Take.EVERY, emoji="sos")},
        groups={GROUP: StaffGroup(id=GROUP, team="support")},
    ),
)
SETTINGS = SlackSettings(
    _env_file=None,  # type: ignore[call-arg] # the library's own argument
    slack_signing_secret=f"{SECRET}, {NEXT_SECRET}",  # type: ignore[arg-type] # as it stands in the environment
    slack_bot_token=BOT_TOKEN,  # type: ignore[arg-type]
)


@dataclass
class Shown:
    """A desktop through the port. `faults`: what is wrong with a form; `broken`: whatever it is asked fails."""

    faults: Json | None = None
    broken: bool = False
    seen: list[tuple[str, Receipt | None]] = field(default_factory=list)

    async def opens(self, payload: Json) -> None:
        self._note("opens")

    async def home(self, payload: Json) -> None:
        self._note("home")

    async def resolve_offered(self, payload: Json) -> None:
        self._note("resolve")

    async def told(self, payload: Json, receipt: Receipt | None) -> None:
        self._note("told", receipt)

    async def check(self, payload: Json) -> Json | None:
        self._note("check")
        return self.faults

    async def answer(self, payload: Json, receipt: Receipt | None) -> Json | None:
        self._note("answer", receipt)
        return None if receipt is not None else {"response_action": "errors", "errors": {"words": "not saved"}}

    async def command_answer(self, payload: Json, receipt: Receipt | None) -> str:
        self._note("command", receipt)
        return "not saved" if receipt is None else f"HD-{receipt.ticket}"

    def _note(self, what: str, receipt: Receipt | None = None) -> None:
        self.seen.append((what, receipt))
        if self.broken:
            raise RuntimeError("a bug of ours")


@dataclass
class KnowsSome:
    """A library that knows these messages and people."""

    messages: frozenset[str] = frozenset()
    people: Mapping[str, Person] = field(default_factory=dict)
    away: bool = False

    @contextmanager
    def looking(self) -> Iterator[Reader]:
        if self.away:
            raise StoreUnavailable("the store is away")
        yield self  # type: ignore[misc] # of a reader these two are all that the door asks

    def chat_message(self, name: str) -> bool:
        return name in self.messages

    def person(self, id: str) -> Person | None:
        return self.people.get(id)


@dataclass
class Door:
    """`installed`: the desk is, where the events come from; `rows_away`, `rows_silent`: nobody can tell. `away`, `silent`: how
    the store is.
    `refused`: why the desk does nothing of what comes."""

    policy: Policy = field(default_factory=lambda: POLICY)
    settings: SlackSettings = field(default_factory=lambda: SETTINGS)
    now: datetime = MONDAY
    installed: bool = True
    rows_away: bool = False
    rows_silent: bool = False
    away: bool = False
    silent: bool = False
    patience: float = 5.0
    refused: str = ""
    shown: Shown = field(default_factory=Shown)
    library: KnowsSome = field(default_factory=KnowsSome)
    store: Library | None = None  # a real one, instead
    arrivals: list[Arrival] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.slack: Slack = make_slack(
            receive=self.receive,
            desktop=self.shown,
            library=self.store or self.library,
            policy=self.policy,
            settings=self.settings,
            authorize=self.authorize,
            clock=lambda: self.now,
            patience=self.patience,
        )
        self.client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=Starlette(routes=[Mount("/slack", app=self.slack)]), raise_app_exceptions=True)
        )

    async def receive(self, arrival: Arrival) -> Receipt:
        self.arrivals.append(arrival)
        if self.silent:
            await asyncio.Event().wait()
        if self.away:
            raise StoreUnavailable("the store is away")
        if self.refused:
            return Receipt(id=len(self.arrivals), outcome=Outcome.SUPPRESSED, reason=self.refused)
        return Receipt(id=len(self.arrivals), outcome=Outcome.OPENED, ticket=1000 + len(self.arrivals))

    async def authorize(
        self, *, context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult | None:
        if self.rows_silent:
            await asyncio.Event().wait()
        if self.rows_away:
            raise StoreUnavailable("the store is away")
        if not self.installed:
            return None
        return await StaticAuthorize()(context=context, enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)

    async def posts(
        self, payload: Mapping[str, object], *, kind: str = "", retry: tuple[int, str] | None = None
    ) -> httpx2.Response:
        """Signed, as Slack does it; what the door shows afterwards has been shown."""
        return await self.sends(request(payload, self.now, kind=kind, retry=retry))

    async def sends(self, signed: Signed, *, method: str = "POST", url: str = PUBLIC) -> httpx2.Response:
        answer = await self.client.request(method, url, content=signed.body, headers=dict(signed.headers))
        await self.slack.errands.settled()
        return answer

    @property
    def was_shown(self) -> list[str]:
        return [what for what, _ in self.shown.seen]
