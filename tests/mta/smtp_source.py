"""Postfix's own load generator. It gives up at the first answer that it does not like."""

import subprocess

from tests.harness.desk_process import DESK_ADDRESS

SESSIONS = 20
TIMEOUT = 60  # seconds


def smtp_source(server: str, mails: int, *, sender: str) -> None:
    """Sends distinct mails to `server` (host:port), many at once; raises CalledProcessError unless each was accepted."""
    what = ("-m", str(mails), "-l", "4000", "-S", "Printer is jammed", "-f", sender, "-t", DESK_ADDRESS)
    command = ["smtp-source", "-s", str(SESSIONS), "-M", "load.example", *what, f"inet:{server}"]
    subprocess.run(command, check=True, timeout=TIMEOUT, stdin=subprocess.DEVNULL)
