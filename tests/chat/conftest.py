"""A desk in a chat, on each of the two databases."""

import pytest

from storage.store import SqlStore
from tests.chat.chat_desk import ChatDesk, chat_desk
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]


@pytest.fixture
def desk(store: SqlStore) -> ChatDesk:
    return chat_desk(store)
