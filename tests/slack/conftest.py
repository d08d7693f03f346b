"""A fresh store for tests of Slack that need a whole desk."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.stores import sqlite_template

__all__ = ["sqlite_template"]


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[SqlStore]:
    copy = tmp_path / "desk.db"
    shutil.copy(sqlite_template, copy)
    opened = SqlStore(f"sqlite:///{copy}")
    yield opened
    opened.close()
