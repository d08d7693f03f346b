"""Migrations build the tables that the code speaks of, on both databases, and never without a way back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.engine import Connection

from intake.domain.errors import ConfigError
from storage.migrate import HEAD, demand_current, ready_embedded, upgrade, version_of
from storage.schema import metadata
from storage.store import SqlStore
from tests.harness.postgres import Postgres

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def checks(connection: Connection) -> set[str | None]:
    looking = inspect(connection)
    return {check["name"] for table in metadata.tables for check in looking.get_check_constraints(table)}


def test_migrations_and_tables_are_equal(store: SqlStore) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        named = {c.name for t in metadata.tables.values() for c in t.constraints if isinstance(c, CheckConstraint)}
        assert {str(name) for name in named} == checks(connection)


@pytest.fixture
def made(request: pytest.FixtureRequest, store: SqlStore, tmp_path: Path) -> Iterator[SqlStore]:
    """Another store of the kind of `store`, with the newest tables at once."""
    server: Postgres | None = request.getfixturevalue("pg_server") if store.engine.dialect.name == "postgresql" else None
    url = server.empty_database() if server else f"sqlite:///{tmp_path / 'made.db'}"
    made = SqlStore(url)
    with made.engine.begin() as connection:
        metadata.create_all(connection)
    yield made
    made.close()
    if server:
        server.drop(url)


def test_checks_say_the_same_whether_made_or_migrated(store: SqlStore, made: SqlStore) -> None:
    assert check_texts(made) == check_texts(store)


def check_texts(store: SqlStore) -> dict[tuple[str, str | None], str]:
    looking = inspect(store.engine)
    return {
        (table, check["name"]): " ".join(check["sqltext"].split())
        for table in metadata.tables
        for check in looking.get_check_constraints(table)
    }


def test_triggers_are_the_same_whether_made_or_migrated(store: SqlStore, made: SqlStore) -> None:
    assert len(triggers(made)) > 7
    assert triggers(made) == triggers(store)


TRIGGERS = {
    "sqlite": "select name, sql from sqlite_master where type = 'trigger'",
    "postgresql": (
        "select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal"
        " union all select proname, pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace"
    ),
}


def triggers(store: SqlStore) -> dict[str, str]:
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql(TRIGGERS[store.engine.dialect.name]).all()
    return {name: definition for name, definition in rows}  # noqa: C416 - a row is no pair to mypy


def test_sequences_are_there_on_postgresql(store: SqlStore) -> None:
    if store.engine.dialect.name == "postgresql":
        assert set(inspect(store.engine).get_sequence_names()) == {"row_ids", "ticket_numbers"}


def test_the_newest_step_is_the_one_that_the_code_names() -> None:
    scripts = ScriptDirectory(str(resources.files("storage").joinpath("migrations")))
    assert scripts.get_heads() == [HEAD]


def test_indexes_cover_the_same_rows_whether_made_or_migrated(tmp_path: Path, sqlite_template: Path) -> None:
    """Alembic compares their columns, not their conditions."""
    store = embedded(tmp_path / "desk.db")
    ready_embedded(store.engine, tmp_path, NOW)
    store.close()
    made, migrated = (_indexes(path) for path in (tmp_path / "desk.db", sqlite_template))
    assert made == migrated


def _indexes(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as opened:
        return dict(opened.execute("select name, sql from sqlite_master where type = 'index' and sql is not null"))


def embedded(path: Path) -> SqlStore:
    return SqlStore(f"sqlite:///{path}")


def test_an_empty_embedded_store_is_made_without_a_backup(tmp_path: Path) -> None:
    store = embedded(tmp_path / "desk.db")
    assert ready_embedded(store.engine, tmp_path / "backups", NOW) is None
    assert version_of(store.engine) == HEAD
    upgrade(store.engine)  # finds nothing to do
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert not (tmp_path / "backups").exists()
    store.close()


def test_an_older_embedded_store_is_copied_before_it_is_upgraded(tmp_path: Path) -> None:
    store = embedded(tmp_path / "desk.db")
    with store.engine.begin() as connection:
        connection.execute(text("create table alembic_version (version_num varchar(32) not null)"))
        connection.execute(text("insert into alembic_version values ('0000')"))
        connection.execute(text("create table precious (word text)"))
        connection.execute(text("insert into precious values ('kept')"))
    with pytest.raises(Exception, match="0000"):  # no such step ever was; what counts is what happened before it
        ready_embedded(store.engine, tmp_path / "backups", NOW)
    store.close()
    (copy,) = (tmp_path / "backups").iterdir()
    opened = sqlite3.connect(copy)
    kept = opened.execute("select word from precious").fetchall()
    opened.close()
    assert kept == [("kept",)]


def test_a_store_of_a_newer_desk_is_refused(store: SqlStore, tmp_path: Path) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(ConfigError, match="newer than this desk"):
        demand_current(store.engine)
    with pytest.raises(ConfigError, match="newer than this desk"):
        ready_embedded(store.engine, tmp_path, NOW)


def test_a_current_store_is_accepted(store: SqlStore) -> None:
    demand_current(store.engine)


def test_an_empty_server_database_names_the_command(tmp_path: Path) -> None:
    store = embedded(tmp_path / "desk.db")
    with pytest.raises(ConfigError, match="run: intake migrate"):
        demand_current(store.engine)
    store.close()
