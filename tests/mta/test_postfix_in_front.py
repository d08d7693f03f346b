"""Postfix takes the mail of the world and brings it to the desk, again and again if it must."""

from dataclasses import replace

import pytest

from channels.serve.step import Step
from intake.domain.receipt import Outcome
from tests.crash.trouble import locked
from tests.harness.books import Books
from tests.harness.desk_process import DESK_ADDRESS, Faults, Setup
from tests.harness.patience import wait_until
from tests.mta.picky_sink import PickySink
from tests.mta.postfix import Postfix, desk_behind
from tests.mta.reading import answer_to
from tests.mta.smtp_source import smtp_source
from tests.mta.swaks import swaks

pytestmark = pytest.mark.mta

ANN = "ann@people.example"
MAILS = 200


def write_to_the_desk(postfix: Postfix) -> None:
    assert swaks(postfix.smtp, sender=ANN, subject="Printer", body="It is jammed.").code == 0


def assert_one_ticket_with_one_answer(books: Books, sink: PickySink) -> None:
    answer_to(sink, ANN)
    books.wait_until_all_is_sent()
    pages = books.read()
    assert [entry.outcome for entry in pages.ledger] == [Outcome.OPENED]
    assert len(pages.tickets) == 1
    assert len(sink.given_to(ANN)) == 1


def test_mail_for_a_locked_store_waits_at_postfix_and_opens_one_ticket(
    setup: Setup, books: Books, postfix: Postfix, sink: PickySink
) -> None:
    with desk_behind(postfix, setup) as desk:
        with locked(setup, desk):
            write_to_the_desk(postfix)
            (waiting,) = postfix.wait_until_deferred().recipients
        assert waiting.address == DESK_ADDRESS
        assert "said: 451 4.3.0" in waiting.delay_reason
        assert books.read().ledger == ()
        postfix.flush()
        postfix.wait_until_empty()
        assert_one_ticket_with_one_answer(books, sink)


def test_mails_whose_250_was_lost_are_brought_again_and_open_one_ticket_each(
    setup: Setup, books: Books, postfix: Postfix, sink: PickySink
) -> None:
    without_relay = replace(setup, relay="")  # then what the desk writes under load is mail, and it dies writing that
    with desk_behind(postfix, without_relay, Faults(kill_at=Step.COMMITTED, nth=12)) as desk:
        smtp_source(postfix.smtp, MAILS, sender=ANN)
        desk.wait_until_dead()
        wait_until(lambda: len(postfix.queue()) == len(postfix.deferred()), "Postfix has given up for now")
    assert postfix.log().count("250 2.6.0 Kept as") < len(books.read().ledger)
    assert "message may be sent more than once" in postfix.log()
    with desk_behind(postfix, setup):
        postfix.flush()
        postfix.wait_until_empty()
        books.wait_until_all_is_sent()
    pages = books.read()
    assert (len(pages.ledger), len(pages.tickets), len(sink.given_to(ANN))) == (MAILS, MAILS, MAILS)
