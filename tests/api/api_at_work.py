"""The API in front of a real desk with a real writer and store; requests come through the whole web application."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeAlias

import httpx2
from pydantic import SecretStr

from channels.api.bearer import new_token
from channels.api.behind import Behind
from channels.api.listen import make_api
from channels.api.settings import ApiSettings
from channels.email.safe_html_page import safe_page
from channels.email.settings import EmailSettings
from channels.serve.back_office import OfficeAtWork
from channels.serve.compose import PARSERS, Parts, Settings
from channels.serve.meters import Meters
from channels.serve.reception import Reception
from channels.serve.settings import DeskSettings
from channels.serve.site_classifier import SiteClassifier
from channels.serve.step import pass_by
from channels.serve.web import make_web
from channels.serve.web_doors import limited
from channels.serve.writer import Writer
from intake.desk.desk import Desk
from intake.desk.dispatch import Dispatcher
from intake.desk.incoming import understand
from intake.desk.policy import Policy
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Deed
from intake.domain.message import InboundMessage
from intake.domain.principal import Principal, Role
from intake.domain.receipt import LedgerEntry, Receipt
from intake.domain.token import Token
from storage.store import SqlStore
from tests.desk.at_the_desk import CALM, KEYS, SaysAlways, SettableClock, mail
from tests.desk.dice import FixedRandom
from tests.desk.staff import policy_with_staff

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"

BASE = "/api/v1"
ANN = "ann@customer.example"
EVE = "eve@elsewhere.example"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the API, with what every answer must have looked after."""

    response: httpx2.Response

    def __post_init__(self) -> None:
        assert self.response.headers["Cache-Control"] == "no-store"
        assert self.response.headers["X-Content-Type-Options"] == "nosniff"
        if self.status >= 400:
            assert self.response.headers["Content-Type"] == "application/problem+json"
            assert set(self.body) >= {"type", "title", "status", "detail"}
            assert self.body["status"] == self.status

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self.response.headers

    @property
    def body(self) -> "dict[str, Json]":
        parsed = self.response.json()
        assert isinstance(parsed, dict)
        return parsed

    def at(self, *path: str | int) -> Json:
        """What stands at this place of the body."""
        found: Json = self.response.json()
        for step in path:
            if isinstance(step, int):
                assert isinstance(found, list)
                found = found[step]
            else:
                assert isinstance(found, dict), found
                found = found[step]
        return found


@dataclass
class ApiAtWork:
    parts: Parts
    clock: SettableClock
    classifier: SaysAlways
    client: httpx2.AsyncClient
    _tokens: dict[str, str] = field(default_factory=dict)
    _count: Iterable[int] = field(default_factory=lambda: count(1))

    def token(self, role: Role, *, teams: Iterable[str] = (), address: str = "", name: str = "") -> str:
        """Made once for each name; a requester's is that of their address."""
        name = name or address or role.value
        if name not in self._tokens:
            mine = Address(kind=AddressKind.EMAIL, value=address) if address else None
            self._tokens[name] = self.make_token(Principal(name=name, role=role, teams=frozenset(teams), address=mine))
        return self._tokens[name]

    def make_token(self, principal: Principal) -> str:
        with self.parts.store.begin() as books:
            number = books.next_id()
            text, sha256 = new_token(number)
            books.tokens.add(
                Token(id=number, principal=principal, secret_sha256=sha256, created_at=self.clock(), created_by="the test")
            )
        return text

    @property
    def admin(self) -> str:
        return self.token(Role.ADMIN)

    def of(self, address: str) -> str:
        """A requester's."""
        return self.token(Role.REQUESTER, address=address)

    async def get(self, path: str, token: str, **headers: str) -> Answer:
        return await self.send("GET", path, token, headers=headers)

    async def post(self, path: str, token: str, body: object = None, **headers: str) -> Answer:
        """Headers by name, `_` for `-`."""
        return await self.send("POST", path, token, body=body, headers=headers)

    async def send(
        self, method: str, path: str, token: str = "", *, body: object = None, raw: bytes = b"", headers: Mapping[str, str] = {}
    ) -> Answer:
        content = json.dumps(body).encode() if body is not None else raw
        sent = {"Content-Type": "application/json"} if content else {}
        sent |= {"Authorization": f"Bearer {token}"} if token else {}
        sent |= {key.replace("_", "-"): value for key, value in headers.items()}
        return Answer(await self.client.request(method, f"{BASE}{path}", content=content, headers=sent))

    async def hears(self, text: str = "The printer is out of paper.", *, author: str = ANN, subject: str = "Printer") -> int:
        """The number of the ticket that a mail opens."""
        receipt = await self.takes(mail(text, author=Address(kind=AddressKind.EMAIL, value=author), subject=subject))
        assert receipt.ticket is not None
        return receipt.ticket

    async def takes(self, said: InboundMessage | Action) -> Receipt:
        """Beside the API, as another channel would hand it in."""
        arrival = Arrival(channel=said.channel, received_at=self.clock(), raw=repr(said).encode(), envelope={})

        def write() -> Receipt:
            incoming = understand(arrival, lambda _: said, self.classifier)
            with self.parts.store.begin() as books:
                return self.parts.desk.receive(incoming, books)

        return await asyncio.to_thread(write)

    async def does(self, deed: Deed, ticket: int, by: str = "Robin") -> Receipt:
        """As an administrator of this name, by another channel."""
        who = Principal(name=by, role=Role.ADMIN)
        return await self.takes(
            Action(
                channel=Channel.SLACK,
                external_id=f"deed-{next(iter(self._count))}",
                received_at=self.clock(),
                by=who,
                deed=deed,
                ticket=ticket,
            )
        )

    def entry(self, id: int) -> tuple[LedgerEntry, bytes]:
        with self.parts.store.looking() as reader:
            entry = reader.entry(id)
            assert entry is not None
            return entry, reader.raw(entry)

    def ledger(self) -> Sequence[LedgerEntry]:
        with self.parts.store.looking() as reader:
            return reader.ledger(limit=1000)


@asynccontextmanager
async def api_at_work(
    folder: Path, database_url: str, *, per_minute: int = 100_000, policy: Policy | None = None
) -> AsyncIterator[ApiAtWork]:
    """On a migrated store."""
    clock, classifier = SettableClock(), SaysAlways(CALM)
    settings = Settings(
        desk=DeskSettings(data_dir=folder, database_url=SecretStr(database_url)),
        email=EmailSettings(),
        api=ApiSettings(api_requests_per_minute=per_minute),
    )
    policy = policy or policy_with_staff()
    desk = Desk(policy, KEYS, clock, senders=[Channel.EMAIL], own=["desk@localhost"])
    parts = Parts(
        settings=settings,
        policy=policy,
        keys=KEYS,
        store=SqlStore(database_url),
        classifier=SiteClassifier(classifier),
        desk=desk,
        dispatcher=Dispatcher(policy=policy, replies=desk.replies, replica="one", random=FixedRandom()),
        clock=clock,
        replica="one",
    )
    meters = Meters()
    writer = Writer(parts.store, depth=1000, passing=pass_by, observe=meters.committed)
    writer.start()
    reception = Reception(desk, classifier, PARSERS, writer, meters, pass_by)
    behind = Behind(
        receive=reception.receive,
        page_of=safe_page,
        library=parts.store,
        office=OfficeAtWork(parts, writer, reception.something_to_send.set),
        policy=policy,
        clock=clock,
    )

    async def ready() -> str:
        return ""

    app = make_web(ready, meters.registry, {BASE: limited(make_api(behind, settings.api))})
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk.test") as client:
        yield ApiAtWork(parts=parts, clock=clock, classifier=classifier, client=client)
    await writer.drain()
    parts.store.close()
