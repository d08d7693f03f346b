"""The mark that a mail was sent does not get into the outbox for longer than the lease: the mail still goes out once."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from channels.serve.deliveries import DeliveryLoop
from channels.serve.meters import Meters
from channels.serve.step import Step, pass_by
from channels.serve.writer import Writer
from intake.desk.dispatch import Dispatcher
from intake.desk.outbound import Outbound
from intake.desk.policy_file.whole import read_policy
from intake.desk.ports import UnitOfWork
from intake.domain.channel import Channel
from intake.domain.delivery import DeliveryState, SentRef
from intake.domain.errors import Conflict
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.desk.at_the_desk import AtTheDesk, SettableClock, mail
from tests.desk.dice import FixedRandom

pytestmark = pytest.mark.crash

CLAIMS = 3  # the first, one that began before the lease was over, and one that did not
SECONDS = 30


@dataclass
class SlowRelay:
    """Takes each mail, and longer for it than the lease lasts."""

    clock: SettableClock
    taken: list[int] = field(default_factory=list)

    async def send(self, outbound: Outbound) -> SentRef:
        self.taken.append(outbound.delivery.id)
        self.clock.advance(minutes=2)
        return SentRef(value=f"{outbound.delivery.id}@here")

    async def close(self) -> None:
        return


@dataclass(frozen=True, kw_only=True)
class LateMarks(Dispatcher):
    """A mark collides with other writers until the delivery was claimed again."""

    passed: list[Step]

    def sent(self, outbound: Outbound, ref: SentRef, books: UnitOfWork, now: datetime) -> None:
        if self.passed.count(Step.CLAIMED) < CLAIMS:
            raise Conflict("somebody else was first")
        super().sent(outbound, ref, books, now)


async def test_what_was_handed_over_is_not_sent_again_while_its_mark_waits(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'desk.db'}")
    upgrade(store.engine)
    shipped = read_policy(None)
    policy = replace(shipped, teams={name: replace(team, mail="") for name, team in shipped.teams.items()})
    at_the_desk = AtTheDesk(store=store, policy=policy, senders=(Channel.EMAIL,))
    number, clock = at_the_desk.hears(mail()).ticket, at_the_desk.clock
    relay = SlowRelay(clock)
    writer = Writer(store, depth=100, passing=pass_by, observe=lambda _jobs, _seconds: None)
    writer.start()
    passed: list[Step] = []
    late = LateMarks(policy=policy, replies=at_the_desk.desk.replies, replica="one", random=FixedRandom(), passed=passed)
    loop = DeliveryLoop(late, {Channel.EMAIL: relay}, writer, clock, Meters(), passed.append, asyncio.Event())
    running = asyncio.create_task(loop.run())
    async with asyncio.timeout(SECONDS):
        while at_the_desk.story(number).deliveries[0].state is not DeliveryState.SENT:
            await asyncio.sleep(0.05)
            if passed.count(Step.CLAIMED) < CLAIMS:
                clock.advance(seconds=10)
    await asyncio.sleep(0.1)  # for the send that must not come
    await loop.stop(1.0)
    await running
    await writer.drain()
    store.close()
    assert len(relay.taken) == 1
