"""One visit to a mailbox by IMAP: what is new there, its bytes, marking what was taken in, waiting for more."""

import imaplib
import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

import structlog
from imap_tools import AND, BaseMailBox
from imap_tools.errors import MailboxFolderSelectError

from channels.email.imap.faults import IMAP_FAULTS, NoSuchFolder
from channels.email.imap.oauth_tokens import TokenSource
from channels.email.imap.settings import ImapAccount
from channels.email.imap.sign_in import can_do, sign_in
from channels.email.imap.wire import Wire, connect

PATIENCE = 30.0  # seconds for any one answer of the server
KEYWORD = "$Ticketed"
_PASSES_BY_ITSELF = re.compile(rb"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)\b", re.IGNORECASE)

log = structlog.get_logger()


class ImapMailbox:
    """Signed in, with its folder selected. Every method raises one of IMAP_FAULTS when the server will not or is gone."""

    def __init__(
        self,
        account: ImapAccount,
        tokens: TokenSource | None = None,
        *,
        largest: int,
        done_folder: str | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._account = account
        self._largest = largest
        self._done_folder = done_folder
        self._wire = connect(account, patience)
        try:
            sign_in(self._wire, account, tokens)
            can_do(self._wire)
            self._box = _Box(self._wire)
            if done_folder and not self._box.folder.exists(done_folder):
                self._box.folder.create(done_folder)
            self.select()
        except BaseException:
            self.hang_up()
            raise

    @property
    def announces(self) -> bool:
        """The server says by itself when there is new mail."""
        return "IDLE" in self._wire.capabilities

    def select(self) -> None:
        """Look at the folder anew: it may have been deleted and made again, and its mails have other numbers."""
        try:
            self._box.folder.set(self._account.folder)
        except MailboxFolderSelectError as fault:
            said = fault.command_result[1][-1] or b""
            if _PASSES_BY_ITSELF.search(said):
                raise ConnectionError(said.decode("utf-8", "replace")) from fault
            raise NoSuchFolder(f"no folder {self._account.folder}: {said.decode('utf-8', 'replace')}") from fault
        self.uid_validity = self._told("UIDVALIDITY")
        self.newest = self._told("UIDNEXT") - 1
        self._known = self._told("EXISTS")

    def close(self) -> None:
        """Polite where it can be; the connection is gone afterwards in any case."""
        try:
            self._wire.logout()
        except IMAP_FAULTS:
            self.hang_up()

    def unread(self) -> Sequence[int]:
        return self._search(f"UNSEEN UNKEYWORD {KEYWORD}")

    def since(self, day: date) -> Sequence[int]:
        return self._search(str(AND(date_gte=day)))

    def after(self, uid: int) -> Sequence[int]:
        """`n:*` names the last mail even if its UID is below n (RFC 9051, 9: seq-range)."""
        return [found for found in self._search(f"UID {uid + 1}:*") if found > uid]

    def raw(self, uid: int) -> bytes | None:
        """Left unread. None if it was taken away meanwhile; what is over the limit comes cut off there."""
        kind, said = self._wire.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{self._largest + 1}>)")
        _demand(kind, said)
        raw = next((bytes(part[1]) for part in said if isinstance(part, tuple)), None)
        if raw is not None and len(raw) > self._largest:
            log.warning("imap.cut", mailbox=self._account.name, uid=uid, limit=self._largest)
            return raw[: self._largest]
        return raw

    def mark_taken(self, uid: int) -> None:
        """Read and ticketed, and out of the way where a folder was named. That a server will not have it harms nobody."""
        if not self._flag(uid, f"(\\Seen {KEYWORD})") and not self._flag(uid, "(\\Seen)"):
            log.warning("imap.not_marked", mailbox=self._account.name, uid=uid)
        if not self._done_folder:
            return
        if "MOVE" not in self._wire.capabilities:  # a copy and an EXPUNGE would take others' deleted mail along
            log.warning("imap.cannot_move", mailbox=self._account.name)
            return
        self._box.move(str(uid), self._done_folder)

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Until something new is there, the time is over or `stop` is set. What was announced since `select`, in between the
        answers to other questions, is new as well: the server says it once."""
        announced = self._counted("EXISTS")
        here = self._known - len(self._counted("EXPUNGE"))
        if announced and announced[-1] > here:
            return
        known = announced[-1] if announced else here
        if not self.announces or not self._wire.idle_until_news(known, seconds, stop):
            stop.wait(seconds)

    def _flag(self, uid: int, flags: str) -> bool:
        """Not by imap_tools, which expunges after each flag."""
        kind, _ = self._wire.uid("STORE", str(uid), "+FLAGS.SILENT", flags)
        return kind == "OK"

    def _search(self, criteria: str) -> Sequence[int]:
        return sorted(int(uid) for uid in self._box.uids(criteria, charset=None))

    def _counted(self, what: str) -> Sequence[int]:
        _, said = self._wire.response(what)
        return [int(number) for number in said or () if isinstance(number, bytes) and number.isdigit()]

    def _told(self, what: str) -> int:
        if not (numbers := self._counted(what)):
            raise imaplib.IMAP4.error(f"the server does not tell {what}")
        return numbers[-1]

    def hang_up(self) -> None:
        """Without a word."""
        with suppress(*IMAP_FAULTS):
            self._wire.shutdown()


class _Box(BaseMailBox):
    """What imap_tools knows of folders and searches, over a connection of ours."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._wire


def _demand(kind: str, said: object) -> None:
    if kind != "OK":
        raise imaplib.IMAP4.error(f"the server says {kind}: {said!r}"[:200])
