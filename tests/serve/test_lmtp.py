"""LMTP by real sockets: one answer for each recipient, and otherwise what SMTP does."""

import asyncio
import smtplib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import ValidationError

from channels.email.settings import EmailSettings
from channels.serve.listening import bind
from intake.domain.errors import ConfigError
from intake.domain.receipt import Outcome
from tests.serve.open_desk import OpenDesk, open_desk

TWO = ("desk@localhost", "it@localhost")
OURS = {"lmtp_listen": "127.0.0.1:0", "mail_address": ",".join(TWO)}


def mail(name: str, text: str = "It is jammed.") -> bytes:
    return (
        f"From: ann@customer.example\r\nMessage-ID: <{name}@customer.example>\r\nSubject: Printer {name}\r\n\r\n{text}\r\n"
    ).encode()


class Visit:
    """A mail server at the desk's LMTP door. `smtplib` knows LMTP, but reads one answer after the data."""

    def __init__(self, desk: OpenDesk) -> None:
        host, _, port = desk.doors.lmtp.rpartition(":")
        self.client = smtplib.LMTP(port) if host == "unix" else smtplib.LMTP(host, int(port))
        assert self.client.sock is not None
        self.client.sock.settimeout(20)

    def __enter__(self) -> "Visit":
        self.client.ehlo("mta.example")
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def brings(self, content: bytes, recipients: Sequence[str] = TWO) -> list[int]:
        """The code for each recipient that was accepted."""
        self.client.mail("ann@customer.example")
        accepted = [recipient for recipient in recipients if self.client.rcpt(recipient)[0] == 250]
        first, _ = self.client.data(content)
        return [first, *(self.client.getreply()[0] for _ in accepted[1:])]

    def is_still_in_step(self) -> bool:
        return self.client.docmd("NOOP")[0] == 250 and self.client.docmd("VRFY", "x")[0] != 250


async def at_the_desk(desk: OpenDesk, does: Callable[[Visit], object]) -> None:
    def go() -> None:
        with Visit(desk) as visit:
            does(visit)

    await asyncio.to_thread(go)


async def test_each_recipient_gets_an_answer_and_both_are_one_ticket(tmp_path: Path) -> None:
    def bring(visit: Visit) -> None:
        assert visit.brings(mail("one")) == [250, 250]
        assert visit.is_still_in_step()
        assert visit.brings(mail("two"), [*TWO, "nobody@localhost", "postmaster@localhost"]) == [250, 250, 250]
        assert visit.brings(mail("three"), [TWO[0], TWO[0]]) == [250, 250]
        assert visit.is_still_in_step()

    async with open_desk(tmp_path, **OURS) as desk:
        await at_the_desk(desk, bring)
        assert [entry.outcome for entry in desk.ledger()] == [Outcome.OPENED] * 3
        assert len(desk.tickets()) == 3
        assert desk.ledger()[0].envelope["rcpt_to"] == ",".join(TWO)


async def test_each_recipient_hears_that_it_is_too_large(tmp_path: Path) -> None:
    def bring(visit: Visit) -> None:
        assert visit.brings(mail("big", "y" * 900 + "\r\n" + "x\r\n" * 400_000)) == [552, 552]
        assert visit.is_still_in_step()
        assert visit.brings(mail("small")) == [250, 250]

    async with open_desk(tmp_path, smtp_max_megabytes=1, **OURS) as desk:
        await at_the_desk(desk, bring)
        assert len(desk.ledger()) == 1


async def test_each_recipient_hears_try_again_while_the_store_is_locked(tmp_path: Path) -> None:
    async with open_desk(tmp_path, **OURS) as desk:
        with closing(sqlite3.connect(tmp_path / "desk.db", isolation_level=None, check_same_thread=False)) as other:

            def bring(visit: Visit) -> None:
                other.execute("BEGIN IMMEDIATE")
                assert visit.brings(mail("one")) == [451, 451]
                other.execute("ROLLBACK")
                assert visit.is_still_in_step()
                assert visit.brings(mail("one")) == [250, 250]

            await at_the_desk(desk, bring)
        assert len(desk.tickets()) == 1


async def test_without_a_recipient_there_is_one_refusal(tmp_path: Path) -> None:
    def bring(visit: Visit) -> None:
        visit.client.mail("ann@customer.example")
        assert visit.client.rcpt("nobody@localhost")[0] == 550
        assert visit.client.docmd("DATA")[0] == 503
        assert visit.client.docmd("EHLO", "x")[0] == 500
        assert visit.is_still_in_step()

    async with open_desk(tmp_path, **OURS) as desk:
        await at_the_desk(desk, bring)


async def test_a_mail_server_may_come_by_a_unix_socket_that_strangers_cannot_open(tmp_path: Path) -> None:
    place = tmp_path / "lmtp"

    def bring(visit: Visit) -> None:
        assert visit.brings(mail(f"at {place.stat().st_ino}")) == [250, 250]

    for _ in range(2):  # the second time over the socket that the first left behind
        async with open_desk(tmp_path / "data", **{**OURS, "lmtp_listen": f"unix:{place}"}) as desk:
            assert place.stat().st_mode & 0o777 == 0o660
            await at_the_desk(desk, bring)
            assert {entry.outcome for entry in desk.ledger()} == {Outcome.OPENED}


async def test_each_recipient_is_answered_for_itself_before_the_data(tmp_path: Path) -> None:
    def bring(visit: Visit) -> None:
        visit.client.mail("ann@customer.example")
        heard = [visit.client.rcpt(name)[0] for name in (TWO[0], "nobody@localhost", "desk+9.guessed@localhost", TWO[1])]
        assert heard == [250, 550, 550, 250]
        heard = [visit.client.rcpt(TWO[0])[0] for _ in range(100)]
        assert heard == [250] * 98 + [452] * 2
        first, _ = visit.client.data(mail("many"))
        assert [first, *(visit.client.getreply()[0] for _ in range(99))] == [250] * 100
        assert visit.is_still_in_step()

    async with open_desk(tmp_path, **OURS) as desk:
        await at_the_desk(desk, bring)
        assert len(desk.ledger()) == 1


async def test_nobody_asked_for_lmtp(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        assert desk.doors.lmtp == ""


def test_a_socket_that_answers_and_a_file_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    with bind(EmailSettings(lmtp_listen=f"unix:{tmp_path}/live"), "lmtp_listen"):
        for name in ("live", "file", "no/such/folder"):
            with pytest.raises(ConfigError, match=f"INTAKE_LMTP_LISTEN: cannot listen on unix:{tmp_path}/{name}: "):
                bind(EmailSettings(lmtp_listen=f"unix:{tmp_path}/{name}"), "lmtp_listen")
    assert (tmp_path / "file").read_text() == "precious"


def test_a_relative_path_is_refused() -> None:
    with pytest.raises(ValidationError, match="an/absolute/path"):
        EmailSettings(lmtp_listen="unix:run/lmtp")
