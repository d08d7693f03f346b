"""What the doors for mail answer: in words that mail servers understand, to whatever is said."""

import asyncio
import random
import re
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from intake.desk.keys import KeyRing
from intake.desk.signed_names import canary_tag, note_tag, reply_tag
from intake.domain.receipt import Outcome
from tests.harness.smtp_talk import Talk, talking
from tests.serve.open_desk import open_desk

HEAD = b"From: ann@customer.example\r\nSubject: Printer\r\n\r\n"
ENHANCED = re.compile(rb"([245])\d\d[ -]\1\.\d{1,3}\.\d{1,3} ")


@pytest.mark.parametrize("door", ["smtp", "lmtp"])
async def test_long_lines_bare_ends_of_line_and_dots_are_one_mail(door: str, tmp_path: Path) -> None:
    odd = HEAD + b"y" * 3_000_000 + b"\r\nbare\nLF\n.\nand\rCR\r.\r\n..a dot\r\nMAIL FROM:<evil@x.example>\n.\r\nlast"

    def bring(place: str) -> bytes:
        with talking(place, b"LHLO mta" if door == "lmtp" else b"EHLO mta") as talk:
            answer = talk.brings(odd)
            assert talk.says(b"NOOP") == [b"250 2.0.0 OK\r\n"]
            return answer

    async with open_desk(tmp_path, lmtp_listen="127.0.0.1:0") as desk:
        assert (await asyncio.to_thread(bring, getattr(desk.doors, door))).startswith(b"250 2.6.0 Kept as")
        (entry,) = desk.ledger()
        assert entry.outcome is Outcome.OPENED


@pytest.mark.parametrize("door", ["smtp", "lmtp"])
async def test_every_answer_has_an_enhanced_code_and_nothing_is_offered_in_vain(door: str, tmp_path: Path) -> None:
    hello = b"LHLO x" if door == "lmtp" else b"EHLO x"
    lines = [
        *(
            b"NOOP",
            b"MAIL",
            b"MAIL FROM:x y z",
            b"RCPT TO:<a@b.example>",
            b"DATA",
            b"",
            b"NONSENSE",
            b"HELP me",
            b"VRFY a@b.example",
        ),
        *(b"MAIL FROM:<a@b.example> SIZE=99999999999", b"MAIL FROM:<a@b.example> ODD=1", b"EXPN x", b"AUTH PLAIN AGEAYg=="),
        *(b"STARTTLS", b"STARTTLS x", b"MAIL FROM:<a@b.example>", b"MAIL FROM:<a@b.example>", b"RCPT TO:<a@b.example>"),
        *(b"RCPT TO:<>", b"RCPT TO:<desk@localhost> ODD=1", b"DATA x", b"RSET", b"x" * 5000, b"BDAT 5 LAST", b"QUIT"),
    ]

    def ask(place: str) -> tuple[bytes, list[bytes]]:
        host, _, port = place.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=30) as wire:
            talk = Talk(wire)
            talk.hears()
            return talk.says(hello)[0], [answer for line in lines for answer in talk.says(line)]

    async with open_desk(tmp_path, lmtp_listen="127.0.0.1:0") as desk:
        offered, answers = await asyncio.to_thread(ask, getattr(desk.doors, door))
    assert [(line, answer) for line, answer in zip(lines, answers, strict=True) if not ENHANCED.match(answer)] == []
    assert {line[4:].split()[0] for line in offered.splitlines()[1:]} == {
        *(b"SIZE", b"8BITMIME", b"SMTPUTF8", b"PIPELINING", b"ENHANCEDSTATUSCODES", b"HELP")
    }


async def test_commands_in_one_piece_are_answered_one_by_one(tmp_path: Path) -> None:
    def pipeline(place: str) -> list[bytes]:
        with talking(place) as talk:
            asked = talk.says(
                *(b"MAIL FROM:<ann@customer.example>", b"RCPT TO:<nobody@localhost>", b"RCPT TO:<desk@localhost>", b"DATA")
            )
            return [*asked, *talk.says(HEAD + b"It is jammed.\r\n.", b"MAIL FROM:<>", b"QUIT")]

    async with open_desk(tmp_path) as desk:
        heard = await asyncio.to_thread(pipeline, desk.doors.smtp)
    assert [answer[:3] for answer in heard] == [b"250", b"550", b"250", b"354", b"250", b"250", b"221"]


async def test_no_junk_is_answered_with_a_fault_of_ours(tmp_path: Path) -> None:
    """What makes Python's own address parser stumble, and any bytes at all."""
    dice = random.Random(7)
    shapes = [
        b"<",
        b"<@",
        b"<@a:",
        b"<@a,@b:c@d>",
        b'<"',
        b'<"a"@b>',
        b"<a@[",
        b"<a@[1]>",
        b"(",
        b"<a(b@c>",
        b"<a@b>" * 60,
        b"@",
        b"\xff",
        b'"\\',
        b"<a@b> =",
        b"a b",
    ]
    alphabet = b'<>@:,;()[]"\\ .=+-ab1\xc3\xa9\xff\x00\t'
    shapes += [bytes(dice.choice(alphabet) for _ in range(dice.randrange(1, 40))) for _ in range(400)]

    def ask(place: str) -> list[tuple[bytes, bytes]]:
        wrong = []
        with talking(place) as talk:
            for shape in shapes:
                for command in (b"MAIL FROM:", b"RCPT TO:", b"VRFY ", b"HELP ", b"RSET"):
                    said = command + (shape if command != b"RSET" else b"")
                    (answer,) = talk.says(said)
                    if answer[:3] in {b"451", b""} or b"rror: (" in answer or not ENHANCED.match(answer):
                        wrong.append((said, answer))
        return wrong

    async with open_desk(tmp_path) as desk:
        assert await asyncio.to_thread(ask, desk.doors.smtp) == []


async def test_the_ways_to_write_to_a_ticket_are_open_and_guessed_ones_are_not(tmp_path: Path) -> None:
    def ask(place: str, locals_: Sequence[str]) -> list[bytes]:
        with talking(place) as talk:
            talk.says(b"MAIL FROM:<ann@customer.example>")
            return [answer[:9] for name in locals_ for answer in talk.says(f"RCPT TO:<desk+{name}@localhost>".encode())]

    async with open_desk(tmp_path) as desk:
        ours, theirs = desk.parts.keys, KeyRing([b"somebody else's key, long enough"])
        for keys, answer in ((ours, b"250 2.1.5"), (theirs, b"550 5.1.1")):
            tags = [reply_tag(keys, 1001), note_tag(keys, 1001), canary_tag(keys, 7)]
            assert await asyncio.to_thread(ask, desk.doors.smtp, tags) == [answer] * 3


def by_lmtp(place: str) -> None:
    with talking(place, b"LHLO mta.example") as talk:
        assert talk.brings(HEAD + b"Again.")[:3] == b"250"


async def test_the_envelope_says_whose_results_may_be_believed(tmp_path: Path) -> None:
    async with open_desk(tmp_path, authserv_id="MX.corp.example, mx2.corp.example", lmtp_listen="127.0.0.1:0") as desk:
        await desk.mails(HEAD + b"It is jammed.")
        await asyncio.to_thread(by_lmtp, desk.doors.lmtp)
        assert {entry.envelope["authserv_id"] for entry in desk.ledger()} == {"mx.corp.example,mx2.corp.example"}
        assert len(desk.ledger()) == 2
    async with open_desk(tmp_path / "none") as desk:
        await desk.mails(HEAD + b"It is jammed.")
        assert "authserv_id" not in desk.ledger()[0].envelope
    async with open_desk(tmp_path / "stranger", authserv_id="mx.corp.example", smtp_trusted_hosts="192.0.2.1") as desk:
        await desk.mails(b"Authentication-Results: mx.corp.example; dmarc=pass\r\n" + HEAD + b"It is jammed.")
        assert "authserv_id" not in desk.ledger()[0].envelope, "whoever knocks could write that"
