"""Dovecot goes away, falls silent, or numbers its mails anew, while the desk watches."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from channels.email.imap.mailbox import KEYWORD
from intake.domain.receipt import Outcome
from tests.harness.books import Books
from tests.harness.desk_process import DeskProcess, Setup, running
from tests.harness.imap_server import ImapServer
from tests.harness.patience import wait_until
from tests.harness.tcp_proxy import tcp_proxy
from tests.harness.tier import ci, demand
from tests.mta.dovecot import dovecot
from tests.mta.test_dovecot import letter

pytestmark = pytest.mark.mta

DONE = {"\\Seen", KEYWORD}


@pytest.fixture(autouse=True)
def _dovecot_is_there() -> None:
    demand(("dovecot",), remedy="apt-get install dovecot-imapd", in_ci=ci())


def by_way_of(server: ImapServer, port: int, folder: str = "INBOX") -> str:
    return server.url.replace(f":{server.port}/INBOX", f":{port}/{folder}")


def warnings(desk: DeskProcess, event: str) -> int:
    return sum(event in line for line in desk.log)


@pytest.mark.parametrize("how", ["cut", "fall_silent"])
def test_a_wire_that_breaks_during_idle_is_laid_again(how: str, setup: Setup, books: Books, mta_folder: Path) -> None:
    with dovecot(mta_folder) as server, tcp_proxy(server.port) as proxy:
        fetching = replace(setup, imap=by_way_of(server, proxy.port), imap_poll_seconds=2)
        with running(fetching) as desk:
            server.delivers(letter("one"))
            wait_until(lambda: server.flags() == [DONE], "the first is taken in")
            getattr(proxy, how)()
            server.delivers(letter("two"))
            wait_until(lambda: server.flags() == [DONE, DONE], "the second is taken in all the same")
            assert warnings(desk, "imap.try_again") >= 1
    assert [entry.outcome for entry in books.read().ledger] == [Outcome.OPENED] * 2


def forget_the_numbers(server: ImapServer, folder: Path) -> None:
    for file in [*folder.rglob("dovecot-uidlist"), *folder.rglob("dovecot.index*"), *folder.rglob("dovecot-uidvalidity*")]:
        file.unlink(missing_ok=True)
    mail = folder / "new" / "3.three.people.example"  # as a delivery agent does; Dovecot itself is confused for a moment
    (folder / "tmp" / mail.name).write_bytes(letter("three"))
    shutil.chown(folder / "tmp" / mail.name, user="mail", group="mail")
    (folder / "tmp" / mail.name).rename(mail)


def make_the_folder_anew(server: ImapServer, folder: Path) -> None:
    with server.opened() as box:
        box.folder.delete("Help")
        box.folder.create("Help")
    server.delivers(letter("three"), folder="Help")


@pytest.mark.parametrize(("how", "folder"), [(forget_the_numbers, "INBOX"), (make_the_folder_anew, "Help")])
def test_mails_that_are_numbered_anew_are_read_and_none_becomes_two_tickets(
    how: Callable[[ImapServer, Path], None], folder: str, setup: Setup, books: Books, mta_folder: Path
) -> None:
    with dovecot(mta_folder) as server:
        with server.opened() as box:
            if folder != "INBOX":
                box.folder.create(folder)
        fetching = replace(setup, imap=by_way_of(server, server.port, folder), imap_poll_seconds=2)
        with running(fetching) as desk:
            for name in ("one", "two"):
                server.delivers(letter(name), folder=folder)
            wait_until(lambda: server.flags(folder) == [DONE, DONE], "the first two are taken in")
            how(server, mta_folder / "mail")
            wait_until(lambda: len(books.read().tickets) == 3, f"the third is a ticket\n{desk.last_words()}")
            wait_until(lambda: warnings(desk, "imap.numbered_anew") >= 1, "and the log says what happened")
    assert [entry.outcome for entry in books.read().ledger] == [Outcome.OPENED] * 3


def test_a_server_that_is_restarted_is_found_again(setup: Setup, books: Books, mta_folder: Path) -> None:
    with tcp_proxy(0) as proxy:
        fetching = replace(setup, imap="", imap_poll_seconds=2)
        with dovecot(mta_folder) as server:
            proxy.target = server.port
            fetching = replace(fetching, imap=by_way_of(server, proxy.port))
            desk = DeskProcess(fetching)
            desk.wait_until_open()
            server.delivers(letter("one"))
            wait_until(lambda: server.flags() == [DONE], "the first is taken in")
        with desk:
            proxy.cut()  # its children would go on for half a minute
            wait_until(lambda: warnings(desk, "imap.try_again") >= 2, "the desk says that it is gone")
            with dovecot(mta_folder) as server:
                proxy.target = server.port
                server.delivers(letter("two"))
                wait_until(lambda: server.flags() == [DONE, DONE], "the second is taken in")
    assert [entry.outcome for entry in books.read().ledger] == [Outcome.OPENED] * 2
