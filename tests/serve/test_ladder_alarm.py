"""A whole desk wakes somebody: the link in the mail answers, and a ladder that nobody answers is an alarm."""

import asyncio
import re
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from intake.domain.page import Paging, RunState
from tests.harness.mail_load import write_mails
from tests.harness.mail_sink import MailSink
from tests.serve.open_desk import OpenDesk, open_desk
from tests.serve.watched_desk import until, watched_desk


@pytest.fixture
def mail() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


@pytest.fixture
def alarms() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


def paging(desk: OpenDesk) -> Paging:
    with desk.parts.store.looking() as reader:
        (found,) = reader.pagings(1001)
    return found


def pages(sink: MailSink) -> list[str]:
    """The texts of those that were sent."""
    return [mail.body for mail in sink.received if str(mail.mail["Subject"]).startswith("PAGE")]


def opens(url: str, *, answer: bool = False) -> str:
    data = b"" if answer else None
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=20) as page:
        return str(page.read().decode())


async def test_the_link_in_a_page_ends_it_within_a_second(tmp_path: Path, mail: MailSink) -> None:
    async with open_desk(tmp_path, smtp_relay=mail.url) as desk:
        (urgent,) = write_mails(1, urgent=True)
        await desk.mails(urgent.raw, sender=urgent.author)
        await until(lambda: bool(pages(mail)), "somebody is paged")
        link = re.search(r"http://\S+/p/\S+", pages(mail)[0])
        assert link is not None
        assert "I am on it" in await asyncio.to_thread(opens, link[0])
        assert paging(desk).run.state is RunState.RUNNING
        assert "IT Support has it" in await asyncio.to_thread(opens, link[0], answer=True)
        assert (paging(desk).run.state, paging(desk).run.ended_by) == (RunState.ACKNOWLEDGED, "IT Support")


async def test_a_ladder_that_nobody_answers_is_an_alarm_until_somebody_does(
    tmp_path: Path, mail: MailSink, alarms: MailSink
) -> None:
    # The clock leaps: what has waited for a moment is late for the outbox's own alarm, which is none of this.
    async with watched_desk(tmp_path, mail=mail, alarms=alarms, policy={"outbox_minutes": 0}) as watched:
        (urgent,) = write_mails(1, urgent=True)
        await watched.desk.mails(urgent.raw, sender=urgent.author)
        await until(lambda: bool(watched.desk.tickets()), "the ticket is open")
        while paging(watched.desk).run.state is RunState.RUNNING:
            made = paging(watched.desk).run.made
            watched.clock.advance(minutes=11)
            await until(partial(climbed, watched.desk, made), "it climbs")
        alarm = await watched.alarm(1)
        assert watched.subjects == ["Alarm: pages HD-1001"]
        assert "pages were sent, and nobody has acknowledged any" in alarm.body
        assert "intake acknowledge-page HD-1001" in alarm.body
        metrics = await watched.page("/metrics")
        assert 'intake_ladder_runs{state="exhausted"} 1.0' in metrics
        assert "intake_ladders_exhausted 1.0" in metrics
        sent = sum(page.delivery is not None for page in paging(watched.desk).pages)
        assert f"intake_pages_unanswered {float(sent)}" in metrics
        parts = watched.desk.parts
        with parts.store.begin() as books:
            ticket = books.tickets.get(1001)
            assert ticket is not None
            parts.desk.replies.pager.acknowledge(ticket, "Robin", books, parts.clock())
        await watched.alarm(2)
        assert watched.subjects[1] == "Over: pages HD-1001"
        assert "intake_pages_unanswered 0.0" in await watched.page("/metrics")


def climbed(desk: OpenDesk, made: int) -> bool:
    run = paging(desk).run
    return run.made > made or run.state is RunState.EXHAUSTED
