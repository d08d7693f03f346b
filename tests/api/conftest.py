"""An API with a desk behind it, on an embedded store."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.api.api_at_work import ApiAtWork, api_at_work
from tests.stores import sqlite_template

__all__ = ["sqlite_template"]


@pytest_asyncio.fixture
async def api(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ApiAtWork]:
    monkeypatch.chdir(tmp_path)  # no .env of the developer's counts here
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    async with api_at_work(tmp_path, f"sqlite:///{tmp_path / 'desk.db'}") as at_work:
        yield at_work
