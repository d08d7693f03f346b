"""One visit to a mailbox by IMAP: what is new there, its bytes, marking what was taken in, waiting for more."""

import imaplib
import ssl
import threading
from collections.abc import Sequence
from datetime import date
from time import monotonic

import structlog
from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from channels.email.imap_settings import ImapAccount

TIMEOUT = 30.0  # seconds for any one answer of the server
KEYWORD = "$Ticketed"
IMAP_FAULTS = (OSError, imaplib.IMAP4.error, ImapToolsError)
_LOOK_UP = 1.0  # seconds between looks at `stop` while the server has nothing to say

log = structlog.get_logger()


class ImapMailbox:
    """Signed in, with its folder selected. Every method raises one of IMAP_FAULTS when the server will not or is gone."""

    def __init__(self, account: ImapAccount, *, largest: int, done_folder: str | None = None) -> None:
        self._name = account.name
        self._largest = largest
        self._done_folder = done_folder
        self._box = _connect(account)
        try:
            self._sign_in(account)
            self.uid_validity = self._told("UIDVALIDITY")
            self.newest = self._told("UIDNEXT") - 1
        except BaseException:
            self._box.client.shutdown()
            raise

    def _sign_in(self, account: ImapAccount) -> None:
        client = self._box.client
        self._box.login(account.username, account.password, initial_folder=None)
        # What it can do is often more after the sign-in, and imaplib remembers what was said before.
        _, said = client.capability()
        client.capabilities = tuple(bytes(said[-1]).decode("ascii", "replace").upper().split())
        if self._done_folder and not self._box.folder.exists(self._done_folder):
            self._box.folder.create(self._done_folder)
        self._box.folder.set(account.folder)

    def close(self) -> None:
        """Polite where it can be; the connection is gone afterwards in any case."""
        try:
            self._box.logout()
        except IMAP_FAULTS:
            self._box.client.shutdown()

    def unread(self) -> Sequence[int]:
        return self._search(f"UNSEEN UNKEYWORD {KEYWORD}")

    def since(self, day: date) -> Sequence[int]:
        return self._search(str(AND(date_gte=day)))

    def after(self, uid: int) -> Sequence[int]:
        """`n:*` names the last mail even if its UID is below n (RFC 9051, 9: seq-range)."""
        return [found for found in self._search(f"UID {uid + 1}:*") if found > uid]

    def raw(self, uid: int) -> bytes | None:
        """Left unread. None if it was taken away meanwhile; what is over the limit comes cut off there."""
        kind, said = self._box.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{self._largest + 1}>)")
        _demand(kind, said)
        raw = next((bytes(part[1]) for part in said if isinstance(part, tuple)), None)
        if raw is not None and len(raw) > self._largest:
            log.warning("imap.cut", mailbox=self._name, uid=uid, limit=self._largest)
            return raw[: self._largest]
        return raw

    def mark_taken(self, uid: int) -> None:
        """Read and ticketed, and out of the way where a folder was named. That a server will not have it harms nobody."""
        if not self._flag(uid, f"(\\Seen {KEYWORD})") and not self._flag(uid, "(\\Seen)"):
            log.warning("imap.not_marked", mailbox=self._name, uid=uid)
        if not self._done_folder:
            return
        if "MOVE" not in self._box.client.capabilities:  # a copy and an EXPUNGE would take others' deleted mail along
            log.warning("imap.cannot_move", mailbox=self._name)
            return
        self._box.move(str(uid), self._done_folder)

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Until something new is there, the time is over or `stop` is set."""
        if "IDLE" not in self._box.client.capabilities:
            stop.wait(seconds)
            return
        end = monotonic() + seconds
        self._box.idle.start()  # type: ignore[no-untyped-call]
        while not stop.is_set() and (left := end - monotonic()) > 0:
            patience, asked = min(left, _LOOK_UP), monotonic()
            said = self._box.idle.poll(timeout=patience)
            if any(b"EXISTS" in line for line in said):
                break
            if not said and monotonic() - asked < patience / 2:
                raise ConnectionError("the server hung up")
        self._box.idle.stop()  # type: ignore[no-untyped-call]

    def _flag(self, uid: int, flags: str) -> bool:
        """Not by imap_tools, which expunges after each flag."""
        kind, _ = self._box.client.uid("STORE", str(uid), "+FLAGS.SILENT", flags)
        return kind == "OK"

    def _search(self, criteria: str) -> Sequence[int]:
        return sorted(int(uid) for uid in self._box.uids(criteria, charset=None))

    def _told(self, what: str) -> int:
        _, said = self._box.client.response(what)
        if not said or not isinstance(said[-1], bytes):
            raise imaplib.IMAP4.error(f"the server does not tell {what}")
        return int(said[-1])


def _connect(account: ImapAccount) -> BaseMailBox:
    if account.tls:
        return MailBox(account.host, account.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(account.host, account.port, timeout=TIMEOUT)


def _demand(kind: str, said: object) -> None:
    if kind != "OK":
        raise imaplib.IMAP4.error(f"the server says {kind}: {said!r}"[:200])
