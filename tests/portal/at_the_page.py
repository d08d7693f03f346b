"""A requester at their ticket's page: the portal mounted as in the running product, over a real desk and a real store."""

import asyncio
import html
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

import httpx2
from fastapi import FastAPI

from channels.portal.change_listen import make_decisions
from channels.portal.listen import make_portal
from channels.portal.oncall_listen import make_oncall
from channels.portal.parse import parse
from intake.desk.incoming import understand
from intake.desk.signed_names import change_key, page_key, portal_key
from intake.domain.arrival import Arrival
from intake.domain.channel import Address, Channel
from intake.domain.delivery import Delivery
from intake.domain.errors import StoreUnavailable
from intake.domain.label import Label
from intake.domain.notice import NoticeKind
from intake.domain.receipt import LedgerEntry, Receipt
from storage.reader import SqlReader
from tests.desk.at_the_desk import ANN, KEYS, AtTheDesk, mail

FORM = "application/x-www-form-urlencoded"


@dataclass
class AtThePage:
    """`away` makes the store take nothing, as when it is full; `blind` is what happens to whoever looks."""

    desk: AtTheDesk
    arrivals: list[Arrival] = field(default_factory=list)
    away: bool = False
    blind: Exception | None = None
    app: FastAPI = field(init=False)
    _client: httpx2.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.app = FastAPI()
        portal = make_portal(receive=self.receive, library=self, policy=self.desk.policy, keys=KEYS, clock=self.desk.clock)
        self.app.mount("/t", portal)
        oncall = make_oncall(receive=self.receive, library=self, policy=self.desk.policy, keys=KEYS, clock=self.desk.clock)
        self.app.mount("/p", oncall)
        decisions = make_decisions(
            receive=self.receive, library=self, policy=self.desk.policy, keys=KEYS, clock=self.desk.clock
        )
        self.app.mount("/c", decisions)
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        self._client = httpx2.AsyncClient(transport=transport, base_url="https://desk.example")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    @contextmanager
    def looking(self) -> Iterator[SqlReader]:
        if self.blind is not None:
            raise self.blind
        with self.desk.store.looking() as reader:
            yield reader

    def form_entries(self) -> list[LedgerEntry]:
        """What came in by forms, newest first."""
        with self.desk.store.looking() as reader:
            return [entry for entry in reader.ledger(limit=1000) if entry.channel is Channel.FORM]

    async def receive(self, arrival: Arrival) -> Receipt:
        if self.away:
            raise StoreUnavailable("The disk is full: /var/lib/intake/desk.db")
        self.arrivals.append(arrival)
        return await asyncio.to_thread(self._write, arrival)

    def _write(self, arrival: Arrival) -> Receipt:
        incoming = understand(arrival, parse, self.desk.classifier)
        with self.desk.store.begin() as books:
            return self.desk.desk.receive(incoming, books)

    def opens(self, text: str = "The printer makes odd noises.", *, label: Label | None = None, author: Address = ANN) -> int:
        """A mail comes in, and the number of its ticket."""
        number = self.desk.hears(mail(text, author=author), label).ticket
        assert number is not None
        return number

    def deliveries(self, number: int, address: Address = ANN) -> list[Delivery]:
        """What went, or will go, to this address about the ticket."""
        return [delivery for delivery in self.desk.story(number).deliveries if delivery.address == address.value]

    def link(self, number: int, address: Address = ANN) -> str:
        """The address of the page, as the newest mail to this person has it."""
        return f"/t/{portal_key(KEYS, self.deliveries(number, address)[-1].id)}"

    def page_link(self, number: int, address: str) -> str:
        """The link in the newest page that went to this address."""
        sent = [d for d in self.desk.story(number).deliveries if d.notice is not None and d.notice.kind is NoticeKind.PAGE]
        return f"/p/{page_key(KEYS, next(d.id for d in reversed(sent) if d.address == address))}"

    def change_link(self, number: int, address: str) -> str:
        """The link in the newest letter that asked this address to decide on the ticket's change."""
        asking = {NoticeKind.APPROVAL_WANTED, NoticeKind.CONSENT_WANTED}
        sent = [d for d in self.desk.story(number).deliveries if d.notice is not None and d.notice.kind in asking]
        return f"/c/{change_key(KEYS, next(d.id for d in reversed(sent) if d.address == address))}"

    async def get(self, url: str) -> httpx2.Response:
        return await self._client.get(url)

    async def head(self, url: str) -> httpx2.Response:
        return await self._client.head(url)

    async def request(self, method: str, url: str) -> httpx2.Response:
        return await self._client.request(method, url)

    async def post(self, url: str, **fields: str) -> httpx2.Response:
        """A form, with a fresh key unless `once` is given."""
        return await self.post_raw(url, str(httpx2.QueryParams({"once": fresh_once(), **fields})).encode())

    async def post_raw(self, url: str, raw: bytes | AsyncIterator[bytes], content_type: str = FORM) -> httpx2.Response:
        return await self._client.post(url, content=raw, headers={"Content-Type": content_type})

    async def fills_in(self, link: str, verb: str, **fields: str) -> httpx2.Response:
        """As a browser does: opens the page, fills in its form, sends it, and follows to the page after it."""
        form = form_on(await self.get(link), verb)
        answer = await self.post(str(form.url), once=form.once, **fields)
        if answer.status_code == 303:
            return await self.get(str(answer.url.join(answer.headers["Location"])))
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSeen:
    url: httpx2.URL
    once: str
    text: str


def form_on(page: httpx2.Response, verb: str) -> FormSeen:
    found = forms_on(page)
    assert verb in found, f"the page offers {sorted(found)}"
    return found[verb]


def forms_on(page: httpx2.Response) -> Mapping[str, FormSeen]:
    """By verb, with the address that a browser would send them to."""
    found = {}
    for action, inner in re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page.text, re.DOTALL):
        (once,) = re.findall(r'name="once" value="([^"]+)"', inner)
        typed = re.findall(r"<textarea[^>]*>\n?(.*?)</textarea>", inner, re.DOTALL)
        text = html.unescape(typed[0]) if typed else ""
        found[action.rpartition("/")[2]] = FormSeen(url=page.url.join(action), once=once, text=text)
    return found


def read(page: httpx2.Response) -> str:
    """What a person reads on it, in one line."""
    text = re.sub(r"<title>.*?</title>|</?(?:bdi|strong|a|time|span)\b[^>]*>", "", page.text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", text)
    return " ".join(html.unescape(text).split())


_COUNT = iter(range(1, 1_000_000))


def fresh_once() -> str:
    return f"once-{next(_COUNT)}"
