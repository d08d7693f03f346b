"""A desk that is called, on each of the two databases."""

import pytest

from storage.store import SqlStore
from tests.calls.call_desk import CallDesk, called_desk
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]


@pytest.fixture
def desk(store: SqlStore) -> CallDesk:
    return called_desk(store)
