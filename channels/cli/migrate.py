"""`intake migrate`: brings the store to this version."""

from contextlib import nullcontext
from datetime import UTC, datetime

from sqlalchemy import Engine

from channels.cli.settings import read_desk_settings
from channels.cli.terminal import say
from channels.serve.embedded import alone_in
from channels.serve.settings import DeskSettings
from storage.engine import open_engine
from storage.migrate import HEAD, ready_embedded, refuse_newer, upgrade, version_of


def migrate() -> None:
    """Raises ConfigError where a desk is running on the embedded store, or the store is newer than this desk."""
    desk = read_desk_settings()
    with alone_in(desk.data_dir) if desk.embedded else nullcontext():
        engine = open_engine(desk.store_url)
        try:
            _migrate(engine, desk)
        finally:
            engine.dispose()


def _migrate(engine: Engine, desk: DeskSettings) -> None:
    version = version_of(engine)
    if version == HEAD:
        say(f"The store is at version {HEAD} already. Nothing to do.")
        return
    if desk.embedded:
        copy = ready_embedded(engine, desk.data_dir / "backups", datetime.now(UTC))
        if copy is not None:
            say(f"The older store is kept as {copy}.")
    else:
        refuse_newer(version)
        upgrade(engine)
    say(f"The store was {f'at version {version}' if version else 'empty'}, now it is at version {HEAD}.")
