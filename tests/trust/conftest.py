"""A desk on each of the two databases, with people of its own."""

import pytest

from storage.store import SqlStore
from tests.desk.staff import policy_with_staff
from tests.stores import sqlite_template, store
from tests.trust.desk_with_mail import DeskWithMail

__all__ = ["sqlite_template", "store"]


@pytest.fixture
def desk(store: SqlStore) -> DeskWithMail:
    return DeskWithMail(store=store, policy=policy_with_staff())
