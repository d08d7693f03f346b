"""Five hundred mails from Postfix's load generator, straight to the desk and through Postfix."""

import pytest

from intake.domain.receipt import Outcome
from tests.harness.books import Books
from tests.harness.desk_process import Setup, running
from tests.mta.postfix import Postfix, desk_behind
from tests.mta.smtp_source import smtp_source

pytestmark = pytest.mark.mta

MAILS = 500
ANN = "ann@people.example"


def assert_a_ticket_for_each(books: Books) -> None:
    pages = books.read()
    assert len({entry.external_id for entry in pages.ledger}) == MAILS
    assert {entry.outcome for entry in pages.ledger} == {Outcome.OPENED}
    assert len({entry.ticket for entry in pages.ledger}) == len(pages.tickets) == MAILS


def test_all_that_was_accepted_over_twenty_sessions_is_in_the_ledger(setup: Setup, books: Books) -> None:
    with running(setup) as desk:
        smtp_source(desk.smtp, MAILS, sender=ANN)
        assert_a_ticket_for_each(books)


def test_all_that_postfix_accepted_is_in_the_ledger(setup: Setup, books: Books, postfix: Postfix) -> None:
    with desk_behind(postfix, setup):
        smtp_source(postfix.smtp, MAILS, sender=ANN)
        postfix.wait_until_empty()
        assert postfix.log().count("250 2.6.0 Kept as") == MAILS
        assert_a_ticket_for_each(books)
