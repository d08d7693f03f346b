"""Silence is an incident: the one who runs the desk hears of it once, by another way, and once when it is over."""

import asyncio
from collections.abc import Iterator, MutableMapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from channels.email.settings import EmailSettings
from intake.domain.delivery import DeliveryState
from intake.domain.receipt import Outcome
from tests.harness.imap_server import ImapServer, pymap
from tests.harness.mail_sink import MailSink, Mood
from tests.serve.test_mail_in_and_out import letter
from tests.serve.watched_desk import ADMIN, Wire, signs, until, watched_desk


@pytest.fixture
def mail() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


@pytest.fixture
def alarms() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with pymap() as server:
        yield server


async def test_a_mailbox_that_goes_silent(tmp_path: Path, mail: MailSink, alarms: MailSink, server: ImapServer) -> None:
    wire = Wire(server.port)
    url = f"imap://{server.username}:{server.password}@127.0.0.1:{await wire.open()}/INBOX"
    async with watched_desk(tmp_path, mail=mail, alarms=alarms, email={"imap": url, "imap_poll_seconds": 1}) as watched:
        name = f"mailbox {server.username}@127.0.0.1/INBOX"
        await until(lambda: name in signs(watched), "it was looked at")
        wire.cut()
        await asyncio.sleep(0.5)
        watched.clock.advance(minutes=16)
        alarm = await watched.alarm(1)
        assert watched.subjects == [f"Alarm: {name}"]
        assert f"The {name} has not been looked at for 16 minutes." in alarm.body
        assert "intake check" in alarm.body
        assert 'intake_alarm{name="' + name + '"} 1.0' in await watched.page("/metrics")
        assert "200 OK" in await watched.page("/readyz"), "silence is no reason to send mail elsewhere"
        watched.clock.advance(hours=5)
        await watched.alarm(1)
        wire.mend()
        over = await watched.alarm(2)
        assert watched.subjects[1] == f"Over: {name}"
        assert "it lasted 5 hours" in over.body
        assert 'intake_alarm{name="' + name + '"} 0.0' in await watched.page("/metrics")
    await wire.close()
    assert mail.received == [], "alarms do not take the usual way"


async def test_an_alarm_is_a_mail_that_no_machine_answers(tmp_path: Path, mail: MailSink, alarms: MailSink) -> None:
    mail.mood = Mood.LATER
    async with watched_desk(tmp_path, mail=mail, alarms=alarms) as watched:
        await watched.desk.mails(letter("Printer", "It is jammed."))
        await until(lambda: mail.refused > 0, "the relay was asked")
        watched.clock.advance(minutes=16)
        alarm = await watched.alarm(1)
    assert (alarm.mail_from.strip("<>"), alarm.rcpts) == ("", (ADMIN,))
    assert alarm.mail["Auto-Submitted"] == "auto-generated"
    assert alarm.mail["X-Auto-Response-Suppress"] == "All"
    assert alarm.mail["Message-ID"].endswith("@localhost>")
    assert alarm.mail["Date"]


async def test_a_relay_that_takes_nothing_any_more(tmp_path: Path, mail: MailSink, alarms: MailSink) -> None:
    mail.mood = Mood.LATER
    async with watched_desk(tmp_path, mail=mail, alarms=alarms) as watched:
        await watched.desk.mails(letter("Printer", "It is jammed."))
        await until(lambda: mail.refused > 0, "the relay was asked")
        watched.clock.advance(minutes=16)
        alarm = await watched.alarm(1)
        assert watched.subjects == ["Alarm: outbox email"]
        assert "Nothing leaves by email" in alarm.body
        assert "451 4.3.0 Not now" in " ".join(alarm.body.split())
        mail.mood = Mood.TAKE
        watched.clock.advance(minutes=61)
        await until(lambda: len(mail.received) > 0, "it leaves")
        await watched.alarm(2)
        assert watched.subjects[1] == "Over: outbox email"


async def test_what_lay_there_when_the_desk_began_gets_its_time_to_leave(
    tmp_path: Path, mail: MailSink, alarms: MailSink
) -> None:
    mail.mood = Mood.LATER
    async with watched_desk(tmp_path, mail=mail, alarms=alarms) as watched:
        await watched.desk.mails(letter("Printer", "It is jammed."))
        await until(lambda: mail.refused > 0, "the relay was asked")
    async with watched_desk(tmp_path, mail=mail, alarms=alarms, ahead=timedelta(hours=9)) as watched:
        await until(lambda: mail.refused > 1, "the relay is asked again")
        await asyncio.sleep(0.5)
        assert watched.subjects == []
        watched.clock.advance(minutes=16)
        await watched.alarm(1)
        assert watched.subjects == ["Alarm: outbox email"]


async def test_the_gate_says_once_that_it_closed_and_once_that_it_is_open_again(
    tmp_path: Path, mail: MailSink, alarms: MailSink
) -> None:
    async with watched_desk(tmp_path, mail=mail, alarms=alarms, policy={"per_recipient": 2}) as watched:
        for number in range(5):
            await watched.desk.mails(letter("Printer", "It jams again.", f"m{number}"))
        alarm = await watched.alarm(1)
        assert watched.subjects == ["Alarm: gate per_recipient"]
        assert "ann@customer.example by email" in " ".join(alarm.body.split())
        for number in range(5, 8):
            await watched.desk.mails(letter("Printer", "It jams again.", f"m{number}"))
        await watched.alarm(1)
        assert 'intake_gate_closed{cap="per_recipient"} 1.0' in await watched.page("/metrics")
        watched.clock.advance(seconds=16)
        await asyncio.sleep(0.5)
        assert 'intake_gate_held_total{cap="per_recipient",channel="email"} 6.0' in await watched.page("/metrics")
        watched.clock.advance(minutes=61)
        over = await watched.alarm(2)
        assert watched.subjects[1] == "Over: gate per_recipient"
        assert "6 deliveries are still held by it" in " ".join(over.body.split())
        assert "--because per_recipient" in " ".join(over.body.split())
        assert 'intake_gate_closed{cap="per_recipient"} 0.0' in await watched.page("/metrics")
        held = [delivery for delivery in watched.desk.deliveries() if delivery.state is DeliveryState.HELD]
        assert len(held) == 6


async def test_quarantine_is_told_at_once_and_then_once_an_hour(tmp_path: Path, mail: MailSink, alarms: MailSink) -> None:
    async with watched_desk(tmp_path, mail=mail, alarms=alarms) as watched:
        await watched.desk.mails(b"", sender="")
        alarm = await watched.alarm(1)
        assert watched.subjects == ["Alarm: quarantine"]
        assert "1 input is in quarantine, 1 of them new" in alarm.body
        for number in range(3):
            await watched.desk.mails(b"\r\n" * (number + 2), sender="")
        quarantined = sum(entry.outcome is Outcome.QUARANTINED for entry in watched.desk.ledger())
        await watched.alarm(1)
        watched.clock.advance(minutes=61)
        again = await watched.alarm(2)
        assert f"{quarantined} inputs are in quarantine, {quarantined - 1} of them new" in again.body
        watched.clock.advance(minutes=61)
        await watched.alarm(2)


def raised(logs: Sequence[MutableMapping[str, object]]) -> list[str]:
    return [str(line["alarm"]) for line in logs if line["event"] == "alarm.raised"]


async def test_more_alarms_than_anybody_reads_stay_in_the_log(tmp_path: Path, mail: MailSink, alarms: MailSink) -> None:
    policy = {"most_mails_per_hour": 1, "per_recipient": 2}
    with capture_logs() as logs:
        async with watched_desk(tmp_path, mail=mail, alarms=alarms, policy=policy) as watched:
            await watched.desk.mails(b"", sender="")
            await watched.alarm(1)
            for number in range(3):
                await watched.desk.mails(letter("Printer", "It jams again.", f"m{number}"))
            await until(lambda: any(name.startswith("gate") for name in raised(logs)), "the gate's alarm is in the log")
            await watched.alarm(1)
            unmailed = float(len(raised(logs)) - 1)
            assert f'intake_alarm_mails_total{{result="too many"}} {unmailed}' in await watched.page("/metrics")
    assert {line["log_level"] for line in logs if line["event"] == "alarm.raised"} == {"error"}


async def test_without_an_address_for_alarms_the_log_has_them(tmp_path: Path, mail: MailSink, alarms: MailSink) -> None:
    with capture_logs() as logs:
        async with watched_desk(tmp_path, mail=mail, alarms=alarms, email={"alarm_mail": ""}) as watched:
            await watched.desk.mails(b"", sender="")
            await until(lambda: any(line["event"] == "alarm.raised" for line in logs), "the alarm is in the log")
    assert alarms.received == []


async def test_a_desk_that_starts_again_does_not_repeat_what_it_said(tmp_path: Path, mail: MailSink, alarms: MailSink) -> None:
    async with watched_desk(tmp_path, mail=mail, alarms=alarms) as watched:
        await watched.desk.mails(b"", sender="")
        await watched.alarm(1)
    async with watched_desk(tmp_path, mail=mail, alarms=alarms) as watched:
        await watched.alarm(1)


async def test_a_desk_that_starts_again_in_an_outage_does_not_say_that_it_is_over(
    tmp_path: Path, mail: MailSink, alarms: MailSink, server: ImapServer
) -> None:
    wire = Wire(server.port)
    url = f"imap://{server.username}:{server.password}@127.0.0.1:{await wire.open()}/INBOX"
    email: dict[str, str | int] = {"imap": url, "imap_poll_seconds": 1}
    name = f"mailbox {server.username}@127.0.0.1/INBOX"
    async with watched_desk(tmp_path, mail=mail, alarms=alarms, email=email) as watched:
        await until(lambda: name in signs(watched), "it was looked at")
        wire.cut()
        await asyncio.sleep(0.5)
        watched.clock.advance(minutes=16)
        await watched.alarm(1)
    async with watched_desk(tmp_path, mail=mail, alarms=alarms, email=email, ahead=timedelta(minutes=20)) as watched:
        await watched.alarm(1)
        watched.clock.advance(minutes=16)
        await watched.alarm(1)
        wire.mend()
        await watched.alarm(2)
        assert watched.subjects == [f"Alarm: {name}", f"Over: {name}"]
    await wire.close()


async def test_a_desk_that_dies_again_and_again_gives_the_alarm_all_the_same(
    tmp_path: Path, mail: MailSink, alarms: MailSink
) -> None:
    mail.mood = Mood.LATER
    for minutes in (0, 10, 20, 30):
        async with watched_desk(tmp_path, mail=mail, alarms=alarms, ahead=timedelta(minutes=minutes)) as watched:
            if not minutes:
                await watched.desk.mails(letter("Printer", "It is jammed."))
                await until(lambda: mail.refused > 0, "the relay was asked")
            await asyncio.sleep(0.5)
            assert watched.subjects == (["Alarm: outbox email"] if minutes == 30 else [])


async def test_a_store_that_is_away_is_told_though_nothing_can_be_written_down(
    tmp_path: Path, mail: MailSink, alarms: MailSink
) -> None:
    store = tmp_path / "desk.db"
    async with watched_desk(tmp_path, mail=mail, alarms=alarms) as watched:
        await until(lambda: "desk" in signs(watched), "the desk looks at itself")
        store.rename(tmp_path / "elsewhere.db")
        await asyncio.sleep(0.5)
        watched.clock.advance(minutes=3)
        alarm = await watched.alarm(1)
        assert watched.subjects == ["Alarm: store"]
        assert "there is no database at" in " ".join(alarm.body.split())
        (tmp_path / "elsewhere.db").rename(store)
        await watched.alarm(2)
        assert watched.subjects[1] == "Over: store"


@pytest.mark.postgres
async def test_of_two_replicas_one_gives_the_alarm_and_one_says_that_it_is_over(
    tmp_path: Path, mail: MailSink, alarms: MailSink, pg_database: str
) -> None:
    caps = {"per_recipient": 2, "outbox_minutes": 0}
    async with (
        watched_desk(tmp_path / "one", mail=mail, alarms=alarms, policy=caps, database_url=pg_database) as one,
        watched_desk(tmp_path / "two", mail=mail, alarms=alarms, policy=caps, database_url=pg_database) as two,
    ):
        for number in range(6):
            await (one if number % 2 else two).desk.mails(letter("Printer", "It jams again.", f"m{number}"))
        await one.alarm(1)
        assert one.subjects == ["Alarm: gate per_recipient"]
        for desk in (one, two):
            assert 'intake_gate_closed{cap="per_recipient"} 1.0' in await desk.page("/metrics")
        one.clock.advance(minutes=61)
        two.clock.advance(minutes=61)
        await one.alarm(2)
        assert one.subjects[1] == "Over: gate per_recipient"


@pytest.mark.postgres
async def test_a_fresh_replica_does_not_end_what_an_older_one_has_found(
    tmp_path: Path, mail: MailSink, alarms: MailSink, pg_database: str
) -> None:
    mail.mood = Mood.LATER
    async with watched_desk(tmp_path / "one", mail=mail, alarms=alarms, database_url=pg_database) as one:
        await one.desk.mails(letter("Printer", "It is jammed."))
        await until(lambda: mail.refused > 0, "the relay was asked")
        one.clock.advance(minutes=16)
        await one.alarm(1)
        later = timedelta(minutes=16)
        async with watched_desk(tmp_path / "two", mail=mail, alarms=alarms, database_url=pg_database, ahead=later) as two:
            await two.alarm(1)
            mail.mood = Mood.TAKE
            for desk in (one, two):
                desk.clock.advance(minutes=61)
            await two.alarm(2)
            assert two.subjects == ["Alarm: outbox email", "Over: outbox email"]


@pytest.mark.parametrize("address", ["desk@localhost", "Desk+1@LOCALHOST", "nobody", "a@b\r\nBcc: c@d"])
def test_alarms_must_reach_somebody_outside_of_the_desk(address: str) -> None:
    with pytest.raises(ValueError, match=r"admin@example\.com|the desk itself"):
        EmailSettings.model_validate({"alarm_mail": address})
