"""Bringing a database to the tables of this version."""

from datetime import datetime
from importlib import resources
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from intake.domain.errors import ConfigError
from storage.engine import in_our_words
from storage.schema import metadata

_STAMP_TABLE = text(
    "create table alembic_version (version_num varchar(32) not null, constraint alembic_version_pkc primary key (version_num))"
)
_STAMP = text("insert into alembic_version values (:head)")

HEAD = "0010"  # the newest step; a test holds it to the files


def version_of(engine: Engine) -> str | None:
    """The step that this database is at; None when it is empty."""
    with in_our_words(), engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version = connection.execute(text("select version_num from alembic_version")).scalar()
        return str(version) if version is not None else None


def ready_embedded(engine: Engine, backups: Path, now: datetime) -> Path | None:
    """Make or upgrade an embedded database; where the copy of the older one is kept, if there was one."""
    version = version_of(engine)
    if version == HEAD:
        return None
    if version is None:
        _make(engine)
        return None
    refuse_newer(version)
    backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = backups / f"desk-{version}-{now:%Y%m%dT%H%M%S%fZ}.db"
    back_up(engine, copy)
    upgrade(engine)
    return copy


def _make(engine: Engine) -> None:
    """The newest tables at once: a test holds them equal to the migrated ones, and Alembic costs 9 MB in a process that
    lives for months."""
    with in_our_words(), engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(_STAMP_TABLE)
        connection.execute(_STAMP, {"head": HEAD})


def demand_current(engine: Engine) -> None:
    """For a server's database, which only the administrator migrates. Raises ConfigError that names the command."""
    version = version_of(engine)
    if version == HEAD:
        return
    refuse_newer(version)
    state = "empty" if version is None else f"at version {version}"
    raise ConfigError(f"The database is {state}, this desk needs {HEAD}. Make a backup, then run: intake migrate")


def refuse_newer(version: str | None) -> None:
    """Raises ConfigError: this desk would not understand what it reads."""
    if version is not None and version > HEAD:
        raise ConfigError(
            f"The database is at version {version}, newer than this desk ({HEAD}). Install the newer desk, or restore a backup"
        )


def upgrade(engine: Engine, to: str = "head") -> None:
    """All steps up to `to` in one transaction: a step that fails leaves the database as it was."""
    from alembic import command  # noqa: PLC0415 - heavy, and needed once in a version's life
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(resources.files("storage").joinpath("migrations")))
    with in_our_words(), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("set local statement_timeout = 0"))  # an index on a large table takes its time
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def back_up(engine: Engine, copy: Path) -> None:
    """A consistent copy of an embedded database, also while it is in use."""
    with in_our_words(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("VACUUM INTO ?", (str(copy),))
