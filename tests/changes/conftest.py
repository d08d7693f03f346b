"""A desk that runs changes, on each of the two databases."""

import pytest

from storage.store import SqlStore
from tests.changes.change_desk import ChangeDesk, policy
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]


@pytest.fixture
def desk(store: SqlStore) -> ChangeDesk:
    return ChangeDesk(store=store, policy=policy())
