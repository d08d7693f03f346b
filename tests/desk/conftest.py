"""A desk on each of the two databases."""

import pytest

from intake.desk.policy_file.whole import read_policy
from storage.store import SqlStore
from tests.desk.at_the_desk import AtTheDesk
from tests.desk.staff import policy_with_staff
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]


@pytest.fixture
def at_the_desk(store: SqlStore) -> AtTheDesk:
    return AtTheDesk(store=store, policy=read_policy(None))


@pytest.fixture
def staffed(store: SqlStore) -> AtTheDesk:
    """A desk that knows its people."""
    return AtTheDesk(store=store, policy=policy_with_staff())
