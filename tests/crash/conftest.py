"""A desk on each database, and the sink that its mail goes to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.books import Books
from tests.harness.desk_process import Setup
from tests.harness.mail_sink import MailSink
from tests.harness.policy_copy import write_policy


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


@pytest.fixture
def embedded(tmp_path: Path, sink: MailSink) -> Setup:
    """It ends the leases of its predecessor when it starts, however long they are."""
    return Setup(folder=tmp_path / "data", policy=write_policy(tmp_path, lease_seconds=60), relay=sink.url)


@pytest.fixture
def on_postgresql(tmp_path: Path, sink: MailSink, pg_database: str) -> Setup:
    return Setup(folder=tmp_path / "data", policy=write_policy(tmp_path), relay=sink.url, database_url=pg_database)


@pytest.fixture(params=["embedded", pytest.param("on_postgresql", marks=pytest.mark.postgres)])
def setup(request: pytest.FixtureRequest) -> Setup:
    """The same desk on both databases."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Setup)
    return found


@pytest.fixture
def books(setup: Setup) -> Iterator[Books]:
    with Books(setup.store_url) as books:
        yield books
