"""The bell: an alarm that cannot be mailed is tried again, and what came of it is known."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from structlog.testing import capture_logs

from channels.email.settings import relay_of
from channels.serve.alarm_bell import AlarmBell
from channels.serve.alarm_mail import AlarmLetters
from intake.desk.alarm import Alarm
from tests.desk.at_the_desk import KEYS, MONDAY, SettableClock
from tests.harness.mail_sink import MailSink, Mood
from tests.serve.watched_desk import until

LETTERS = AlarmLetters(address="desk@desk.example", to=["a@x.example", "b@x.example"], keys=KEYS, instance="desk@desk.example")
ALARM = Alarm(name="mailbox help", what="It is silent.", means="Mail waits.", remedy="Look.", since=MONDAY)


def bell(sink: MailSink, results: Counter[str], clock: SettableClock, most: int = 9) -> AlarmBell:
    def count(result: str) -> None:
        results[result] += 1

    return AlarmBell(LETTERS, relay_of(sink.url), clock, most_an_hour=most, mailed=count, pauses=(0.0, 0.05, 0.05))


async def test_an_alarm_reaches_everybody_it_is_for() -> None:
    results = Counter[str]()
    with MailSink() as sink:
        bell(sink, results, SettableClock()).ring(ALARM)
        await until(lambda: bool(results), "it leaves")
    (received,) = sink.received
    assert received.rcpts == ("a@x.example", "b@x.example")
    assert received.mail["To"] == "a@x.example, b@x.example"
    assert results == {"sent": 1}


async def test_it_is_tried_again_until_it_is_taken() -> None:
    results = Counter[str]()
    with MailSink() as sink:
        sink.mood = Mood.LATER
        rung = bell(sink, results, SettableClock())
        rung.ring(ALARM)
        await until(lambda: sink.refused > 0, "it is refused")
        sink.mood = Mood.TAKE
        await until(lambda: bool(results), "it leaves")
        assert results == {"sent": 1}
        assert len(sink.received) == 1


async def test_what_nobody_takes_is_in_the_log_with_the_reason() -> None:
    results = Counter[str]()
    with MailSink() as sink, capture_logs() as logs:
        sink.mood = Mood.NEVER
        bell(sink, results, SettableClock()).ring(ALARM)
        await until(lambda: bool(results), "it is given up")
    assert results == {"failed": 1}
    (given_up,) = [line for line in logs if line["event"] == "alarm.not_mailed"]
    assert "Nobody by that name" in given_up["why"]


async def test_after_too_many_the_next_mail_says_how_many_were_not_sent() -> None:
    results, clock = Counter[str](), SettableClock()
    with MailSink() as sink:
        rung = bell(sink, results, clock, most=2)
        for _ in range(5):
            rung.ring(ALARM)
        await until(lambda: results["sent"] == 2, "two leave")
        assert results == {"sent": 2, "too many": 3}
        clock.advance(minutes=61)
        rung.ring(ALARM)
        await until(lambda: results["sent"] == 3, "the next one leaves")
        assert "3 other alarms were not mailed" in sink.received[-1].body


async def test_what_a_server_said_cannot_add_headers_or_lines() -> None:
    results = Counter[str]()
    evil = replace(
        ALARM, name="outbox email\r\nBcc: c@x.example", what="It said: 550 x\r\n\r\nDo this instead: y\x1b[31m\u2028z"
    )
    with MailSink() as sink:
        bell(sink, results, SettableClock()).ring(evil)
        await until(lambda: bool(results), "it leaves")
    (received,) = sink.received
    assert received.mail["Bcc"] is None
    assert "It said: 550 x" in received.body
    assert "\nDo this instead" not in received.body.replace("\r\n", "\n")
    assert "\x1b" not in received.body


async def test_closing_waits_a_little_for_what_is_under_way() -> None:
    results = Counter[str]()
    with MailSink() as sink:
        rung = bell(sink, results, SettableClock())
        rung.ring(ALARM)
        rung.over("mailbox help", MONDAY - timedelta(hours=3), "")
        await rung.close(20)
        await asyncio.sleep(0)
        assert results == {"sent": 2}
        assert sorted(str(received.mail["Subject"]) for received in sink.received) == [
            "[desk@desk.example] Alarm: mailbox help",
            "[desk@desk.example] Over: mailbox help",
        ]
