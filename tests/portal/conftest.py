"""A page to look at, on each of the two databases."""

from collections.abc import AsyncIterator

import pytest

from storage.store import SqlStore
from tests.desk.at_the_desk import AtTheDesk
from tests.desk.staff import policy_with_staff
from tests.portal.at_the_page import AtThePage
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]


@pytest.fixture
async def page(store: SqlStore) -> AsyncIterator[AtThePage]:
    async with AtThePage(AtTheDesk(store=store, policy=policy_with_staff())) as at_the_page:
        yield at_the_page
