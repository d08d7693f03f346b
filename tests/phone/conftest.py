"""The phone over a real desk."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.calls.call_desk import called_desk
from tests.phone.open_line import OpenLine
from tests.stores import sqlite_template

__all__ = ["sqlite_template"]


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[SqlStore]:
    copy = tmp_path / "desk.db"
    shutil.copy(sqlite_template, copy)
    opened = SqlStore(f"sqlite:///{copy}")
    yield opened
    opened.close()


@pytest.fixture
def line(sqlite_store: SqlStore) -> Iterator[OpenLine]:
    with OpenLine(called_desk(sqlite_store)) as opened:
        yield opened
