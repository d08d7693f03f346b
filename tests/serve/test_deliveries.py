"""The delivery loop: what one channel does must not hold up another."""

import asyncio
import shutil
from pathlib import Path

from channels.serve.deliveries import MOST_CLAIMED, DeliveryLoop
from channels.serve.meters import Meters
from channels.serve.step import pass_by
from channels.serve.writer import Writer
from intake.desk.outbound import Outbound
from intake.desk.policy_file.whole import read_policy
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.delivery import SentRef
from storage.store import SqlStore
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
