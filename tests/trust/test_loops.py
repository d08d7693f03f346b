"""Two desks and an autoresponder that no header gives away, all answering each other: it ends at the caps, and the desks can
say of every single mail why it was sent, or why not."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from channels.email.outgoing.letterhead import Letterhead
from channels.email.render import render
from intake.desk.keys import KeyRing
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.domain.channel import Channel
from intake.domain.delivery import DeliveryState, SentRef
from intake.domain.receipt import Outcome
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.desk.at_the_desk import SettableClock
from tests.trust.desk_with_mail import DeskWithMail

ROUNDS = 60  # a minute each: the gate's window
PER_INSTANCE = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A mail on its way."""

    to: str
    raw: bytes
    sender: str


@dataclass
class OneDesk:
    address: str
    at_work: DeskWithMail
    letterhead: Letterhead

    def takes_in(self, post: Post) -> None:
        self.at_work.takes_in(post.raw, mail_from=post.sender, rcpt_to=post.to)

    def lets_out(self) -> Iterator[Post]:
        for outbound in self.at_work.claims(Channel.EMAIL):
            mail = render(outbound, self.letterhead)
            with self.at_work.store.begin() as books:
                self.at_work.dispatcher.sent(outbound, SentRef(value=str(mail["Message-ID"])), books, self.at_work.clock())
            sender = self.letterhead.return_path(outbound)
            yield Post(to=outbound.delivery.address, raw=mail.as_bytes(policy=SMTP), sender=sender)


@dataclass
class Autoresponder:
    """Answers everything, from another address each time, to everybody it can find, and looks like a human."""

    keeps: str
    count: int = 0

    def answers(self, post: Post) -> Iterator[Post]:
        mail = message_from_bytes(post.raw)
        self.count += 1
        sender = f"robot{self.count}@robot.example"
        back = re.findall(r"[\w.+-]+@[\w.-]+", str(mail["Reply-To"] or mail["From"]))
        for to in dict.fromkeys([*back, "desk@one.example", "desk@two.example"]):
            subject = f"Message {self.count}" if self.keeps == "nothing" else f"Re: {mail['Subject']}"
            to = f"desk@{to.rpartition('@')[2]}" if self.keeps == "nothing" else to  # noqa: PLW2901 - it writes where it likes
            lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{self.count}.{to}>"]
            lines += [f"In-Reply-To: {mail['Message-ID']}"] if self.keeps == "the thread" else []
            raw = "\r\n".join(lines) + f"\r\n\r\nI got your mail number {self.count}.\r\n"
            yield Post(to=to, raw=raw.encode(), sender=sender)


@dataclass
class World:
    desks: list[OneDesk]
    robot: Autoresponder
    clock: SettableClock
    sent_by_desks: Counter[str] = field(default_factory=Counter)

    def run(self, first: Post) -> None:
        under_way = [first]
        for _ in range(ROUNDS):
            nxt: list[Post] = []
            for post in under_way[:400]:  # the robot has its limits too
                desk = next((desk for desk in self.desks if post.to.endswith(desk.address.partition("@")[2])), None)
                if desk is not None:
                    desk.takes_in(post)
                elif post.to.endswith("robot.example"):
                    nxt += self.robot.answers(post)
            self.clock.advance(minutes=1)
            for desk in self.desks:
                out = list(desk.lets_out())
                self.sent_by_desks[desk.address] += len(out)
                nxt += out
            under_way = nxt


def a_desk(name: str, store: SqlStore, policy: Policy, clock: SettableClock) -> OneDesk:
    address = f"desk@{name}.example"
    keys = KeyRing([f"the key of desk {name}, only for tests".encode()])
    at_work = DeskWithMail(store=store, policy=policy, clock=clock, own=(address,), keys=keys, senders=(Channel.EMAIL,))
    return OneDesk(address, at_work, Letterhead(address=address, policy=policy, keys=keys))


@pytest.fixture
def world(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    shipped = read_policy(None)
    policy = replace(shipped, gate=replace(shipped.gate, per_instance=PER_INSTANCE))
    clock = SettableClock()
    stores = []
    for name in ("one", "two"):
        shutil.copy(sqlite_template, tmp_path / f"{name}.db")
        stores.append(SqlStore(f"sqlite:///{tmp_path / f'{name}.db'}"))
    desks = [a_desk(name, store, policy, clock) for name, store in zip(("one", "two"), stores, strict=True)]
    yield World(desks=desks, robot=Autoresponder(keeps=request.param), clock=clock)
    for store in stores:
        store.close()


@pytest.mark.parametrize("world", ["the thread", "the subject", "nothing"], indirect=True)
def test_the_caps_end_what_no_header_can(world: World) -> None:
    hello = "From: desk@two.example\r\nTo: desk@one.example\r\nSubject: Hello\r\n\r\nAre you there?\r\n"
    world.run(Post(to="desk@one.example", raw=hello.encode(), sender="desk@two.example"))
    robots = "From: robot0@robot.example\r\nTo: desk@one.example\r\nSubject: Hello\r\n\r\nIs anybody there?\r\n"
    world.run(Post(to="desk@one.example", raw=robots.encode(), sender="robot0@robot.example"))
    for desk in world.desks:
        store, gate = desk.at_work.store, desk.at_work.policy.gate
        with store.reading() as connection:
            reader = SqlReader(connection)
            sent = reader.outbox(limit=100_000)
            ledger = reader.ledger(limit=100_000)
        left = [d for d in sent if d.sent_at is not None]
        to_people = Counter(d.address for d in left if not d.group)
        on_ticket = Counter((d.address, d.ticket) for d in left if not d.group)
        windows = 2 * ROUNDS * 60 / gate.window.total_seconds()
        assert sum(to_people.values()) <= gate.per_instance * (windows + 1)
        assert max(to_people.values(), default=0) <= gate.per_recipient * (windows + 1)
        assert max(on_ticket.values(), default=0) <= gate.per_recipient_and_ticket * (windows + 1)
        assert all(d.error for d in sent if d.state is DeliveryState.HELD)
        assert all(d.notice for d in left)
        assert all(entry.reason for entry in ledger if entry.outcome is not Outcome.OPENED)
        assert not [entry for entry in ledger if entry.outcome is Outcome.QUARANTINED]
