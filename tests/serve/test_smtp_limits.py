"""The doors for mail under pressure: rates, memory, slow and endless senders, junk; answers that mail servers understand."""

import asyncio
import re
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from channels.email.listening.listen import Doors, LimitedSMTP, MailHandler
from channels.email.rates import Rate, Rates, networks_of, party_of
from channels.email.settings import EmailSettings
from intake.desk.keys import KeyRing
from intake.domain.arrival import Arrival
from intake.domain.receipt import Outcome, Receipt
from tests.harness.smtp_talk import talking
from tests.serve.open_desk import open_desk

NOBODY_IS_TRUSTED = {"smtp_trusted_hosts": "192.0.2.1"}
HEAD = b"From: ann@customer.example\r\nSubject: Printer\r\n\r\n"
ENHANCED = re.compile(rb"([245])\d\d[ -]\1\.\d{1,3}\.\d{1,3} ")


def mails(place: str, count: int) -> list[bytes]:
    with talking(place) as talk:
        return [talk.says(b"MAIL FROM:<ann@customer.example>", b"RSET")[0][:9] for _ in range(count)]


def first_words(place: str, count: int) -> list[bytes]:
    words = []
    for _ in range(count):
        host, _, port = place.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=30) as wire:
            words.append(wire.recv(1000)[:9])
    return words


async def test_too_many_mails_in_a_minute_wait_and_mail_servers_of_ours_do_not(tmp_path: Path) -> None:
    few: dict[str, str | int] = {"smtp_max_mails_per_minute_per_host": 3}
    async with open_desk(tmp_path / "one", **few, **NOBODY_IS_TRUSTED) as desk:
        assert await asyncio.to_thread(mails, desk.doors.smtp, 5) == [b"250 2.1.0"] * 3 + [b"451 4.7.0"] * 2
    async with open_desk(tmp_path / "two", smtp_max_mails_per_minute=1) as desk:
        assert await asyncio.to_thread(mails, desk.doors.smtp, 5) == [b"250 2.1.0"] * 5


async def test_too_many_visits_in_a_minute_are_sent_away(tmp_path: Path) -> None:
    async with open_desk(tmp_path, smtp_max_connections_per_minute=2, **NOBODY_IS_TRUSTED) as desk:
        heard = await asyncio.to_thread(first_words, desk.doors.smtp, 4)
    assert heard[:2] == [b"220 local"] * 2
    assert heard[2:] == [b"421 4.7.0"] * 2


def test_a_minute_brings_what_was_allowed_and_parties_are_counted_apart() -> None:
    now = 0.0
    rate = Rate(each=60, together=100, now=lambda: now)
    assert sum(rate.take("a") for _ in range(80)) == 60
    assert sum(rate.take("b") for _ in range(80)) == 40, "all together are 100"
    now = 6.0
    assert sum(rate.take("a") for _ in range(80)) == 6, "a tenth of a minute later there is room for a tenth"
    assert sum(Rate(each=0, together=0).take("a") for _ in range(9)) == 9, "0 is no limit"


def test_strangers_without_number_take_no_memory_without_end() -> None:
    now = 0.0
    rate = Rate(each=5, together=0, now=lambda: now)
    for number in range(30_000):
        now += 0.001
        assert rate.take(str(number))
    assert len(rate._buckets) <= 10_000


def test_who_counts_as_one() -> None:
    assert party_of("2001:db8::1") == party_of("2001:db8::2:3") != party_of("2001:db8:0:1::1")
    assert party_of("192.0.2.1") == party_of("::ffff:192.0.2.1") != party_of("192.0.2.2")
    none = Rate(each=1, together=0, now=lambda: 0.0)
    rates = Rates(connections=none, mails=replace(none), trusted=networks_of(["10.0.0.0/8", "::1"]))
    assert [rates.may_connect(host) for host in ("10.1.2.3", "10.1.2.3", "::ffff:10.1.2.3", "::1", "")] == [True] * 5
    assert [rates.may_connect("fe80::1%eth0") for _ in range(2)] == [True, False]


@pytest.mark.parametrize("wrong", ["10.0.0.1/8", "mx.example.com", "1.2.3.4.5"])
def test_what_is_no_network_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="is no address or network"):
        EmailSettings.model_validate({"smtp_trusted_hosts": wrong})


@asynccontextmanager
async def open_door(doors: Doors, patience: float = 60) -> AsyncIterator[str]:
    async def receive(arrival: Arrival) -> Receipt:
        return Receipt(id=1, outcome=Outcome.OPENED, ticket=1001, reason="", duplicate=False)

    keys = KeyRing([b"a key of this test, long enough"])
    handler = MailHandler(
        receive=receive, clock=lambda: datetime.now(UTC), keys=keys, addresses=["desk@localhost"], doors=doors
    )

    def session() -> LimitedSMTP:
        made = LimitedSMTP(handler, doors, hostname="desk.example", largest=50_000_000)
        made._timeout_duration = patience
        return made

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    for visitor in list(doors.open):
        visitor.abort()
    await asyncio.sleep(0.05)


def bring_small(place: str) -> bytes:
    with talking(place) as talk:
        return talk.brings(HEAD + b"It is jammed.")[:9]


async def test_more_mail_at_once_than_fits_into_memory_waits() -> None:
    def pour(place: str) -> bytes:
        with talking(place) as talk:
            talk.says(b"MAIL FROM:<ann@customer.example>", b"RCPT TO:<desk@localhost>", b"DATA")
            try:
                for _ in range(100):
                    talk.wire.sendall(b"x" * 99_998 + b"\r\n")
                return talk.hears()
            except OSError:
                return b"cut"

    doors = Doors(most=5, most_per_host=5, most_under_way=1_000_000)
    async with open_door(doors) as place:
        assert (await asyncio.to_thread(pour, place))[:9] in {b"421 4.3.1", b"cut"}
        await asyncio.sleep(0.1)
        assert doors.under_way == 0
        assert await asyncio.to_thread(bring_small, place) == b"250 2.6.0"
        assert doors.under_way == 0


async def test_who_brings_too_much_makes_way_for_who_brings_little() -> None:
    doors = Doors(most=5, most_per_host=5, most_under_way=1_000_000)

    def pour_and_bring(place: str) -> tuple[bytes, bytes]:
        with talking(place) as greedy:
            greedy.says(b"MAIL FROM:<ann@customer.example>", b"RCPT TO:<desk@localhost>", b"DATA")
            greedy.wire.sendall((b"x" * 98 + b"\r\n") * 9_900)
            while doors.under_way < 990_000:
                threading.Event().wait(0.01)
            with talking(place) as modest:
                return modest.brings(HEAD + (b"y" * 98 + b"\r\n") * 200), greedy.hears()

    async with open_door(doors) as place:
        kept, cut = await asyncio.to_thread(pour_and_bring, place)
    assert kept.startswith(b"250 2.6.0")
    assert cut.startswith(b"421 4.3.1")


async def test_a_mail_over_a_thin_line_is_taken_and_who_falls_silent_is_told_so() -> None:
    def trickle(place: str) -> tuple[bytes, bytes]:
        with talking(place) as talk:
            talk.says(b"MAIL FROM:<ann@customer.example>", b"RCPT TO:<desk@localhost>", b"DATA")
            for line in [HEAD, *[b"slowly\r\n"] * 20]:
                talk.wire.sendall(line)
                threading.Event().wait(0.1)
            return talk.says(b".")[0], talk.hears()

    async with open_door(Doors(most=5, most_per_host=5), patience=1) as place:
        kept, farewell = await asyncio.to_thread(trickle, place)
    assert kept.startswith(b"250 2.6.0 Kept as")
    assert farewell.startswith(b"421 4.4.2 ")


async def test_a_line_that_never_ends_is_cut(tmp_path: Path) -> None:
    def pour(place: str) -> None:
        with talking(place) as talk:
            talk.says(b"MAIL FROM:<ann@customer.example>", b"RCPT TO:<desk@localhost>", b"DATA")
            for _ in range(100):
                talk.wire.sendall(b"x\n" * 500_000)

    async with open_desk(tmp_path, smtp_max_megabytes=1) as desk:
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            await asyncio.to_thread(pour, desk.doors.smtp)
        await desk.mails(HEAD + b"It is jammed.")
        assert len(desk.tickets()) == 1
