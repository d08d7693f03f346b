"""Mail that the desk fetches: from a real IMAP server, marked after the commit, each mail one ticket."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

import pytest
from pydantic import ValidationError

from channels.email.imap.mailbox import ImapMailbox
from channels.email.imap.poller import MailboxPoller
from channels.email.imap.settings import ImapAccount, imap_account_of
from channels.email.settings import EmailSettings
from intake.domain.arrival import Arrival
from intake.domain.errors import StoreUnavailable
from intake.domain.mailbox_cursor import MailboxCursor
from intake.domain.receipt import Outcome, Receipt
from tests.harness.imap_server import ImapServer, pymap
from tests.harness.patience import wait_until
from tests.serve.open_desk import open_desk
from tests.serve.test_mail_in_and_out import letter, until

DONE = {"\\Seen"}  # pymap keeps no keywords; Dovecot does: tests/mta/test_dovecot.py


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with pymap() as server:
        yield server


def told(server: ImapServer) -> dict[str, str | int]:
    return {"imap": server.url, "imap_poll_seconds": 1}


async def flags(server: ImapServer, folder: str = "INBOX") -> list[set[str]]:
    return list(await asyncio.to_thread(server.flags, folder))


async def test_mail_that_waits_and_mail_that_comes_become_tickets_and_are_marked(tmp_path: Path, server: ImapServer) -> None:
    server.delivers(letter("Read long ago", "Never mind.", "m0"), seen=True)
    server.delivers(letter("Printer", "It is jammed.", "m1"))
    async with open_desk(tmp_path, **told(server)) as desk:
        await until(lambda: len(desk.tickets()) == 1, "what waited is taken in")
        await asyncio.to_thread(server.delivers, letter("Scanner", "It is dark.", "m2"), letter("Mouse", "It is gone.", "m3"))
        await until(lambda: len(desk.tickets()) == 3, "what comes is taken in")
        await asyncio.sleep(0.2)
        assert await flags(server) == [{"\\Seen"}, DONE, DONE, DONE]
        assert [line.ticket.short_description for line in desk.tickets()] == ["Printer", "Scanner", "Mouse"]


async def test_mail_that_a_colleague_read_first_is_taken_in_all_the_same(tmp_path: Path, server: ImapServer) -> None:
    async with open_desk(tmp_path, **told(server)) as desk:
        await asyncio.sleep(1)
        await asyncio.to_thread(partial(server.delivers, letter("Printer", "It is jammed."), seen=True))
        await until(lambda: len(desk.tickets()) == 1, "it is taken in")


async def test_taken_mail_is_moved_where_the_administrator_said(tmp_path: Path, server: ImapServer) -> None:
    server.delivers(letter("Printer", "It is jammed."))
    async with open_desk(tmp_path, imap_done_folder="Ticketed", **told(server)) as desk:
        await until(lambda: len(desk.tickets()) == 1, "it is taken in")
        await asyncio.sleep(0.5)
        assert await flags(server) == []
        assert await flags(server, "Ticketed") == [DONE]


async def test_a_mail_that_also_came_by_smtp_is_one_ticket(tmp_path: Path, server: ImapServer) -> None:
    async with open_desk(tmp_path, **told(server)) as desk:
        await desk.mails(letter("Printer", "It is jammed."))
        await asyncio.to_thread(server.delivers, letter("Printer", "It is jammed."))
        for _ in range(100):
            if await flags(server) == [DONE]:
                break
            await asyncio.sleep(0.1)
        assert await flags(server) == [DONE]
        assert [entry.outcome for entry in desk.ledger()] == [Outcome.OPENED]


async def test_a_desk_that_was_closed_goes_on_where_it_was(tmp_path: Path, server: ImapServer) -> None:
    server.delivers(letter("Printer", "It is jammed.", "m1"))
    async with open_desk(tmp_path, **told(server)) as desk:
        await until(lambda: len(desk.tickets()) == 1, "it is taken in")
    server.delivers(letter("Scanner", "It is dark.", "m2"), seen=True)
    async with open_desk(tmp_path, **told(server)) as desk:
        await until(lambda: len(desk.tickets()) == 2, "what came meanwhile is taken in")
        assert len(desk.ledger()) == 2


@dataclass(slots=True)
class Desk:
    """Answers as the desk would; forgets nothing it was told to keep."""

    refuses: int = 0
    arrivals: list[Arrival] = field(default_factory=list)
    cursor: MailboxCursor | None = None
    ours: bool = True

    def receive(self, arrival: Arrival) -> Receipt:
        if self.refuses:
            self.refuses -= 1
            raise StoreUnavailable("not now")
        self.arrivals.append(arrival)
        return Receipt(id=len(self.arrivals), outcome=Outcome.OPENED, ticket=1001, reason="", duplicate=False)

    def get(self, mailbox: str) -> MailboxCursor | None:
        return self.cursor

    def save(self, cursor: MailboxCursor) -> None:
        self.cursor = cursor

    def is_ours(self) -> bool:
        return self.ours

    def give_up(self) -> None:
        self.ours = False


class Dying(ImapMailbox):
    """The power fails between the commit and the mark, once."""

    deaths = 1

    def mark_taken(self, uid: int) -> None:
        if Dying.deaths:
            Dying.deaths -= 1
            raise ConnectionResetError("the power failed")
        super().mark_taken(uid)


def poller(desk: Desk, account: ImapAccount, kind: type[ImapMailbox] = ImapMailbox) -> MailboxPoller:
    return MailboxPoller(
        account=account,
        visit=partial(kind, account, largest=1_000_000),
        receive=desk.receive,
        cursors=desk,
        singleton=desk,
        clock=lambda: datetime.now(UTC),
        random=Random(7),
        poll_seconds=0.2,
    )


def runs(asked: MailboxPoller) -> threading.Thread:
    thread = threading.Thread(target=asked.run, daemon=True)
    thread.start()
    return thread


def ends(asked: MailboxPoller, thread: threading.Thread) -> None:
    asked.stop.set()
    thread.join(20)
    assert not thread.is_alive()


def test_a_desk_that_says_later_is_asked_again_and_the_mail_stays_unread(server: ImapServer) -> None:
    server.delivers(letter("Printer", "It is jammed."))
    desk = Desk(refuses=1)
    asked = poller(desk, imap_account_of(server.url))
    thread = runs(asked)
    wait_until(lambda: desk.refuses == 0, "the desk refuses")
    assert server.flags() == [set()]
    wait_until(lambda: len(desk.arrivals) == 1 and server.flags() == [DONE], "it is taken in at the second try")
    ends(asked, thread)
    assert desk.arrivals[0].raw == letter("Printer", "It is jammed.")
    assert not desk.ours


def test_a_mail_that_was_kept_and_not_marked_is_brought_again(server: ImapServer) -> None:
    """The ledger makes one ticket of both: `test_a_mail_that_also_came_by_smtp_is_one_ticket`."""
    desk = Desk()
    asked = poller(desk, imap_account_of(server.url), Dying)
    thread = runs(asked)
    wait_until(lambda: desk.cursor is not None, "the mailbox was looked at")
    server.delivers(letter("Printer", "It is jammed."))
    wait_until(lambda: len(desk.arrivals) == 2 and server.flags() == [DONE], "it is brought again, and marked")
    ends(asked, thread)
    assert desk.arrivals[0].raw == desk.arrivals[1].raw


def test_a_server_that_numbers_its_mails_anew_is_read_again(server: ImapServer) -> None:
    server.delivers(letter("One", "x", "m1"), seen=True)
    desk = Desk()
    asked = poller(desk, imap_account_of(server.url))
    desk.cursor = MailboxCursor(mailbox=asked.account.name, uid_validity=1, last_uid=999, since=datetime.now(UTC))
    thread = runs(asked)
    wait_until(lambda: desk.cursor is not None and desk.cursor.uid_validity != 1, "the new numbers are remembered")
    ends(asked, thread)
    assert len(desk.arrivals) == 1
    assert desk.cursor.last_uid < 999


def test_who_is_not_the_one_leaves_the_mailbox_alone(server: ImapServer) -> None:
    server.delivers(letter("Printer", "It is jammed."))
    desk = Desk(ours=False)
    asked = poller(desk, imap_account_of(server.url))
    thread = runs(asked)
    threading.Event().wait(1)
    assert (desk.arrivals, server.flags()) == ([], [set()])
    desk.ours = True
    wait_until(lambda: len(desk.arrivals) == 1, "it takes over")
    ends(asked, thread)


def test_a_server_that_goes_away_is_found_again_and_stopping_never_waits_long() -> None:
    desk = Desk()
    with pymap() as server:
        asked = poller(desk, imap_account_of(server.url))
        thread = runs(asked)
        wait_until(lambda: desk.cursor is not None, "the mailbox was looked at")
    threading.Event().wait(0.5)
    assert thread.is_alive()
    ends(asked, thread)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("imap.example", "must look like imaps"),
        ("imaps://imap.example/INBOX", "must look like imaps"),
        ("imap://me:hunter2@imap.example", "in the clear"),
        ("imaps://me:hunter2@imap.example:x", "must look like imaps"),
        ("imaps://me:hunter2@imap.example,imaps://me:other@imap.example/INBOX", "one mailbox twice"),
    ],
)
def test_what_is_no_mailbox_is_refused(url: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says) as caught:
        EmailSettings.model_validate({"imap": url})
    assert "hunter2" not in str(caught.value.errors(include_input=False, include_url=False, include_context=False))


def test_a_mailbox_is_read_from_its_url_and_names_no_secret() -> None:
    account = imap_account_of("imaps://desk%40corp.example:p%2Cw%40@imap.example/Help/IT")
    assert (account.port, account.tls, account.username) == (993, True, "desk@corp.example")
    assert account.password.get_secret_value() == "p,w@"
    assert account.name == "desk@corp.example@imap.example/Help/IT"
    assert "p,w@" not in repr(account)
