"""The wire to a mailbox: news at any moment is heard, and a server that goes away in any way is missed and found again."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from random import Random

import pytest

from channels.email.imap.mailbox import ImapMailbox
from channels.email.imap.poller import MailboxPoller
from channels.email.imap.settings import imap_account_of
from intake.domain.mailbox_cursor import MailboxCursor
from tests.harness.imap_server import ImapServer, pymap
from tests.harness.patience import wait_until
from tests.harness.scripted_imap import Moment, scripted_imap
from tests.harness.tcp_proxy import tcp_proxy
from tests.serve.test_imap import Desk, ends, runs
from tests.serve.test_mail_in_and_out import letter

SELDOM = 600.0  # seconds between polls: whoever waits for one fails
OFTEN = 0.5
LETTER = letter("Printer", "It is jammed.")


@dataclass(slots=True)
class Watchdog:
    looks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def looked(self, mailbox: str) -> None:
        self.looks.append(mailbox)

    def failed(self, mailbox: str, why: str) -> None:
        self.failures.append(f"{mailbox}: {why}")


def poller(desk: Desk, url: str, seconds: float, watchdog: Watchdog | None = None) -> MailboxPoller:
    account = imap_account_of(url)
    told = watchdog or Watchdog()
    return MailboxPoller(
        account=account,
        visit=partial(ImapMailbox, account, largest=1_000_000, patience=1.0),
        receive=desk.receive,
        cursors=desk,
        singleton=desk,
        clock=lambda: datetime.now(UTC),
        random=Random(7),
        poll_seconds=seconds,
        looked=told.looked,
        failed=told.failed,
    )


def through(port: int, server: ImapServer) -> str:
    return server.url.replace(f":{server.port}/", f":{port}/")


@pytest.mark.parametrize("moment", Moment, ids=lambda moment: moment.value)
def test_a_mail_that_comes_between_the_look_and_the_waiting_is_seen(moment: Moment) -> None:
    desk = Desk()
    with scripted_imap(LETTER, moment) as server:
        asked = poller(desk, server.url, SELDOM)
        thread = runs(asked)
        wait_until(lambda: len(desk.arrivals) == 1, "it is taken in", at_most=20)
        ends(asked, thread)
    assert desk.arrivals[0].raw == LETTER


def test_a_server_that_repeats_itself_is_not_asked_again_and_again() -> None:
    desk, watchdog = Desk(), Watchdog()
    with scripted_imap(LETTER, chatty=True) as server:
        server.mails.append(LETTER)
        asked = poller(desk, server.url, SELDOM, watchdog)
        thread = runs(asked)
        wait_until(lambda: server.count("IDLE") == 3, "it looks once, once more, and then waits")
        threading.Event().wait(1)
        assert server.count("SEARCH") == 3
        ends(asked, thread)
    assert (len(watchdog.looks), watchdog.failures) == (1, [])


def test_a_folder_that_is_made_anew_while_the_desk_watches_is_read_again() -> None:
    desk = Desk(cursor=MailboxCursor(mailbox="desk@127.0.0.1/INBOX", uid_validity=7, last_uid=9, since=datetime.now(UTC)))
    with scripted_imap(LETTER) as server:
        asked = poller(desk, server.url, OFTEN)
        thread = runs(asked)
        wait_until(lambda: server.count("IDLE") > 1, "the desk watches")
        server.uid_validity = 8
        server.mails.append(LETTER)
        wait_until(lambda: len(desk.arrivals) == 1, "it is taken in, though its number is below the last")
        ends(asked, thread)
    assert desk.arrivals[0].envelope["uid"] == "8/1"


@pytest.mark.parametrize("how", ["cut", "fall_silent"])
def test_a_wire_that_breaks_while_the_desk_waits_is_missed_and_laid_again(how: str) -> None:
    desk, watchdog = Desk(), Watchdog()
    with pymap() as server, tcp_proxy(server.port) as proxy:
        asked = poller(desk, through(proxy.port, server), OFTEN, watchdog)
        thread = runs(asked)
        wait_until(lambda: desk.cursor is not None, "the mailbox was looked at")
        getattr(proxy, how)()
        server.delivers(LETTER)
        wait_until(lambda: proxy.visits > 1, "the desk comes again")
        wait_until(lambda: len(desk.arrivals) == 1, "and takes in what came")
        ends(asked, thread)
    assert watchdog.failures, "and somebody could have been told"


def test_a_server_that_is_gone_is_told_and_looks_are_told_when_it_is_back() -> None:
    watchdog = Watchdog()
    with pymap() as server:
        asked = poller(Desk(), server.url, SELDOM, watchdog)
        thread = runs(asked)
        wait_until(lambda: len(watchdog.looks) == 1, "a look is told")
    wait_until(lambda: len(watchdog.failures) >= 2, "failures are told")
    ends(asked, thread)
    assert watchdog.looks == [asked.account.name]
    assert watchdog.failures[0].startswith("demouser@127.0.0.1/INBOX: ")


def test_a_watchdog_that_stumbles_does_not_end_the_fetching() -> None:
    def stumbles(*_: str) -> None:
        raise RuntimeError("the watchdog stumbles")

    desk = Desk()
    with scripted_imap(LETTER, Moment.WITH_THE_PLUS) as server:
        asked = poller(desk, server.url, OFTEN)
        asked.failed = stumbles
        desk.refuses = 1
        thread = runs(asked)
        wait_until(lambda: len(desk.arrivals) == 1, "it is taken in at the second try")
        ends(asked, thread)


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        (
            "?address=Desk%40corp.example&authserv_id=mx.corp.example,MX2.corp.example",
            ("desk@corp.example", "mx.corp.example,mx2.corp.example"),
        ),
        ("", (None, None)),
    ],
)
def test_the_envelope_says_for_whom_the_mailbox_is_and_whose_word_counts(
    behind: str, expected: tuple[str | None, str | None]
) -> None:
    desk = Desk()
    with scripted_imap(LETTER, Moment.WITH_THE_PLUS) as server:
        asked = poller(desk, server.url + behind, SELDOM)
        thread = runs(asked)
        wait_until(lambda: len(desk.arrivals) == 1, "it is taken in")
        ends(asked, thread)
    envelope = desk.arrivals[0].envelope
    assert (envelope.get("rcpt_to"), envelope.get("authserv_id"), envelope.get("mail_from")) == (*expected, None)
