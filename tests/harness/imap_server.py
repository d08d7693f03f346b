"""pymap, an IMAP server that this project did not write, in a process of its own; and a hand on its mailbox."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from imap_tools import MailBoxUnencrypted

from tests.harness.patience import wait_until


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapServer:
    """Somebody's mailbox, as their mail program sees it."""

    port: int
    username: str
    password: str
    tls_port: int = 0

    @property
    def tls_url(self) -> str:
        """The same over TLS, by the name that the certificate bears; for servers that have it."""
        return f"imaps://{self.username}:{self.password}@localhost:{self.tls_port}/INBOX"

    @property
    def url(self) -> str:
        """What to set INTAKE_IMAP to."""
        return f"imap://{self.username}:{self.password}@127.0.0.1:{self.port}/INBOX"

    @contextmanager
    def opened(self, folder: str = "INBOX") -> Iterator[MailBoxUnencrypted]:
        box = MailBoxUnencrypted("127.0.0.1", self.port, timeout=20)
        try:
            box.login(self.username, self.password, initial_folder=folder)
            yield box
        finally:
            box.client.shutdown()

    def delivers(self, *mails: bytes, seen: bool = False, folder: str = "INBOX") -> None:
        with self.opened() as box:
            for mail in mails:
                box.append(mail, folder, flag_set=["\\Seen"] if seen else None)

    def flags(self, folder: str = "INBOX") -> Sequence[set[str]]:
        """Of each mail there, the oldest first."""
        with self.opened(folder) as box:
            return [set(mail.flags) - {"\\Recent"} for mail in box.fetch(mark_seen=False)]

    def empty(self) -> None:
        with self.opened() as box:
            box.delete(box.uids())


@contextmanager
def pymap() -> Iterator[ImapServer]:
    """An empty INBOX in memory; each process numbers its mails anew."""
    port = free_port()
    command = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "--no-service", "admin", "dict", "--demo-data"]
    start = "import sys; from pymap.main import main; sys.exit(main())"
    server = subprocess.Popen(
        [sys.executable, "-c", start, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: answers(port), "pymap listens")
        mailbox = ImapServer(port=port, username="demouser", password="demopass")
        mailbox.empty()
        yield mailbox
    finally:
        server.kill()
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
