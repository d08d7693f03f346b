"""Swaks talks to the desk as mail clients of any age do."""

from dataclasses import replace
from pathlib import Path

import pytest

from intake.domain.receipt import Outcome
from tests.harness.books import Books
from tests.harness.certificate import make_certificate
from tests.harness.desk_process import Setup, running
from tests.mta.picky_sink import PickySink
from tests.mta.reading import answer_to, story_of, subject_of
from tests.mta.swaks import swaks

pytestmark = pytest.mark.mta

ANN = "ann@people.example"
BODY = "The printer on the third floor is jammed. I have opened every flap."
MANNERS = {
    "an ordinary client": (),
    "one that would like TLS": ("--tls-optional",),
    "one that would pipeline": ("--pipeline",),
    "one that says HELO": ("--protocol", "SMTP"),
}


@pytest.mark.parametrize("options", MANNERS.values(), ids=MANNERS.keys())
def test_a_mail_of_swaks_becomes_a_ticket_and_is_answered(
    options: tuple[str, ...], setup: Setup, books: Books, sink: PickySink
) -> None:
    with running(setup) as desk:
        talk = swaks(desk.smtp, *options, sender=ANN, subject="Printer is jammed", body=BODY)
        assert talk.code == 0, talk.transcript
        answer = answer_to(sink, ANN)
    (entry,) = books.read().ledger
    assert (entry.id, entry.outcome) == (talk.kept_as, Outcome.OPENED)
    assert answer.mail["Subject"] == f"[HD-{entry.ticket}] Printer is jammed"
    assert story_of(setup, entry.ticket).messages[0].body == BODY
    assert " -> STARTTLS" not in talk.transcript


def test_a_subject_in_many_scripts_comes_through(setup: Setup, books: Books, sink: PickySink) -> None:
    subject = "Drucker klemmt – imprimante bloquée – 打印机卡纸 – принтер 🖨"
    typed = ("--add-header", "MIME-Version: 1.0", "--add-header", "Content-Type: text/plain; charset=utf-8")
    with running(setup) as desk:
        talk = swaks(desk.smtp, *typed, sender=ANN, subject=subject, body="Bitte helfen Sie: Papierstau. Größe A4.")
        assert talk.code == 0, talk.transcript
        answer = answer_to(sink, ANN)
    (entry,) = books.read().ledger
    story = story_of(setup, entry.ticket)
    assert (story.line.ticket.short_description, story.messages[0].body) == (subject, "Bitte helfen Sie: Papierstau. Größe A4.")
    assert subject_of(answer.mail) == f"[HD-{entry.ticket}] {subject}"


def test_an_attachment_is_kept_byte_for_byte(setup: Setup, books: Books, sink: PickySink, tmp_path: Path) -> None:
    file = tmp_path / "screen shot.png"
    file.write_bytes(bytes(range(256)) * 100)
    attached = ("--attach-type", "image/png", "--attach-name", file.name, "--attach", f"@{file}")
    with running(setup) as desk:
        talk = swaks(desk.smtp, *attached, sender=ANN, subject="Error on screen", body=BODY)
        assert talk.code == 0, talk.transcript
        answer_to(sink, ANN)
    pages = books.read()
    assert file.read_bytes() in pages.raw.values()
    assert story_of(setup, pages.ledger[0].ticket).messages[0].body == BODY


def test_swaks_hears_that_there_is_no_such_address(setup: Setup, books: Books) -> None:
    with running(setup) as desk:
        talk = swaks(desk.smtp, sender=ANN, to="nobody@desk.example", subject="Hello", body=BODY)
    assert talk.code == 24, talk.transcript  # "error RCPT"
    assert "<** 550 5.1.1" in talk.transcript
    assert books.read().ledger == ()


def test_swaks_writes_over_tls(setup: Setup, books: Books, sink: PickySink, tmp_path: Path) -> None:
    made = make_certificate(tmp_path)
    with running(replace(setup, certificate=made)) as desk:
        checked = ("--tls", "--tls-verify", "--tls-ca-path", str(made.cert))
        talk = swaks(desk.smtp, *checked, sender=ANN, subject="Printer is jammed", body=BODY)
        assert talk.code == 0, talk.transcript
    assert "=== TLS started" in talk.transcript
    assert [entry.id for entry in books.read().ledger] == [talk.kept_as]
