"""A desk with its people and an agreement of ten hours, on each of the two databases."""

import pytest

from storage.store import SqlStore
from tests.agreements.agreed_desk import opened
from tests.desk.at_the_desk import AtTheDesk
from tests.desk.staff import policy_with_staff
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]


@pytest.fixture
def agreed(store: SqlStore) -> AtTheDesk:
    desk = AtTheDesk(store=store, policy=policy_with_staff())
    opened(desk)
    return desk
