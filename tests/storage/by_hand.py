"""SQL that somebody writes by hand, past the desk."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import exc

from storage.store import SqlStore

AT = "'2026-11-23 09:00:00.000000'"


def refused(store: SqlStore, why: str, statement: str) -> None:
    with pytest.raises(exc.IntegrityError, match=why), store.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def done(store: SqlStore, statement: str) -> None:
    with store.engine.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount == 1


def refused_in_a_shell(store: SqlStore, why: str, statement: str) -> None:
    """SQLite keeps to foreign keys only where it is asked to: its own shell does not ask."""
    if store.engine.dialect.name != "sqlite":
        refused(store, why, statement)
        return
    database = store.engine.url.database
    assert database is not None
    with closing(sqlite3.connect(database)) as shell, pytest.raises(sqlite3.IntegrityError, match=why):
        shell.execute(statement)
