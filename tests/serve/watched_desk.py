"""A desk that is watched closely, under a clock that jumps, with one relay for its mail and another for its alarms."""

import asyncio
import re
import smtplib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from channels.email.settings import EmailSettings
from channels.serve.compose import Settings, put_together
from channels.serve.desk_at_work import DeskAtWork
from channels.serve.main import prepare_store
from channels.serve.settings import DeskSettings
from tests.harness.mail_sink import MailSink, Received
from tests.harness.patience import AT_MOST
from tests.harness.policy_copy import write_policy
from tests.serve.open_desk import OpenDesk

ADMIN = "admin@elsewhere.example"
EVERY = 0.05  # seconds between two looks


@dataclass
class JumpingClock:
    """Runs, and leaps ahead when told to."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, **by: int) -> None:
        self.ahead += timedelta(**by)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedDesk:
    desk: OpenDesk
    clock: JumpingClock
    mail: MailSink
    alarms: MailSink

    @property
    def subjects(self) -> list[str]:
        """Of the alarms, the oldest first."""
        return [str(received.mail["Subject"]).partition("] ")[2] for received in self.alarms.received]

    async def alarm(self, number: int) -> Received:
        """The n-th alarm mail, once it is there, and after a while in which another one could have come."""
        await until(lambda: len(self.alarms.received) >= number, f"alarm {number} comes; there are {self.subjects}")
        await asyncio.sleep(10 * EVERY)
        assert len(self.alarms.received) == number, self.subjects
        return self.alarms.received[-1]

    async def page(self, path: str) -> str:
        """What the web says."""
        host, _, port = self.desk.doors.web.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET {path} HTTP/1.0\r\nHost: desk\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        return answer.decode()


async def until(holds: Callable[[], bool], what: str) -> None:
    for _ in range(int(AT_MOST / 0.02)):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"not in time: {what}")


@asynccontextmanager
async def watched_desk(
    folder: Path,
    *,
    mail: MailSink,
    alarms: MailSink,
    policy: dict[str, int] | None = None,
    email: dict[str, str | int] | None = None,
    database_url: str = "",
    ahead: timedelta = timedelta(0),
) -> AsyncIterator[WatchedDesk]:
    folder.mkdir(exist_ok=True)
    path, clock = write_policy(folder), JumpingClock(ahead)
    text = path.read_text("utf-8")
    for key, value in (policy or {}).items():
        text, found = re.subn(rf"(?m)^{key} = \d+$", f"{key} = {value}", text)
        assert found == 1, key
    path.write_text(text, "utf-8")
    ways = {"smtp_listen": "127.0.0.1:0", "smtp_relay": mail.url, "alarm_relay": alarms.url, "alarm_mail": ADMIN}
    settings = EmailSettings.model_validate(ways | (email or {}))
    desk = DeskSettings(data_dir=folder, web_listen="127.0.0.1:0", policy=path)
    if database_url:
        shared = {"database_url": SecretStr(database_url), "secret_keys": (SecretStr("a-key-of-the-test-0123456789"),)}
        desk = desk.model_copy(update=shared)
    parts = put_together(Settings(desk=desk, email=settings), clock=clock)
    prepare_store(parts, print)
    at_work = DeskAtWork(parts, watch_every=EVERY)
    doors = await at_work.open()
    try:
        yield WatchedDesk(desk=OpenDesk(parts=parts, doors=doors), clock=clock, mail=mail, alarms=alarms)
    finally:
        await at_work.close()


class HomingSink(MailSink):
    """A relay that brings what is for the desk home to it, as the rest of the world would, unless it is told to lose it."""

    def __init__(self) -> None:
        super().__init__()
        self.home = 0  # the desk's port
        self.loses = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content
        assert isinstance(content, bytes)
        if self.home and not self.loses and all(address.endswith("@localhost") for address in envelope.rcpt_tos):
            await asyncio.to_thread(self._bring, list(envelope.rcpt_tos), content)
        return await super().handle_DATA(server, session, envelope)

    def _bring(self, to: list[str], content: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.home, timeout=20) as client:
            client.sendmail("", to, content)


class Wire:
    """Between the desk and a server: to be cut, and mended."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._cut = False
        self._ends: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    def cut(self) -> None:
        self._cut = True
        for end in self._ends:
            end.close()

    def mend(self) -> None:
        self._cut = False

    async def close(self) -> None:
        self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._ends |= {writer, back}
        await asyncio.gather(_pump(reader, back), _pump(there, writer), return_exceptions=True)


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    finally:
        target.close()


def signs(watched: WatchedDesk) -> set[str]:
    with watched.desk.parts.store.looking() as reader:
        return {sign.name for sign in reader.signs_of_life()}
