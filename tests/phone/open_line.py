"""The phone channel over a real desk, and the vendor that asks it: every request is signed by the SDK's own validator."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode, urlsplit

import httpx2
from fastapi import FastAPI
from twilio.request_validator import RequestValidator

from channels.phone.listen import Phone, make_phone
from channels.phone.parse import parse_call, parse_text
from channels.phone.settings import TwilioSettings
from intake.desk.incoming import understand
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import StoreUnavailable
from intake.domain.label import Label
from intake.domain.receipt import LedgerEntry, Receipt
from storage.reader import SqlReader
from tests.calls.call_desk import CALLER, LINE, UNCLEAR, CallDesk
from tests.phone.caller import ACCOUNT

PUBLIC = "https://desk.example.org"
TOKEN, NEXT_TOKEN = "a-token-of-the-test", "the-token-after-it"
PARSERS = {Channel.PHONE: parse_call, Channel.SMS: parse_text}
FORM = "application/x-www-form-urlencoded"
SETTINGS = TwilioSettings(
    _env_file=None,  # type: ignore[call-arg] # the library's own argument
    twilio_account_sid=ACCOUNT,
    twilio_auth_token=f"{TOKEN},{NEXT_TOKEN}",  # type: ignore[arg-type] # as it stands in the environment
    twilio_number=LINE,  # type: ignore[arg-type]
)


class ByWords:
    """A classifier through the port: whatever has these words in it has that label."""

    def __init__(self, labels: Mapping[str, Label]) -> None:
        self.labels = labels

    def classify(self, text: str) -> Label:
        return next((label for words, label in self.labels.items() if words in text), UNCLEAR)


@dataclass
class OpenLine:
    """`away`: the store says so at once. `silent`: it does not answer. `full`: nothing can be spooled either. `broken` is what
    happens to whoever reads. `spooled` is what lies on the disk."""

    desk: CallDesk
    labels: Mapping[str, Label] = field(default_factory=dict)
    patience: float = 20.0
    away: bool = False
    silent: bool = False
    full: bool = False
    broken: Exception | None = None
    arrivals: list[Arrival] = field(default_factory=list)
    spooled: list[Arrival] = field(default_factory=list)
    looked: int = 0

    def __post_init__(self) -> None:
        self.classifier = ByWords(self.labels)
        self._runner = asyncio.Runner()
        self._released = threading.Event()
        self.reopen()

    def knows(self, labels: Mapping[str, Label]) -> None:
        self.classifier.labels = labels

    def reopen(self) -> None:
        """Another replica, or this process after a restart: nothing is remembered."""
        self.phone: Phone = make_phone(
            receive=self.receive,
            keep=self.keep,
            library=self,
            policy=self.desk.policy,
            classifier=self.classifier,
            settings=SETTINGS,
            public_url=PUBLIC,
            clock=self.desk.clock,
            patience=self.patience,
        )
        self.app = FastAPI()
        self.app.mount("/twilio", self.phone)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self.phone.close()
        self._runner.close()

    async def receive(self, arrival: Arrival) -> Receipt:
        self.arrivals.append(arrival)
        if self.silent:
            await asyncio.Event().wait()
        if self.away:
            raise StoreUnavailable("the store is away")
        return self.enter(arrival)

    def enter(self, arrival: Arrival) -> Receipt:
        incoming = understand(arrival, PARSERS[arrival.channel], self.classifier)
        with self.desk.store.begin() as books:
            return self.desk.desk.receive(incoming, books)

    def keep(self, arrival: Arrival) -> None:
        if self.full:
            raise StoreUnavailable("the spool is full")
        self.spooled.append(arrival)

    def books_the_spool(self) -> list[Receipt]:
        """The store is back."""
        self.away = self.silent = False
        receipts = [self.enter(arrival) for arrival in self.spooled]
        self.spooled.clear()
        return receipts

    @contextmanager
    def looking(self) -> Iterator[SqlReader]:
        self.looked += 1
        if self.silent:
            self._released.wait(60)
        if self.away or self.silent:
            raise StoreUnavailable("the store is away")
        if self.broken is not None:
            raise self.broken
        with self.desk.store.looking() as reader:
            yield reader

    def asks(
        self,
        url: str,
        params: Mapping[str, str],
        *,
        token: str = TOKEN,
        signature: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """`url` is whole, or a path below /twilio. A `signature` stands in the place of the right one."""
        whole = url if url.startswith("http") else f"{PUBLIC}/twilio{url}"
        signed = RequestValidator(token).compute_signature(whole, dict(params)) if signature is None else signature
        return self.sends(whole, urlencode(params).encode(), {"X-Twilio-Signature": signed, **(headers or {})})

    def sends(self, url: str, body: bytes, headers: Mapping[str, str], method: str = "POST") -> httpx2.Response:
        """As it is, from wherever: the host that is asked is not the one that people know."""
        parts = urlsplit(url)
        target = f"http://10.0.0.7:8080{parts.path}" + (f"?{parts.query}" if parts.query else "")

        async def send() -> httpx2.Response:
            transport = httpx2.ASGITransport(app=self.app)
            async with httpx2.AsyncClient(transport=transport) as client:
                return await client.request(method, target, content=body, headers={"Content-Type": FORM, **headers})

        return self._runner.run(send())

    def post(self, url: str, params: Mapping[str, str]) -> str:
        """For a `Caller`: the document."""
        answer = self.asks(url, params)
        assert answer.status_code in (200, 204), (answer.status_code, url)
        return answer.text

    def ledger(self) -> list[LedgerEntry]:
        with self.desk.store.looking() as reader:
            return list(reversed(reader.ledger(limit=1000)))

    def tickets(self) -> list[int]:
        with self.desk.store.looking() as reader:
            return sorted(line.ticket.number for line in reader.tickets(limit=1000))


def call(sid: str = "CA1", caller: str = CALLER, **more: str) -> dict[str, str]:
    """What the vendor says with every webhook of a call."""
    return {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "CallStatus": "in-progress",
        "Direction": "inbound",
        "From": caller,
        "To": LINE,
        **more,
    }


def text(sid: str = "SM1", body: str = "The printer is broken", sender: str = CALLER, **more: str) -> dict[str, str]:
    return {
        "AccountSid": ACCOUNT,
        "MessageSid": sid,
        "SmsSid": sid,
        "From": sender,
        "To": LINE,
        "Body": body,
        "NumMedia": "0",
        **more,
    }
