"""Postfix hands mail over by LMTP, and keeps count of its recipients."""

from dataclasses import replace

import pytest

from intake.domain.receipt import Outcome
from tests.crash.trouble import locked
from tests.harness.books import Books
from tests.harness.desk_process import DESK_ADDRESS, Setup
from tests.mta.picky_sink import PickySink
from tests.mta.postfix import Postfix, desk_behind
from tests.mta.reading import answer_to
from tests.mta.swaks import swaks

pytestmark = pytest.mark.mta

ANN = "ann@people.example"
BOTH = f"{DESK_ADDRESS},postmaster@desk.example"


@pytest.fixture
def by_lmtp(setup: Setup) -> Setup:
    return replace(setup, lmtp=True)


def write_to_both(postfix: Postfix) -> None:
    assert swaks(postfix.smtp, sender=ANN, to=BOTH, subject="Printer", body="It is jammed.").code == 0


def assert_one_ticket_with_one_answer(books: Books, sink: PickySink) -> None:
    answer_to(sink, ANN)
    books.wait_until_all_is_sent()
    pages = books.read()
    assert [entry.outcome for entry in pages.ledger] == [Outcome.OPENED]
    assert pages.ledger[0].envelope["rcpt_to"] == BOTH
    assert len(sink.given_to(ANN)) == 1


def test_two_recipients_are_one_ticket_and_both_are_delivered(
    by_lmtp: Setup, books: Books, postfix: Postfix, sink: PickySink
) -> None:
    with desk_behind(postfix, by_lmtp):
        write_to_both(postfix)
        postfix.wait_until_empty()
        assert_one_ticket_with_one_answer(books, sink)
    assert postfix.log().count("status=sent (250 2.6.0 Kept as") == 2
    assert "lost connection" not in postfix.log()


def test_two_recipients_wait_at_postfix_while_the_store_is_locked(
    by_lmtp: Setup, books: Books, postfix: Postfix, sink: PickySink
) -> None:
    with desk_behind(postfix, by_lmtp) as desk:
        with locked(by_lmtp, desk):
            write_to_both(postfix)
            waiting = postfix.wait_until_deferred().recipients
        assert [recipient.address for recipient in waiting] == BOTH.split(",")
        assert all("said: 451 4.3.0" in recipient.delay_reason for recipient in waiting)
        postfix.flush()
        postfix.wait_until_empty()
        assert_one_ticket_with_one_answer(books, sink)
