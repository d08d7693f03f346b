"""A folder with a desk's store in it, and somebody who types commands there."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NoReturn, TypeAlias

import pytest

from channels.cli.main import main
from channels.cli.settings import read_settings
from channels.serve.compose import PARSERS, key_ring, utc_now
from classifier.classify import TextClassifier
from intake.desk.desk import Desk as IntakeDesk
from intake.desk.incoming import Parser, understand
from intake.desk.policy_file.whole import read_policy
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.delivery import DeliveryState
from intake.domain.receipt import Receipt
from storage.store import SqlStore

Record: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> Sequence[Record]:
        """Its JSON lines. They are lines for every reader: `splitlines` knows more line ends than JSON does."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def record(self) -> Record:
        (only,) = self.records
        return only


@dataclass(frozen=True, slots=True)
class Prompt:
    """Commands run in this process, in the test's own folder."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Ran:
        self.capsys.readouterr()
        code = main(words)
        out, err = self.capsys.readouterr()
        return Ran(code=code, out=out, err=err)


def parts(of: Record, key: str) -> Sequence[Record]:
    """The objects that hang on it."""
    found = of[key]
    assert isinstance(found, list)
    assert all(isinstance(part, dict) for part in found)
    return found


class Desk:
    """A desk that nobody serves: mails reach it without a socket. It reads its settings as the commands do."""

    def __init__(self, folder: Path, template: Path) -> None:
        settings = read_settings()
        self.folder = folder
        self.policy = read_policy(settings.desk.policy)
        keys = key_ring(settings.desk)
        self.desk = IntakeDesk(self.policy, keys, utc_now, senders=settings.senders, own=settings.email.mail_address)
        self.replies = self.desk.replies
        if settings.desk.embedded:
            shutil.copy(template, folder / "desk.db")
        self.store = SqlStore(settings.desk.store_url)

    def receives(self, raw: bytes, *, parser: Parser = PARSERS[Channel.EMAIL]) -> Receipt:
        envelope = {
            "mail_from": "ann@customer.example",
            "rcpt_to": "desk@localhost",
            "peer": "127.0.0.1",
            "authserv_id": "mx.example",
        }
        arrival = Arrival(channel=Channel.EMAIL, received_at=utc_now(), raw=raw, envelope=envelope)
        incoming = understand(arrival, parser, the_classifier())
        with self.store.begin() as books:
            return self.desk.receive(incoming, books)

    def puts(self, delivery: int, state: DeliveryState, error: str = "") -> None:
        """As if the outbox had come that far with it."""
        with self.store.begin() as books:
            found = books.outbox.get(delivery)
            assert found is not None
            books.outbox.save(replace(found, state=state, error=error))


@cache
def the_classifier() -> TextClassifier:
    """It compiles its lexicon, which takes longer than most tests."""
    return TextClassifier()


def broken(_: Arrival) -> NoReturn:
    raise KeyError("a planted bug")


def mail(
    text: str = "The printer on floor 3 makes odd noises.",
    *,
    subject: str = "Printer",
    name: str = "m1@customer.example",
    sender: str = "Ann <ann@customer.example>",
    answers: str = "",
) -> bytes:
    head = f"From: {sender}\nTo: desk@localhost\nSubject: {subject}\nMessage-ID: <{name}>\n"
    head += f"Authentication-Results: mx.example; dmarc=pass header.from={sender.rpartition('@')[2].rstrip('>')}\n"
    head += f"In-Reply-To: <{answers}>\n" if answers else ""
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()
