"""Checks of the data folder and of the database in it, or of the one on a server. Nothing is made or changed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from channels.cli.finding import Finding, fault, ok, warning
from channels.cli.settings import env_key
from channels.cli.store import store_file
from channels.serve.settings import DeskSettings
from intake.domain.delivery import DeliveryState
from intake.domain.errors import ConfigError, HelpdeskError
from storage.engine import in_our_words, open_engine
from storage.migrate import HEAD, refuse_newer, version_of
from storage.reader import SqlReader

WAITING = {
    DeliveryState.FAILED: "intake outbox --state failed, mend what it says, then retry ID… (or give-up ID…)",
    DeliveryState.HELD: "the outbound gate kept them back: intake outbox --state held, then release (or give-up ID…)",
    DeliveryState.NO_RELAY: (
        f"set {env_key('smtp_relay')}, for calls and texts {env_key('twilio_number')}: they leave when the desk starts with it"
    ),
}
ENOUGH = 1 << 30  # bytes free; below it a busy day may fill the disk


def check_data_folder(desk: DeskSettings) -> Iterator[Finding]:
    folder = desk.data_dir
    existing = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    if not existing.is_dir():
        yield fault("data folder", f"{existing} is not a folder", "set INTAKE_DATA_DIR to a folder")
        return
    if trouble := _not_writable(existing):
        mend = f"chown it to the user that runs the desk (this is uid {os.getuid()}), or set INTAKE_DATA_DIR"
        yield fault("data folder", f"{existing} cannot be written: {trouble}", mend)
        return
    if (free := shutil.disk_usage(existing).free) < ENOUGH:
        says = f"{existing} has only {free >> 20} MB left; a full disk turns mail away"
        yield warning("data folder", says, "make room, or move INTAKE_DATA_DIR to a larger disk")
    yield ok("data folder", f"{folder.absolute()}{'' if existing == folder.absolute() else ' will be made at the first start'}")


def check_database(desk: DeskSettings) -> Iterator[Finding]:
    file = store_file(desk)
    if file is not None and not file.exists():
        yield ok("database", f"{file} will be made at the first start")
        return
    try:
        with _opened(desk) as engine:
            version = version_of(engine)
            refuse_newer(version)
            if version != HEAD:
                yield _outdated(desk, version)
                return
            yield ok("database", f"{file or 'PostgreSQL'}, version {version}")
            yield from _waiting(engine)
    except ConfigError as trouble:
        yield fault("database", str(trouble), "mend that, then run `intake check` again")
    except HelpdeskError as trouble:
        mend = f"is {file} a database that you may read?" if file else "is the server up, and INTAKE_DATABASE_URL right?"
        yield fault("database", str(trouble), mend)


@contextmanager
def _opened(desk: DeskSettings) -> Iterator[Engine]:
    engine = open_engine(desk.store_url, read_only=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _outdated(desk: DeskSettings, version: str | None) -> Finding:
    says = f"the store is {f'at version {version}' if version else 'empty'}, this desk needs {HEAD}"
    if desk.embedded:
        return warning("database", says, "`intake serve` upgrades it after a backup; so does `intake migrate`")
    return fault("database", says, "make a backup, then run `intake migrate`")


def _waiting(engine: Engine) -> Iterator[Finding]:
    """What lies in the store and waits for a person."""
    with in_our_words(), engine.begin() as connection:
        depths = SqlReader(connection).depths()
    if depths.quarantined:
        says = f"{depths.quarantined} in quarantine: the desk could not read them"
        yield warning("ledger", says, "intake ledger --outcome quarantined; after a mend: intake replay --all")
    counts = dict.fromkeys(DeliveryState, 0)
    for _, state, count in depths.deliveries:
        counts[DeliveryState(state)] += count
    for state, mend in WAITING.items():
        if counts[state]:
            yield warning("outbox", f"{counts[state]} {state.value}", mend)


def _not_writable(folder: Path) -> str:
    """Why nothing can be written there; empty if it can. A real file is tried: permissions alone do not tell."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"intake check")
    except OSError as trouble:
        return trouble.strerror or str(trouble)
    return ""
