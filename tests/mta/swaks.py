"""Swaks, the mail client that administrators try a server with."""

import os
import re
import subprocess
from dataclasses import dataclass

from tests.harness.desk_process import DESK_ADDRESS

TIMEOUT = 60  # seconds
_KEPT_AS = re.compile(r"^<[-~]  250 2\.6\.0 Kept as (\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What client and server said to each other, and how swaks ended."""

    code: int
    transcript: str

    @property
    def kept_as(self) -> int:
        """The ledger id that the desk promised."""
        found = _KEPT_AS.search(self.transcript)
        assert found, self.transcript
        return int(found[1])


def swaks(server: str, *options: str, sender: str, subject: str, body: str, to: str = DESK_ADDRESS) -> Talk:
    """Send one mail to `server` (host:port)."""
    host, _, port = server.rpartition(":")
    command = [
        *("swaks", "--server", host, "--port", port, "--timeout", "30s", "--ehlo", "client.example"),
        *("--from", sender, "--to", to, "--header", f"Subject: {subject}", "--body", body),
        *options,
    ]
    bare = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}  # nobody's .swaksrc
    ended = subprocess.run(
        command,
        env=bare,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    return Talk(code=ended.returncode, transcript=ended.stdout)
