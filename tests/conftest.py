"""What all tests may ask for."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.harness.postgres import Postgres, some_postgres

# No test fails because the machine is busy.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


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
    with pg_server.lent_database() as url:
        yield url
