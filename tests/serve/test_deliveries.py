"""The delivery loop: what one channel does must not hold up another."""

import asyncio
import shutil
from pathlib import Path

from channels.serve.deliveries import IN_A_CHAT, MOST_CLAIMED, DeliveryLoop
from channels.serve.meters import Meters
from channels.serve.step import pass_by
from channels.serve.writer import Writer
from intake.desk.outbound import Outbound
from intake.desk.policy_file.whole import read_policy
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.delivery import SentRef
from storage.store import SqlStore
from tests.chat.chat_desk import LADDER, WHO, ChatDesk, chat_policy
from tests.desk.at_the_desk import AtTheDesk, mail
from tests.serve.watched_desk import until
from tests.stores import sqlite_template

__all__ = ["sqlite_template"]


class Recording:
    """A sender that hands over at once, or never."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.hangs = hangs
        self.sent: list[int] = []

    async def send(self, outbound: Outbound) -> SentRef:
        if self.hangs:
            await asyncio.Event().wait()
        self.sent.append(outbound.ticket.number)
        return SentRef(value="x")

    async def close(self) -> None:
        pass


async def test_a_channel_that_hangs_holds_up_no_other(tmp_path: Path, sqlite_template: Path) -> None:
    copy = tmp_path / "desk.db"
    shutil.copy(sqlite_template, copy)
    store = SqlStore(f"sqlite:///{copy}")
    at = AtTheDesk(store=store, policy=read_policy(None))
    for number in range(2 * MOST_CLAIMED):
        at.hears(mail(author=Address(kind=AddressKind.SLACK, value=f"U{number}")))
    letters = [at.hears(mail(author=Address(kind=AddressKind.EMAIL, value=f"p{n}@x.example"))).ticket for n in range(30)]
    writer = Writer(store, depth=100, passing=pass_by, observe=lambda jobs, seconds: None)
    writer.start()
    senders = {Channel.SLACK: Recording(hangs=True), Channel.EMAIL: Recording()}
    loop = DeliveryLoop(at.dispatcher, senders, writer, at.clock, Meters(), pass_by, asyncio.Event())
    running = asyncio.create_task(loop.run())
    await until(lambda: set(letters) <= set(senders[Channel.EMAIL].sent), "all mail leaves")
    await loop.stop(0.1)
    await asyncio.wait([running])
    await writer.drain()
    store.close()
    assert senders[Channel.SLACK].sent == []


class Counting:
    """A sender that takes its time, and knows what it has in hand."""

    def __init__(self) -> None:
        self.in_hand: list[str] = []
        self.most: list[tuple[str, ...]] = []
        self.go = asyncio.Event()

    async def send(self, outbound: Outbound) -> SentRef:
        self.in_hand.append(outbound.delivery.address)
        self.most.append(tuple(self.in_hand))
        await self.go.wait()
        self.in_hand.remove(outbound.delivery.address)
        return SentRef(value=f"D{outbound.delivery.address}/{outbound.delivery.id}")

    async def close(self) -> None:
        pass


async def test_in_a_chat_some_are_in_the_air_and_to_one_address_one(tmp_path: Path, sqlite_template: Path) -> None:
    """One room's pause is not every room's; what one person is told comes in its order."""
    copy = tmp_path / "desk.db"
    shutil.copy(sqlite_template, copy)
    store = SqlStore(f"sqlite:///{copy}")
    at = AtTheDesk(store=store, policy=read_policy(None))
    for number in (0, 0, 1, 2, 3, 4, 5):
        at.hears(mail(author=Address(kind=AddressKind.SLACK, value=f"U{number}")))
    writer = Writer(store, depth=100, passing=pass_by, observe=lambda jobs, seconds: None)
    writer.start()
    sender = Counting()
    loop = DeliveryLoop(at.dispatcher, {Channel.SLACK: sender}, writer, at.clock, Meters(), pass_by, asyncio.Event())
    running = asyncio.create_task(loop.run())
    await until(lambda: len(sender.in_hand) == IN_A_CHAT, "as many as may")
    sender.go.set()
    await until(lambda: len(sender.most) == 7 and not sender.in_hand, "all leaves")
    await loop.stop(1.0)
    await asyncio.wait([running])
    await writer.drain()
    store.close()
    assert all(len(set(held)) == len(held) <= IN_A_CHAT for held in sender.most)


async def test_in_a_chat_a_page_waits_for_nobodys_file(tmp_path: Path, sqlite_template: Path) -> None:
    copy = tmp_path / "desk.db"
    shutil.copy(sqlite_template, copy)
    store = SqlStore(f"sqlite:///{copy}")
    policy = chat_policy(ladder=LADDER.replace("tier = 1, wait", 'tier = 1, by = ["slack"], wait'))
    chat = ChatDesk(at=AtTheDesk(store=store, policy=policy, senders=(Channel.EMAIL, Channel.SLACK)))
    for number in range(MOST_CLAIMED):
        chat.at.hears(mail(author=Address(kind=AddressKind.SLACK, value=f"U{number}")))
    writer = Writer(store, depth=100, passing=pass_by, observe=lambda jobs, seconds: None)
    writer.start()
    sender = Counting()
    loop = DeliveryLoop(chat.at.dispatcher, {Channel.SLACK: sender}, writer, chat.at.clock, Meters(), pass_by, asyncio.Event())
    running = asyncio.create_task(loop.run())
    await until(lambda: len(sender.in_hand) == IN_A_CHAT, "as many as may")
    chat.hears(chat.said("ann", "the whole plant is down", room="help"), "burning")
    await until(lambda: WHO["kim"] in sender.in_hand, "the page leaves")
    assert len(sender.in_hand) == IN_A_CHAT + 1  # beside what was there, not after it
    sender.go.set()
    await loop.stop(1.0)
    await asyncio.wait([running])
    await writer.drain()
    store.close()
