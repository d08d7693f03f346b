"""A whole desk in this process: real sockets, a real store, a sink for what it sends."""

import asyncio
import smtplib
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from channels.email.settings import EmailSettings
from channels.serve.compose import Parts, Settings, put_together
from channels.serve.desk_at_work import DeskAtWork, OpenDoors
from channels.serve.main import prepare_store
from channels.serve.settings import DeskSettings
from intake.domain.delivery import Delivery
from intake.domain.receipt import LedgerEntry
from intake.domain.story import TicketLine
from storage.reader import SqlReader
from tests.harness.phone_line import NO_PHONE, PhoneLine
from tests.harness.policy_copy import write_policy
from tests.harness.slack_workspace import NO_SLACK, SlackWorkspace


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDesk:
    parts: Parts
    doors: OpenDoors

    @property
    def smtp_port(self) -> int:
        return int(self.doors.smtp.rpartition(":")[2])

    def smtp(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20)

    async def mails(self, *mails: bytes, sender: str = "ann@customer.example", to: str = "desk@localhost") -> None:
        """Send over real SMTP; raises what smtplib raises."""

        def send() -> None:
            with self.smtp() as client:
                for mail in mails:
                    client.sendmail(sender, [to], mail)

        await asyncio.to_thread(send)

    def tickets(self) -> Sequence[TicketLine]:
        """Oldest first."""
        with self.parts.store.reading() as connection:
            return list(reversed(SqlReader(connection).tickets(limit=1000)))

    def ledger(self) -> Sequence[LedgerEntry]:
        with self.parts.store.reading() as connection:
            return list(reversed(SqlReader(connection).ledger(limit=1000)))

    def deliveries(self) -> Sequence[Delivery]:
        with self.parts.store.reading() as connection:
            return list(reversed(SqlReader(connection).outbox(limit=1000)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def open_desk(folder: Path, **settings: str | int) -> AsyncIterator[OpenDesk]:
    """On an embedded store in `folder`, reachable from outside. `settings` are those of the e-mail channel."""
    async with opened(folder, EmailSettings.model_validate({"smtp_listen": "127.0.0.1:0", **settings})) as desk:
        yield desk


@asynccontextmanager
async def open_phone_desk(folder: Path, phone: PhoneLine, more_policy: str = "") -> AsyncIterator[OpenDesk]:
    """One that is called and texted; `more_policy` is added to desk.toml."""
    email = EmailSettings.model_validate({"smtp_listen": "127.0.0.1:0"})
    async with opened(folder, email, phone, more_policy) as desk:
        yield desk


@asynccontextmanager
async def open_slack_desk(
    folder: Path, slack: SlackWorkspace, more_policy: str = "", **email: str | int
) -> AsyncIterator[OpenDesk]:
    """One that people write to in Slack; `more_policy` is added to desk.toml, `email` are settings of that channel."""
    settings = EmailSettings.model_validate({"smtp_listen": "127.0.0.1:0", **email})
    async with opened(folder, settings, NO_PHONE, more_policy, slack) as desk:
        yield desk


@asynccontextmanager
async def opened(
    folder: Path,
    email: EmailSettings,
    phone: PhoneLine = NO_PHONE,
    more_policy: str = "",
    slack: SlackWorkspace = NO_SLACK,
) -> AsyncIterator[OpenDesk]:
    folder.mkdir(exist_ok=True)
    web = f"127.0.0.1:{free_port()}"
    policy = write_policy(folder)
    policy.write_text(f"{policy.read_text('utf-8')}\n{more_policy}", "utf-8")
    desk = DeskSettings(data_dir=folder, web_listen=web, public_url=f"http://{web}", policy=policy)
    parts = put_together(Settings(desk=desk, email=email, phone=phone.settings, slack=slack.settings))
    prepare_store(parts, print)
    at_work = DeskAtWork(parts)
    doors = await at_work.open()
    try:
        yield OpenDesk(parts=parts, doors=doors)
    finally:
        await at_work.close()
