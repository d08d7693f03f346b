"""Delivery reports as Postfix writes them, brought to the desk by Postfix."""

import smtplib
from pathlib import Path

import pytest

from channels.email.parse import parse
from intake.domain.arrival import Arrival
from intake.domain.delivery import DeliveryState
from intake.domain.message import Bounce, InboundMessage, Nature
from intake.domain.receipt import LedgerEntry, Outcome
from tests.harness.books import Books, Pages
from tests.harness.desk_process import DESK_ADDRESS, Setup
from tests.harness.patience import wait_until
from tests.mta.picky_sink import FULL_MAILBOX, NO_SUCH_USER, PickySink
from tests.mta.postfix import Postfix, desk_behind
from tests.mta.reading import answer_to, story_of
from tests.mta.swaks import swaks

pytestmark = pytest.mark.mta

ANN = "ann@people.example"
GONE = "gone@people.example"


def the_report(books: Books, after: int) -> LedgerEntry:
    wait_until(lambda: len(books.read().ledger) > after, "the report is in")
    return books.read().ledger[0]


def understood(pages: Pages, entry: LedgerEntry) -> InboundMessage:
    """What the desk makes of the bytes that came."""
    raw = pages.raw[entry.sha256]
    return parse(Arrival(channel=entry.channel, received_at=entry.received_at, raw=raw, envelope=entry.envelope))


def nobody_was_answered(sink: PickySink) -> bool:
    return not any(mail.mail["Auto-Submitted"] == "auto-replied" for mail in sink.received)


def test_a_report_about_mail_of_no_ticket_is_suppressed(setup: Setup, books: Books, postfix: Postfix, sink: PickySink) -> None:
    sink.refusals[GONE] = NO_SUCH_USER
    with desk_behind(postfix, setup):
        assert swaks(postfix.smtp, sender=DESK_ADDRESS, to=GONE, subject="Your question", body="Here it is.").code == 0
        entry = the_report(books, after=0)
        postfix.wait_until_empty()
    message = understood(books.read(), entry)
    assert (entry.outcome, entry.ticket) == (Outcome.SUPPRESSED, None)
    assert entry.envelope["mail_from"] in {"", "<>"}
    assert (message.nature, message.bounce) == (Nature.BOUNCE, Bounce(recipients=(GONE,), temporary=False, status="5.1.1"))
    assert nobody_was_answered(sink)


def test_a_warning_that_mail_is_late_is_no_failure(mta_folder: Path, setup: Setup, books: Books, sink: PickySink) -> None:
    sink.refusals[GONE] = FULL_MAILBOX
    postfix = Postfix(mta_folder, relay=sink.smtp, settings={"delay_warning_time": "1s"})
    with desk_behind(postfix, setup):
        assert swaks(postfix.smtp, sender=DESK_ADDRESS, to=GONE, subject="Your question", body="Here it is.").code == 0
        postfix.wait_until_deferred()

        def told() -> bool:
            postfix.flush()
            return bool(books.read().ledger)

        wait_until(told, "the warning is in")
    (entry,) = books.read().ledger
    message = understood(books.read(), entry)
    assert entry.outcome is Outcome.SUPPRESSED
    assert (message.nature, message.bounce) == (Nature.DELAYED, Bounce(recipients=(GONE,), temporary=True, status="4.2.2"))
    assert nobody_was_answered(sink)


def test_a_report_sent_to_a_reply_address_is_filed_on_its_ticket(
    setup: Setup, books: Books, postfix: Postfix, sink: PickySink
) -> None:
    sink.refusals[GONE] = NO_SUCH_USER
    with desk_behind(postfix, setup):
        assert swaks(postfix.smtp, sender=ANN, subject="Printer", body="It is jammed.").code == 0
        reply_to = answer_to(sink, ANN).mail["Reply-To"]
        assert swaks(postfix.smtp, sender=reply_to, to=GONE, subject="Please help her", body="Her printer.").code == 0
        report = the_report(books, after=1)
        postfix.wait_until_empty()
    first = books.read().ledger[-1]
    assert (report.outcome, report.ticket) == (Outcome.APPENDED, first.ticket)
    assert report.reason == "bounce mail filed: sent to the ticket's signed reply address"
    assert [message.public for message in story_of(setup, first.ticket).messages] == [True, False]
    assert len(sink.given_to(ANN)) == 1


@pytest.mark.parametrize(("largest", "part"), [("50000", b"message/rfc822"), ("100", b"text/rfc822-headers")])
def test_a_report_about_our_own_acknowledgement_marks_it_as_failed(
    largest: str, part: bytes, mta_folder: Path, setup: Setup, books: Books, sink: PickySink
) -> None:
    """As behind a relay that gives our mail a sender, whatever we say. A mail over `largest` bytes is not returned whole."""
    postfix = Postfix(mta_folder, relay=sink.smtp, settings={"bounce_size_limit": largest})
    with desk_behind(postfix, setup):
        assert swaks(postfix.smtp, sender=ANN, subject="Printer", body="It is jammed.").code == 0
        ours = answer_to(sink, ANN)
        books.wait_until_all_is_sent()
        sink.refusals[ANN] = NO_SUCH_USER
        host, _, port = postfix.smtp.partition(":")
        with smtplib.SMTP(host, int(port), timeout=30) as relay:
            relay.sendmail(DESK_ADDRESS, [ANN], ours.mail.as_bytes())
        report = the_report(books, after=1)
        postfix.wait_until_empty()
    pages = books.read()
    assert b"Content-Type: " + part in pages.raw[report.sha256]
    assert (report.outcome, report.ticket) == (Outcome.APPENDED, pages.ledger[-1].ticket)
    (delivery,) = (delivery for delivery in pages.deliveries if delivery.address == ANN)
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, "bounced 5.1.1")
