"""What all tests may ask for."""

from collections.abc import Iterator

import pytest

from tests.harness.postgres import Postgres, some_postgres


@pytest.fixture(scope="session")
def pg_server() -> Iterator[Postgres]:
    """One real PostgreSQL for the whole run; it starts when the first test asks."""
    with some_postgres() as server:
        yield server


@pytest.fixture
def pg_database(pg_server: Postgres) -> Iterator[str]:
    """The URL of a migrated, empty database of this test's own."""
    url = pg_server.fresh_database()
    yield url
    pg_server.drop(url)
