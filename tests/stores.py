"""A fresh, migrated store for a test, on each of the two databases."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.migrate import upgrade
from storage.store import SqlStore


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; each test gets a copy."""
    path = tmp_path_factory.mktemp("template") / "desk.db"
    store = SqlStore(f"sqlite:///{path}")
    upgrade(store.engine)
    store.close()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    if request.param == "sqlite":
        copy = tmp_path / "desk.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), copy)
        opened = SqlStore(f"sqlite:///{copy}")
        yield opened
        opened.close()
        return
    opened = SqlStore(request.getfixturevalue("pg_database"))
    yield opened
    opened.close()
