"""A clock that runs out in a running desk: a mail to who has the ticket, and numbers for who watches the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.domain.ticket import Tier
from tests.harness.mail_sink import MailSink
from tests.serve.test_mail_in_and_out import letter
from tests.serve.watched_desk import until, watched_desk

OUTAGE = "The VPN is down for the whole office, nobody can work."


@pytest.fixture
def mail() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


@pytest.fixture
def alarms() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


async def test_a_clock_that_runs_out_is_told_by_mail_and_counted(tmp_path: Path, mail: MailSink, alarms: MailSink) -> None:
    def subjects() -> list[str]:
        return [str(received.mail["Subject"]) for received in mail.received]

    async with watched_desk(tmp_path, mail=mail, alarms=alarms) as watched:
        await watched.desk.mails(letter("VPN", OUTAGE, "one"))
        watched.clock.advance(minutes=12)
        await until(lambda: any("Time is running out" in subject for subject in subjects()), "the team is warned")
        page = await watched.page("/metrics")
        assert 'intake_sla_at_risk{clock="response",team="support"} 1.0' in page
        assert 'intake_sla_overdue{clock="response",team="support"} 0.0' in page
        watched.clock.advance(minutes=4)
        await until(lambda: watched.desk.tickets()[0].ticket.tier is Tier.TEAM, "it escalates")
        page = await watched.page("/metrics")
        assert 'intake_sla_breached_total{clock="response",priority="P1"} 1.0' in page
        assert 'intake_sla_overdue{clock="response",team="cio"} 1.0' in page
        await until(lambda: any("Escalated to CIO team" in subject for subject in subjects()), "the next tier is told")
        told = next(received for received in mail.received if "Escalated" in str(received.mail["Subject"]))
        assert told.rcpts == ("cio@localhost",)
        assert "response overdue since" in " ".join(told.body.split())
