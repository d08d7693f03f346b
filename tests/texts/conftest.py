"""A desk that takes texts, on each of the two databases."""

import pytest

from storage.store import SqlStore
from tests.stores import sqlite_template, store
from tests.texts.text_desk import TextDesk, text_desk

__all__ = ["sqlite_template", "store"]


@pytest.fixture
def desk(store: SqlStore) -> TextDesk:
    return text_desk(store)
