"""The week on each of the two databases."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.harness.postgres import Postgres
from tests.stores import sqlite_template
from tests.week.hasty_store import HastyStore
from tests.week.played import Played, play
from tests.week.script import TICKETS, script

__all__ = ["sqlite_template"]

ON_POSTGRESQL = 300  # tickets: each statement takes three times as long there, and the outages and scenes are the same


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def week(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Played]:
    tickets = TICKETS
    with ExitStack() as afterwards:
        if request.param == "sqlite":
            shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "desk.db")
            url = f"sqlite:///{tmp_path / 'desk.db'}"
        else:
            tickets = ON_POSTGRESQL
            server: Postgres = request.getfixturevalue("pg_server")
            url = server.fresh_database()
            afterwards.callback(server.drop, url)
        store = HastyStore(url)
        afterwards.callback(store.close)
        yield play(store, script(tickets=tickets))
