"""The main job, by real sockets: a mail comes in by SMTP, its author is answered by SMTP."""

import asyncio
import smtplib
import socket
from email import message_from_string
from pathlib import Path

import pytest

from channels.email.listening import listen
from intake.desk.signed_names import reply_tag
from intake.domain.delivery import DeliveryState
from intake.domain.receipt import Outcome
from tests.harness.mail_sink import MailSink, Mood
from tests.harness.patience import AT_MOST
from tests.serve.open_desk import OpenDesk, open_desk


def letter(subject: str, text: str, name: str = "m1", sender: str = "ann@customer.example") -> bytes:
    return (
        f"From: Ann <{sender}>\r\nTo: desk@localhost\r\nSubject: {subject}\r\nMessage-ID: <{name}@customer.example>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


async def until(holds: object, what: str) -> None:
    assert callable(holds)
    for _ in range(int(AT_MOST / 0.02)):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(what)


async def test_a_mail_becomes_a_ticket_and_its_author_hears_back(tmp_path: Path) -> None:
    with MailSink() as sink:
        async with open_desk(tmp_path, smtp_relay=sink.url) as desk:
            await desk.mails(letter("Cannot log in to the time clock", "It says my password is wrong."))
            await until(lambda: len(sink.received) == 2, "the author and the team are told")
            (line,) = desk.tickets()
            answer = next(mail for mail in sink.received if mail.rcpts == ("ann@customer.example",))
            told = next(mail for mail in sink.received if mail.rcpts == ("support@localhost",))
    assert line.ticket.contact_type == "email"
    assert answer.mail["Subject"] == f"[HD-{line.ticket.number}] Cannot log in to the time clock"
    assert answer.mail["In-Reply-To"] == "<m1@customer.example>"
    assert (answer.mail["Auto-Submitted"], answer.mail["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert answer.mail_from in {"", "<>"}
    assert f"ticket HD-{line.ticket.number}" in answer.body
    assert f"HD-{line.ticket.number}" in told.mail["Subject"]
    assert told.mail["Auto-Submitted"] == "auto-generated"


async def test_an_answer_to_the_acknowledgement_is_added_to_the_ticket(tmp_path: Path) -> None:
    with MailSink() as sink:
        async with open_desk(tmp_path, smtp_relay=sink.url) as desk:
            await desk.mails(letter("Printer", "It is jammed."))
            await until(lambda: sink.received, "the author is answered")
            reply_to = sink.received[0].mail["Reply-To"]
            await desk.mails(letter("Re: Printer", "Solved, thank you.", "m2"), to=reply_to)
            outcomes = [entry.outcome for entry in desk.ledger()]
    assert outcomes == [Outcome.OPENED, Outcome.APPENDED]


async def test_our_own_acknowledgement_sent_back_to_us_does_not_loop(tmp_path: Path) -> None:
    with MailSink() as sink:
        async with open_desk(tmp_path, smtp_relay=sink.url) as desk:
            await desk.mails(letter("Printer", "It is jammed."))
            await until(lambda: len(sink.received) == 2, "the author and the team are told")
            for mail in list(sink.received):
                await desk.mails(mail.mail.as_bytes(), sender="")
            await asyncio.sleep(0.3)
            outcomes = {entry.outcome for entry in desk.ledger()[1:]}
            assert len(sink.received) == 2
    assert outcomes == {Outcome.SUPPRESSED}


async def test_without_a_relay_the_answer_is_kept_and_leaves_when_one_is_set(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.mails(letter("Printer", "It is jammed."))
        assert {delivery.state for delivery in desk.deliveries()} == {DeliveryState.NO_RELAY}
    with MailSink() as sink:
        async with open_desk(tmp_path, smtp_relay=sink.url) as desk:
            await until(lambda: len(sink.received) == 2, "both leave")


async def test_a_relay_that_says_no_for_good_makes_a_dead_letter(tmp_path: Path) -> None:
    with MailSink() as sink:
        sink.mood = Mood.NEVER
        async with open_desk(tmp_path, smtp_relay=sink.url) as desk:
            await desk.mails(letter("Printer", "It is jammed."))
            await until(lambda: desk.deliveries()[0].state is DeliveryState.FAILED, "the acknowledgement fails")
            assert "550" in desk.deliveries()[0].error


async def test_a_relay_that_says_later_is_asked_again(tmp_path: Path) -> None:
    with MailSink() as sink:
        sink.mood = Mood.LATER
        async with open_desk(tmp_path, smtp_relay=sink.url) as desk:
            await desk.mails(letter("Printer", "It is jammed."))
            await until(lambda: desk.deliveries()[0].attempts == 1 and desk.deliveries()[0].error, "the first try is noted")
            first = desk.deliveries()[0]
    assert (first.state, "451" in first.error) == (DeliveryState.QUEUED, True)
    assert first.due_at > first.created_at


async def refused(desk: OpenDesk, sender: str, *recipients: str) -> dict[str, tuple[int, bytes]]:
    def send() -> dict[str, tuple[int, bytes]]:
        with desk.smtp() as client:
            client.ehlo()
            client.mail(sender)
            return {recipient: client.rcpt(recipient) for recipient in recipients}

    return await asyncio.to_thread(send)


async def test_only_the_desks_own_addresses_and_valid_tags_are_accepted(tmp_path: Path) -> None:
    async with open_desk(tmp_path, mail_address="desk@localhost,it@corp.example") as desk:
        good = f"desk+{reply_tag(desk.parts.keys, 1001)}@localhost"
        answers = await refused(
            desk,
            "ann@customer.example",
            "desk@localhost",
            "IT@corp.example",
            "postmaster@localhost",
            good,
            "desk+1001.aaaaaaaaaaaaaaaa@localhost",
            "other@localhost",
            "desk@elsewhere.example",
        )
    assert [code for code, _ in answers.values()] == [250, 250, 250, 250, 550, 550, 550]


async def test_too_many_recipients_are_asked_to_come_again(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:

        def send() -> list[int]:
            with desk.smtp() as client:
                client.ehlo()
                client.mail("ann@customer.example")
                return [client.rcpt("desk@localhost")[0] for _ in range(listen.MOST_RECIPIENTS + 1)]

        codes = await asyncio.to_thread(send)
    assert (codes[-2], codes[-1]) == (250, 452)


async def test_too_many_connections_are_told_so(tmp_path: Path) -> None:
    async with open_desk(tmp_path, smtp_max_connections_per_host=2) as desk:

        def connect() -> bytes:
            held = [desk.smtp(), desk.smtp()]
            with socket.create_connection(("127.0.0.1", desk.smtp_port), timeout=20) as third:
                greeting = third.recv(200)
                end = third.recv(200)
            for client in held:
                client.quit()
            return greeting + end

        assert (await asyncio.to_thread(connect)).startswith(b"421 4.7.0")
        await desk.mails(letter("Printer", "There is room again."))


async def test_a_mail_over_the_limit_is_refused_with_552(tmp_path: Path) -> None:
    async with open_desk(tmp_path, smtp_max_megabytes=1) as desk:
        with pytest.raises((smtplib.SMTPSenderRefused, smtplib.SMTPDataError)) as caught:
            await desk.mails(letter("Big", "x" * 1000 + ("\r\n" + "y" * 900) * 1500))
        assert caught.value.smtp_code == 552


async def test_very_long_lines_are_taken(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.mails(letter("Long", "x" * 200_000))
        assert len(desk.tickets()) == 1


async def test_a_large_mail_is_understood_off_the_loop_and_kept(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.mails(letter("Large", "The report is attached below.\r\n" + "line of text\r\n" * 60_000))
        (entry,) = desk.ledger()
    assert entry.outcome is Outcome.OPENED
    assert entry.size > 700_000


async def test_bytes_that_are_no_mail_end_in_an_outcome(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.mails(b"\xff\xfe\x00 not a mail \x80", b"", sender="")
        outcomes = [entry.outcome for entry in desk.ledger()]
    assert outcomes == [Outcome.OPENED, Outcome.QUARANTINED]  # nothing at all is no message


async def test_what_a_stranger_wrote_cannot_add_headers_to_our_answer(tmp_path: Path) -> None:
    evil = letter("x", "Printer.").replace(
        b"Subject: x", b"Subject: =?utf-8?q?hello=0D=0ABcc=3A_victim=40elsewhere=2Eexample?="
    )
    with MailSink() as sink:
        async with open_desk(tmp_path, smtp_relay=sink.url) as desk:
            await desk.mails(evil)
            await until(lambda: len(sink.received) == 2, "both leave")
    for mail in sink.received:
        again = message_from_string(mail.mail.as_string())
        assert again["Bcc"] is None
