"""Debian's Postfix in a folder of its own: a private queue, log and port; the machine's own mail system is not touched."""

import os
import random
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from tests.harness.desk_process import DESK_ADDRESS, NO_FAULTS, DeskProcess, Faults, Setup, running
from tests.harness.patience import wait_until

NAME = "mta.example"
TIMEOUT = 30  # seconds for one command

_SETTINGS = {
    "compatibility_level": "3.6",
    "myhostname": NAME,
    "mydestination": "",  # it keeps nothing: all mail goes on
    "local_recipient_maps": "",
    "alias_maps": "",
    "alias_database": "",
    "inet_interfaces": "127.0.0.1",
    "inet_protocols": "ipv4",
    "mynetworks": "127.0.0.0/8",
    "smtpd_relay_restrictions": "permit_mynetworks, reject",
    "smtpd_peername_lookup": "no",
    "smtp_dns_support_level": "disabled",
    "smtp_host_lookup": "native",
    "smtp_connect_timeout": "5s",
    "smtp_data_done_timeout": "40s",  # longer than the desk makes anybody wait
    "default_process_limit": "30",
    "maximal_queue_lifetime": "1h",  # a test gives up sooner; what it leaves is deleted with the folder
    "bounce_queue_lifetime": "1h",
    "queue_run_delay": "300s",  # what is deferred leaves when a test flushes it, not by chance
}

# service, type, private, unprivileged, chroot, wakeup, most processes, command
_SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup   unix n - n 60 1 pickup
cleanup  unix n - n - 0 cleanup
qmgr     unix n - n 300 1 qmgr
rewrite  unix - - n - - trivial-rewrite
bounce   unix - - n - 0 bounce
defer    unix - - n - 0 bounce
trace    unix - - n - 0 bounce
flush    unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp     unix - - n - - smtp
lmtp     unix - - n - - lmtp
showq    unix n - n - - showq
error    unix - - n - - error
retry    unix - - n - - error
anvil    unix - - n - 1 anvil
scache   unix - - n - 1 scache
postlog  unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody whom Postfix has not reached yet, and why."""

    address: str
    delay_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One mail in Postfix's queue, as `postqueue -j` tells it."""

    queue_name: str
    sender: str
    recipients: Sequence[Waiting]


_QUEUED = TypeAdapter(Queued)


class Postfix:
    """Runs inside `with`, and may be entered again: the queue stays. `folder` must be open to the user `postfix`, all the
    way down. What no `route` claims goes to `relay` (host:port)."""

    def __init__(self, folder: Path, relay: str, settings: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._port = _free_port()
        self._routes: dict[str, str] = {}
        self._settings = _SETTINGS | {"relayhost": _next_hop(relay)} | dict(settings or {})
        for name in ("etc", "queue", "data"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", user="postfix")

    @property
    def smtp(self) -> str:
        """host:port"""
        return f"127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """What to set INTAKE_SMTP_RELAY to."""
        return f"smtp://{self.smtp}"

    def route(self, domain: str, address: str, *, lmtp: bool = False) -> None:
        """Mail for `domain` goes to `address` (host:port) from the next start on."""
        self._routes[domain] = f"lmtp:inet:{_next_hop(address)}" if lmtp else f"smtp:{_next_hop(address)}"

    def __enter__(self) -> "Postfix":
        self._write_configuration()
        self._run("postfix", "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("postfix", "stop")  # it resorts to SIGKILL by itself, for its own processes
        wait_until(lambda: _is_free(self._port), "Postfix has let go of its port")

    def flush(self) -> None:
        """Try again at once to deliver what is deferred."""
        self._run("postqueue", "-f")

    def queue(self) -> list[Queued]:
        return [_QUEUED.validate_json(line) for line in self._run("postqueue", "-j").splitlines()]

    def deferred(self) -> list[Queued]:
        return [mail for mail in self.queue() if mail.queue_name == "deferred"]

    def wait_until_deferred(self) -> Queued:
        """The one mail that waits for another try."""
        wait_until(lambda: len(self.deferred()) == 1, f"one mail is deferred\n{self.log()}")
        return self.deferred()[0]

    def wait_until_empty(self) -> None:
        """Nothing is on its way any more: all was delivered, bounced or thrown away."""
        wait_until(lambda: not self.queue(), "the queue of Postfix is empty")

    def wait_until_said(self, words: str) -> None:
        wait_until(lambda: words in self.log(), f"Postfix says {words!r}")

    def log(self) -> str:
        path = self._folder / "mail.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def _write_configuration(self) -> None:
        etc = self._folder / "etc"
        hops = [f"{domain} {hop}\n" for domain, hop in self._routes.items()]
        places = {
            "queue_directory": self._folder / "queue",
            "data_directory": self._folder / "data",
            "maillog_file": self._folder / "mail.log",
            "maillog_file_prefixes": self._folder,
            "transport_maps": f"texthash:{etc / 'transport'}",
        }
        _write(etc / "transport", "".join(hops))
        _write(etc / "main.cf", "".join(f"{name} = {value}\n" for name, value in {**self._settings, **places}.items()))
        _write(etc / "master.cf", _SERVICES.format(port=self._port))

    def _run(self, program: str, *arguments: str) -> str:
        """What it printed. To a file: the daemons that it leaves behind would keep a pipe open."""
        said = self._folder / "said"
        with said.open("w+b") as file:
            command = [program, "-c", str(self._folder / "etc"), *arguments]
            ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, timeout=TIMEOUT, check=False)
        text = said.read_text("utf-8", "replace")
        assert ended.returncode == 0, f"{' '.join(command)} ended with {ended.returncode}: {text}\n{self.log()}"
        return text


@contextmanager
def desk_behind(postfix: Postfix, setup: Setup, faults: Faults = NO_FAULTS) -> Iterator[DeskProcess]:
    """An open desk that gets its mail from Postfix, which runs as long; by LMTP where the setup has it."""
    with running(setup, faults) as desk:
        postfix.route(DESK_ADDRESS.partition("@")[2], desk.lmtp if setup.lmtp else desk.smtp, lmtp=setup.lmtp)
        with postfix:
            yield desk


def _write(path: Path, text: str) -> None:
    """Dated back: Postfix waits for two seconds before it reads a file that somebody may still be writing."""
    path.write_text(text, "utf-8")
    os.utime(path, (0, 0))


def _next_hop(address: str) -> str:
    host, _, port = address.rpartition(":")
    return f"[{host}]:{port}"


def _free_port() -> int:
    """Below those that the kernel hands out, so that nobody gets it between now and the start."""
    return next(port for port in random.sample(range(20_000, 30_000), 100) if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
