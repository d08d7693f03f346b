"""The connection to an IMAP server: its lines, news while nobody asks, and whether the other side still lives."""

import imaplib
import socket
import ssl
import threading
from time import monotonic

from channels.email.imap.settings import ImapAccount

LONGEST_LINE = 20 << 20  # bytes: what a search answers in a mailbox of two million mails
LARGEST_LITERAL = 128 << 20  # bytes: above the largest mail that anybody can set
PORT = 143
_CHUNK = 1 << 16
_STOP_IS_SEEN = 1.0  # seconds between looks at `stop` while the server has nothing to say
_IDLE_TAG = b"IDLING"
_KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}  # seconds, seconds, probes: gone after two minutes


class _Crowd:
    """How many mails there are. Some servers say so again and again: only more than before is news."""

    def __init__(self, known: int) -> None:
        self._known = known
        self.grew = False

    def hear(self, word: bytes, number: int) -> None:
        if word == b"EXISTS":
            self.grew = self.grew or number > self._known
            self._known = number
        elif word == b"EXPUNGE":
            self._known -= 1


class Wire(imaplib.IMAP4):
    """Reads by itself: imaplib's buffered file swallows lines that nobody can wait for any more, and a line that came in one
    packet with another was seen an IDLE too late."""

    def open(self, host: str = "", port: int | None = None, timeout: float | None = None) -> None:
        self._ahead = bytearray()
        super().open(host, port or PORT, timeout)
        _keep_alive(self.sock)

    def read(self, size: int) -> bytes:
        if size > LARGEST_LITERAL:
            raise self.abort(f"the server sends {size} bytes at once")
        while len(self._ahead) < size:
            self._read_on()
        return self._take(size)

    def readline(self) -> bytes:
        looked = 0
        while (end := self._ahead.find(b"\n", looked)) < 0:
            looked = len(self._ahead)
            if looked > LONGEST_LINE:
                raise self.abort("the server sends a line without an end")
            self._read_on()
        return self._take(end + 1)

    def idle_until_news(self, known: int, seconds: float, stop: threading.Event) -> bool:
        """IDLE (RFC 2177) until there are more than `known` mails, the time is over or `stop` is set. False if the server
        will not have it. Raises OSError or IMAP4.error when it hangs up or does not answer in time."""
        end = monotonic() + seconds
        crowd = _Crowd(known)
        self.send(_IDLE_TAG + b" IDLE\r\n")
        while not (line := self._hear(crowd)).startswith(b"+"):
            if line.startswith(_IDLE_TAG):
                return False
        while not crowd.grew and not stop.is_set() and (left := end - monotonic()) > 0:
            if self._a_line_comes(min(left, _STOP_IS_SEEN)):
                self._hear(crowd)
        self.send(b"DONE\r\n")
        while not self._hear(crowd).startswith(_IDLE_TAG):
            pass
        return True

    def _hear(self, crowd: "_Crowd") -> bytes:
        line = self.readline()
        words = line.upper().split()
        if words[:2] == [b"*", b"BYE"]:
            raise ConnectionResetError(f"the server says {line[:200].decode('utf-8', 'replace').strip()}")
        if len(words) >= 3 and words[1].isdigit():
            crowd.hear(words[2], int(words[1]))
        return line

    def _a_line_comes(self, seconds: float) -> bool:
        if b"\n" in self._ahead:
            return True
        patience = self.sock.gettimeout()
        self.sock.settimeout(seconds)
        try:
            self._read_on()
        except TimeoutError:
            return False
        finally:
            self.sock.settimeout(patience)
        return True

    def _read_on(self) -> None:
        chunk = self.sock.recv(_CHUNK)
        if not chunk:
            raise ConnectionResetError("the server hung up")
        self._ahead += chunk

    def _take(self, size: int) -> bytes:
        taken = bytes(self._ahead[:size])
        del self._ahead[:size]
        return taken


class TlsWire(Wire, imaplib.IMAP4_SSL):
    pass


def connect(account: ImapAccount, patience: float) -> Wire:
    """`patience` in seconds holds for connecting and for each answer. Raises OSError or IMAP4.error."""
    if account.tls:
        return TlsWire(account.host, account.port, ssl_context=ssl.create_default_context(), timeout=patience)
    return Wire(account.host, account.port, timeout=patience)


def _keep_alive(wire: socket.socket) -> None:
    """So that the system notices a peer that went away without a word, where it can."""
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        option = getattr(socket, name, None)
        if isinstance(option, int):
            wire.setsockopt(socket.IPPROTO_TCP, option, value)
