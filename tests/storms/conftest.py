"""A desk that spots storms, on each of the two databases."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.stores import sqlite_template, store
from tests.storms.stormy_desk import StormyDesk, policy

__all__ = ["sqlite_template", "store"]


@pytest.fixture
def desk(store: SqlStore) -> StormyDesk:
    return StormyDesk(store=store, policy=policy())


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[SqlStore]:
    copy = tmp_path / "desk.db"
    shutil.copy(sqlite_template, copy)
    opened = SqlStore(f"sqlite:///{copy}")
    yield opened
    opened.close()
