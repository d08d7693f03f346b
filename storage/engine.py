"""Opening a database, and saying in the desk's words what it says when it fails."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, exc
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from intake.domain.errors import ConfigError, Conflict, PolicyViolation, StoreUnavailable
from storage.refusals import sentence_of

LOCK_WAIT = 5.0  # seconds that a writer waits for another before the edge says "try again"
# PostgreSQL: serialization failure, deadlock detected, unique violation. SQLite: unique, primary key, rowid.
_COLLISIONS = {"40001", "40P01", "23505"}
_SQLITE_COLLISIONS = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID}


def open_engine(database_url: str, *, read_only: bool = False) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`. Raises ConfigError for a URL that is neither."""
    try:
        url = make_url(database_url)
    except exc.ArgumentError as fault:
        raise ConfigError("INTAKE_DATABASE_URL is not a URL such as postgresql://user:password@host/name") from fault
    match url.get_backend_name():
        case "sqlite":
            return _sqlite(url, read_only=read_only)
        case "postgresql":
            return _postgresql(url, read_only=read_only)
        case other:
            raise ConfigError(f"INTAKE_DATABASE_URL names {other!r}: use sqlite:/// or postgresql://")


def _sqlite(url: URL, *, read_only: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": LOCK_WAIT, "check_same_thread": False})
    _keep_to_one_file(engine, Path(url.database or ""), may_make_it=not read_only)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"cache_size={-2000 if read_only else -8000}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE: a writer that starts as a reader could be refused in the middle of its work.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _keep_to_one_file(engine: Engine, path: Path, *, may_make_it: bool) -> None:
    """A database that was moved away or replaced stays open under its old name: what is written there is lost with it, and
    SQLite would make an empty one in its place. Both must look like what they are, a database that is gone."""
    seen: list[tuple[int, int]] = []

    @event.listens_for(engine, "do_connect")
    def _exists(*_: object) -> None:
        if (seen or not may_make_it) and not path.exists():
            raise sqlite3.OperationalError(f"there is no database at {path}")

    @event.listens_for(engine, "connect")
    def _remember(_connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        seen[:] = [record.info.setdefault("file", _file_at(path))]

    @event.listens_for(engine, "checkout")
    def _is_the_same(_connection: sqlite3.Connection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info["file"] != _file_at(path):
            raise exc.DisconnectionError


def _file_at(path: Path) -> tuple[int, int]:
    """Which file a path leads to; no file is (0, 0)."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def _postgresql(url: URL, *, read_only: bool) -> Engine:
    try:
        import psycopg  # noqa: F401, PLC0415 - an extra: its absence gets a clear error here
    except ImportError as fault:
        raise ConfigError("PostgreSQL needs an extra: pip install 'intake-desk[postgres]'") from fault
    options = f"-c lock_timeout={int(LOCK_WAIT * 1000)} -c statement_timeout=30000 -c timezone=UTC"
    if read_only:
        options += r" -c default_transaction_read_only=on -c default_transaction_isolation=repeatable\ read"
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=2,
        max_overflow=2,
        pool_timeout=LOCK_WAIT,
        connect_args={"connect_timeout": 5, "options": options},
    )


@contextmanager
def in_our_words() -> Iterator[None]:
    """Database errors become Conflict (decide anew), PolicyViolation (the process forbids it) or StoreUnavailable (try again
    later). Faults of our own, such as a value the database will not take, pass unchanged."""
    try:
        yield
    except exc.DBAPIError as fault:
        if _is_collision(fault.orig):
            raise Conflict(str(fault.orig)) from fault
        if isinstance(fault, exc.IntegrityError) and (why := sentence_of(fault.orig)) is not None:
            raise PolicyViolation(why) from fault
        if isinstance(fault, exc.IntegrityError | exc.DataError | exc.ProgrammingError | exc.NotSupportedError):
            raise
        raise StoreUnavailable(f"The database does not answer: {fault.orig}") from fault
    except exc.TimeoutError as fault:
        raise StoreUnavailable("No database connection became free in time") from fault


def _is_collision(fault: BaseException | None) -> bool:
    if isinstance(fault, sqlite3.Error):
        # The second is what a trigger of ours says before an "insert or replace".
        return getattr(fault, "sqlite_errorcode", None) in _SQLITE_COLLISIONS or str(fault).startswith("UNIQUE ")
    return getattr(fault, "sqlstate", None) in _COLLISIONS
