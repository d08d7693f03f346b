"""A whole desk as a process, with people who run changes: mails come by SMTP, decisions by HTTP, the rest is typed or sent."""

import re
import smtplib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx2
import pytest

from channels.api.bearer import new_token
from channels.cli.main import main
from intake.domain.change import ChangeStory, Stage
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome
from intake.domain.story import TicketStory
from intake.domain.ticket import State
from intake.domain.token import Token
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.harness.desk_process import DESK_ADDRESS, KEYS, DeskProcess, Setup
from tests.harness.mail_sink import MailSink, Received
from tests.harness.patience import AT_MOST, wait_until
from tests.harness.policy_copy import write_policy

ANN, OLGA = "ann@customer.example", "olga@party.example"
CLEO, LEE, LIA, LOU = (f"{name}@desk.example" for name in ("cleo", "lee", "lia", "lou"))
PEOPLE = """
[[agent]]
name = "Cleo"
teams = ["cio"]
mail = "cleo@desk.example"

[[agent]]
name = "Lee"
teams = ["cio_leads"]
role = "lead"
mail = "lee@desk.example"

[[agent]]
name = "Lia"
teams = ["cio_leads"]
role = "lead"
mail = "lia@desk.example"

[[agent]]
name = "Lou"
teams = ["process_leads"]
role = "lead"
mail = "lou@desk.example"
"""
T = TypeVar("T")


@dataclass
class ChangingDesk:
    """`killed_each_time` it is killed with -9 before each step, and started again."""

    setup: Setup
    sink: MailSink
    killed_each_time: bool
    store: SqlStore
    process: DeskProcess
    _tokens: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    def step(self) -> None:
        if self.killed_each_time:
            self.process.kill()
            self.process = DeskProcess(self.setup)
            self.process.wait_until_open()

    def mail(self, text: str, *, answers: Received | None = None, subject: str = "Orders") -> None:
        """Ann writes, perhaps as an answer."""
        self.step()
        self._count += 1
        to = str(answers.mail["Reply-To"]) if answers else DESK_ADDRESS
        headers = f"In-Reply-To: <{answers.message_id}>\r\n" if answers else ""
        raw = (
            f"From: Ann <{ANN}>\r\nTo: {DESK_ADDRESS}\r\nSubject: {subject}\r\n"
            f"Message-ID: <m{self._count}@customer.example>\r\n{headers}\r\n{text}\r\n"
        )
        host, _, port = self.process.smtp.rpartition(":")
        with smtplib.SMTP(host, int(port), timeout=AT_MOST) as client:
            client.sendmail(ANN, [to], raw.encode())

    def types(self, line: str, *more: str) -> None:
        """At the command line."""
        self.step()
        assert main([*line.split(), *more]) == 0, line

    def refused(self, line: str, *more: str) -> None:
        assert main([*line.split(), *more]) == 1, line

    def sends(self, name: str, number: int, verb: str, body: Mapping[str, object] | None = None) -> None:
        """By the API, with a token of that name."""
        self.step()
        answer = httpx2.post(
            f"http://{self.process.web}/api/v1/tickets/HD-{number}/{verb}",
            json=dict(body or {}),
            headers={"Authorization": f"Bearer {self._token(name)}"},
            timeout=AT_MOST,
        )
        assert answer.status_code == 200, answer.text

    def _token(self, name: str) -> str:
        if name not in self._tokens:
            with self.store.begin() as books:
                number = books.next_id()
                self._tokens[name], sha256 = new_token(number)
                who = Principal(name=name, role=Role.AGENT, teams=frozenset({"cio"}))
                now = self.sink.received[0].at
                books.tokens.add(Token(id=number, principal=who, secret_sha256=sha256, created_at=now, created_by="the test"))
        return self._tokens[name]

    def letter(self, to: str, about: str) -> Received:
        """The newest to this address with `about` in its text or subject."""
        return self.waits(lambda: self._letter(to, about), f"a letter to {to} about {about!r}")

    def _letter(self, to: str, about: str) -> Received | None:
        found = [one for one in self.sink.received if to in one.rcpts and about in f"{one.mail['Subject']}\n{one.body}"]
        return found[-1] if found else None

    def letters(self, to: str, about: str) -> int:
        return len({one.message_id for one in self.sink.received if to in one.rcpts and about in one.body})

    def waits(self, look: Callable[[], T | None], what: str) -> T:
        found: list[T] = []

        def holds() -> bool:
            one = look()
            found.extend([one] if one is not None else [])
            return bool(found)

        wait_until(holds, what)
        return found[0]

    def looks(self, letter: Received) -> str:
        """Follows its link; a page that was only looked at decides nothing."""
        before = self.inputs()
        answer = httpx2.get(self._url(letter), timeout=AT_MOST)
        assert answer.status_code == 200, answer.text
        assert self.inputs() == before
        return answer.text

    def presses(self, letter: Received, verb: str, **fields: str) -> None:
        """A button on the page behind its link."""
        self.step()
        page = self.looks(letter)
        form = next(part for part in page.split("<form")[1:] if f'/{verb}"' in part.partition(">")[0])
        hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
        answer = httpx2.post(f"{self._url(letter)}/{verb}", data={"text": "", **hidden, **fields}, timeout=AT_MOST)
        assert answer.status_code == 303, answer.text

    def _url(self, letter: Received) -> str:
        path = re.search(r"https?://[^/\s]+(/c/\S+)", letter.body)
        assert path is not None, letter.body
        return f"http://{self.process.web}{path[1]}"

    def story(self, number: int) -> TicketStory:
        with self.store.reading() as connection:
            story = SqlReader(connection).story(number)
        assert story is not None
        return story

    def change(self, number: int) -> ChangeStory:
        with self.store.reading() as connection:
            story = SqlReader(connection).change(number)
        assert story is not None
        return story

    def stage(self, number: int) -> Stage:
        return self.change(number).line.change.stage

    def left(self, agreement: str) -> int:
        with self.store.reading() as connection:
            story = SqlReader(connection).agreement(agreement)
        assert story is not None
        return story.line.balance.left

    def inputs(self) -> int:
        with self.store.reading() as connection:
            entries = SqlReader(connection).ledger(limit=1_000)
        assert not [entry.fault for entry in entries if entry.outcome is Outcome.QUARANTINED]
        return len(entries)

    def reaches(self, state: State, number: int) -> None:
        self.waits(lambda: self.story(number).line.ticket.state is state or None, f"HD-{number} is {state}")


@contextmanager
def changing_desk(folder: Path, patch: pytest.MonkeyPatch, *, killed: bool, changes: str = "") -> Iterator[ChangingDesk]:
    """`changes` are keys of [changes]. What is typed is typed beside the running desk, with its settings."""
    with MailSink() as sink:
        policy = write_policy(folder)
        text = policy.read_text("utf-8")
        for line in changes.splitlines():
            key = line.partition(" = ")[0]
            text = re.sub(rf"(?m)^{key} = .*$", line, text)
        policy.write_text(text + PEOPLE, "utf-8")
        setup = Setup(folder=folder / "data", policy=policy, relay=sink.url, public_url="https://desk.example")
        for name, value in setup.environment().items():
            if name.startswith("INTAKE_"):
                patch.setenv(name, value)
        assert KEYS in setup.environment().values()
        patch.chdir(folder)
        with DeskProcess(setup) as process:
            process.wait_until_open()
            store = SqlStore(setup.store_url)
            desk = ChangingDesk(setup=setup, sink=sink, killed_each_time=killed, store=store, process=process)
            try:
                yield desk
            finally:
                desk.process.kill()
                store.close()
