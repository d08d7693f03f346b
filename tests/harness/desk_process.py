"""A real desk in a process of its own: started, killed, ended politely, and started again on what it left."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from channels.serve.step import Step
from tests.harness.certificate import Certificate
from tests.harness.nursery import Born, nursery
from tests.harness.patience import AT_MOST, wait_until
from tests.harness.phone_line import PhoneLine
from tests.harness.slack_workspace import SlackWorkspace

REPOSITORY = Path(__file__).resolve().parents[2]
DESK_ADDRESS = "desk@desk.example"
KEYS = "a-key-of-the-test-harness-0123456789"
_PORT = re.compile(r"(mail in|lmtp in|web) +\w+://(127\.0\.0\.1:\d+)")
_LAST_FACT = "  look "


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a desk is started with; the same again after a crash. No `database_url`: the embedded store in `folder`."""

    folder: Path
    policy: Path
    relay: str = ""
    database_url: str = ""
    queue_depth: int = 1000
    lmtp: bool = False
    imap: str = ""
    imap_poll_seconds: int = 60
    certificate: Certificate | None = None
    public_url: str = ""  # for the links in letters
    phone: PhoneLine | None = (
        None  # needs a `public_url`, which may be a name that leads nowhere: webhooks come to the web's port
    )
    slack: SlackWorkspace | None = None
    from_scratch: bool = False  # an interpreter of its own, as an administrator starts it; takes ten times as long

    @property
    def store_url(self) -> str:
        return self.database_url or f"sqlite:///{self.folder / 'desk.db'}"

    def environment(self) -> dict[str, str]:
        """Nothing of the developer's own desk, which may have settings in the environment."""
        mine = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
        asked = {
            "PYTHONPATH": str(REPOSITORY),
            "INTAKE_DATA_DIR": str(self.folder),
            "INTAKE_DATABASE_URL": self.database_url,
            "INTAKE_SECRET_KEYS": KEYS,
            "INTAKE_POLICY": str(self.policy),
            "INTAKE_SMTP_LISTEN": "127.0.0.1:0",
            "INTAKE_SMTP_TLS_CERT": str(self.certificate.cert) if self.certificate else "",
            "INTAKE_SMTP_TLS_KEY": str(self.certificate.key) if self.certificate else "",
            "INTAKE_IMAP": self.imap,
            "INTAKE_IMAP_POLL_SECONDS": str(self.imap_poll_seconds),
            "INTAKE_LMTP_LISTEN": "127.0.0.1:0" if self.lmtp else "",
            "INTAKE_WEB_LISTEN": "127.0.0.1:0",
            "INTAKE_PUBLIC_URL": self.public_url,
            "INTAKE_SMTP_RELAY": self.relay,
            "INTAKE_MAIL_ADDRESS": DESK_ADDRESS,
            "INTAKE_QUEUE_DEPTH": str(self.queue_depth),
            **(self.phone.environment if self.phone is not None else {}),
            **(self.slack.environment if self.slack is not None else {}),
        }
        return mine | {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """`kill_at` a step, when it is passed for the `nth` time (`after` another, if one is named).

    The parser trips over mails with `trip_over` in them.
    """

    kill_at: Step | None = None
    nth: int = 1
    after: Step | None = None
    trip_over: str = ""

    def arguments(self) -> Sequence[str]:
        kill = ["--kill-at", self.kill_at.value, "--nth", str(self.nth)] if self.kill_at else []
        after = ["--after", self.after.value] if self.after else []
        return [*kill, *after, *(["--trip-over", self.trip_over] if self.trip_over else [])]


NO_FAULTS = Faults()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a desk ended, and the seconds it took from the signal."""

    code: int
    seconds: float


class DeskProcess:
    """Running from the start; use as a context manager, which kills what is left."""

    def __init__(self, setup: Setup, faults: Faults = NO_FAULTS) -> None:
        setup.folder.mkdir(parents=True, exist_ok=True)
        self.facts: list[str] = []
        self.log: list[str] = []
        self._process = _started(setup, faults)
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [
            threading.Thread(target=_keep_lines, args=(self._process.stdout, self.facts), daemon=True),
            threading.Thread(target=_keep_lines, args=(self._process.stderr, self.log), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> "DeskProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def open(self) -> bool:
        """Its doors were opened, whatever became of it since."""
        return self._said(_LAST_FACT)

    @property
    def smtp(self) -> str:
        """host:port"""
        return self._listens("mail in")

    @property
    def lmtp(self) -> str:
        """host:port"""
        return self._listens("lmtp in")

    @property
    def web(self) -> str:
        """host:port"""
        return self._listens("web")

    def wait_until_open(self, *, may_die: bool = False) -> None:
        """Raises AssertionError with its log if it ends before, unless it was killed and may be."""
        wait_until(lambda: not self.alive or self.open, "the desk opens its doors")
        if may_die and self._process.poll() == -signal.SIGKILL:
            return
        assert self.open, f"the desk ended with {self._process.poll()}:\n{self.last_words()}"

    def wait_until_dead(self, at_most: float = AT_MOST) -> None:
        """For a desk that is to be killed at a step; it must not end in any other way."""
        wait_until(lambda: not self.alive, "the desk is killed", at_most)
        self._close()
        assert self._process.returncode == -signal.SIGKILL, self.last_words()

    def kill(self) -> None:
        """SIGKILL; nothing happens if it is dead already."""
        self._process.kill()
        self._process.wait()
        self._close()

    def terminate(self) -> Ending:
        """SIGTERM, and wait for the end."""
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(AT_MOST)
        seconds = time.monotonic() - started
        self._close()
        return Ending(code=code, seconds=seconds)

    def last_words(self) -> str:
        return "\n".join([*self.facts, *self.log[-40:]])

    def _said(self, start: str) -> bool:
        return any(fact.startswith(start) for fact in self.facts)

    def _listens(self, what: str) -> str:
        found = (match for fact in self.facts if (match := _PORT.search(fact)) and match[1] == what)
        return next(found)[2]

    def _close(self) -> None:
        for reader in self._readers:
            reader.join()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()


@contextmanager
def running(setup: Setup, faults: Faults = NO_FAULTS, *, may_die: bool = False) -> Iterator[DeskProcess]:
    """An open desk, killed at the end if it still runs. One that `may_die` is perhaps killed before it is open."""
    with DeskProcess(setup, faults) as desk:
        desk.wait_until_open(may_die=may_die)
        yield desk


def _started(setup: Setup, faults: Faults) -> "subprocess.Popen[str] | Born":
    """In the setup's folder, where no .env of the developer's is."""
    if not setup.from_scratch:
        return nursery().bear(faults.arguments(), folder=setup.folder, environment=setup.environment())
    return subprocess.Popen(
        [sys.executable, "-m", "tests.harness.serve_for_test", *faults.arguments()],
        cwd=setup.folder,
        env=setup.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )


def _keep_lines(stream: IO[str], lines: list[str]) -> None:
    for line in stream:
        lines.append(line.rstrip("\n"))
