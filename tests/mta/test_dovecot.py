"""The desk fetches its mail from Dovecot, which says at once when there is some."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from channels.email.imap.mailbox import KEYWORD
from channels.serve.step import Step
from intake.domain.receipt import Outcome
from tests.harness.books import Books
from tests.harness.desk_process import Faults, Setup, running
from tests.harness.patience import wait_until
from tests.harness.tier import ci, demand
from tests.mta.dovecot import dovecot

pytestmark = pytest.mark.mta

DONE = {"\\Seen", KEYWORD}


def letter(name: str) -> bytes:
    return (
        f"From: ann@people.example\r\nTo: desk@desk.example\r\nMessage-ID: <{name}@people.example>\r\n"
        f"Subject: Printer {name}\r\n\r\nIt is jammed.\r\n"
    ).encode()


@pytest.fixture(autouse=True)
def _dovecot_is_there() -> None:
    demand(("dovecot",), remedy="apt-get install dovecot-imapd", in_ci=ci())


def test_a_mail_is_a_ticket_within_two_seconds_of_its_delivery(setup: Setup, books: Books, mta_folder: Path) -> None:
    with dovecot(mta_folder) as server, running(replace(setup, imap=server.url)):
        server.delivers(letter("one"))
        wait_until(lambda: server.flags() == [DONE], "the first is taken in, and the desk waits for the next")
        time.sleep(0.5)
        server.delivers(letter("two"))
        wait_until(lambda: len(books.read().tickets) == 2, "the second is a ticket", at_most=2)
        wait_until(lambda: server.flags() == [DONE, DONE], "and marked")


def test_crashes_around_the_commit_leave_one_ticket_for_each_mail(setup: Setup, books: Books, mta_folder: Path) -> None:
    kept_and_not_marked = 0
    with dovecot(mta_folder) as server:
        fetching = replace(setup, imap=server.url)
        for nth in (1, 2, 3, 1, 2, 3):
            server.delivers(letter(str(len(server.flags()))))
            faults = Faults(kill_at=Step.COMMITTED, nth=nth, after=Step.UNDERSTOOD)
            with running(fetching, faults, may_die=True) as desk:
                desk.wait_until_dead()
            kept_and_not_marked += len(books.read().ledger) > server.flags().count(DONE)
        with running(fetching):
            wait_until(lambda: server.flags() == [DONE] * 6, "all are fetched, and marked")
        pages = books.read()
    assert kept_and_not_marked, "no crash came between the commit and the mark: choose other commits"
    assert [entry.outcome for entry in pages.ledger] == [Outcome.OPENED] * 6
    assert len(pages.tickets) == 6
