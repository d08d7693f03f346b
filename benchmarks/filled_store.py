"""A store that already holds many tickets, made by the desk itself."""

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.mails import mails
from benchmarks.open_gate import write_policy
from channels.email.settings import EmailSettings
from channels.serve.compose import PARSERS, Parts, Settings, put_together
from channels.serve.settings import DeskSettings
from intake.desk.incoming import Incoming, understand
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from storage.migrate import ready_embedded

BATCH = 500


def desk_in(folder: Path) -> Parts:
    """An embedded desk with no door open."""
    settings = Settings(desk=DeskSettings(data_dir=folder, policy=write_policy(folder)), email=EmailSettings(smtp_relay=None))
    parts = put_together(settings)
    ready_embedded(parts.store.engine, folder / "backups", datetime.now(UTC))
    return parts


def understood(parts: Parts, run: str, number: int) -> list[Incoming]:
    return [_understood(parts, sender, mail) for sender, mail in islice(mails(run), number)]


def _understood(parts: Parts, sender: str, mail: bytes) -> Incoming:
    envelope = {"mail_from": sender, "rcpt_to": "desk@localhost", "peer": "127.0.0.1", "helo": "load.example"}
    arrival = Arrival(channel=Channel.EMAIL, received_at=datetime.now(UTC), raw=mail, envelope=envelope)
    return understand(arrival, PARSERS[Channel.EMAIL], parts.classifier)


def fill(folder: Path, tickets: int) -> None:
    parts = desk_in(folder)
    load = mails("filling")
    for begin in range(0, tickets, BATCH):
        incoming = [_understood(parts, *mail) for mail in islice(load, min(BATCH, tickets - begin))]
        with parts.store.begin() as books:
            for one in incoming:
                parts.desk.foresee(one, books)
            for one in incoming:
                parts.desk.enter(one, books)
    parts.store.close()
