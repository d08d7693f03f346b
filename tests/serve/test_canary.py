"""The desk writes to itself, and misses what does not come home."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.domain.receipt import Outcome
from tests.harness.mail_sink import MailSink
from tests.serve.watched_desk import HomingSink, signs, until, watched_desk


@pytest.fixture
def alarms() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


async def test_a_canary_flies_home_makes_no_ticket_and_is_missed_when_it_does_not(tmp_path: Path, alarms: MailSink) -> None:
    with (world := HomingSink()):
        async with watched_desk(tmp_path, mail=world, alarms=alarms, policy={"canary_minutes": 5}) as watched:
            world.home = watched.desk.smtp_port
            watched.clock.advance(minutes=6)  # the first one may have left before there was a way home
            await until(lambda: "canary desk@localhost" in signs(watched), "the canary comes home")
            home = [entry for entry in watched.desk.ledger() if entry.reason.startswith("canary: came home")]
            assert {entry.outcome for entry in home} == {Outcome.SUPPRESSED}
            assert watched.desk.tickets() == []
            world.loses = True
            for _ in range(4):
                watched.clock.advance(minutes=6)
                await asyncio.sleep(0.3)
            alarm = await watched.alarm(1)
            assert watched.subjects == ["Alarm: canary desk@localhost"]
            assert "has not come home for" in alarm.body
            world.loses = False
            watched.clock.advance(minutes=6)
            await watched.alarm(2)
            assert watched.subjects[1] == "Over: canary desk@localhost"
            assert watched.desk.tickets() == []


async def test_each_address_of_the_desk_has_a_canary_of_its_own(tmp_path: Path, alarms: MailSink) -> None:
    email: dict[str, str | int] = {"mail_address": "desk@localhost, hilfe@localhost"}
    with (world := HomingSink()):
        async with watched_desk(tmp_path, mail=world, alarms=alarms, policy={"canary_minutes": 5}, email=email) as watched:
            world.home = watched.desk.smtp_port
            watched.clock.advance(minutes=6)
            await until(
                lambda: {"canary desk@localhost", "canary hilfe@localhost"} <= signs(watched), "both canaries come home"
            )
