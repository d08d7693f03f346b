"""What all tests may ask for."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.postgres import Postgres, some_postgres

HERE = Path(__file__).parent

# These start and kill whole desks: one after the other, while the rest of the tests has the other processor.
WHOLE_DESKS = ("crash", "mta", "serve")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(HERE).parts[0] in WHOLE_DESKS:
            item.add_marker(pytest.mark.xdist_group("whole desks"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A tier that did not run says so at the end, with what it needs: in a quiet run an `s` is easily overlooked."""
    skipped = Counter(str(report.longrepr[2]) for report in terminalreporter.getreports("skipped"))
    if skipped:
        terminalreporter.section("NOT TESTED", sep="!", red=True, bold=True)
    for reason, tests in skipped.items():
        terminalreporter.line(f"{tests} tests: {reason.removeprefix('Skipped: ')}")


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
