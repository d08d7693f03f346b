"""What all tests may ask for."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.harness.postgres import Postgres, some_postgres

HERE = Path(__file__).parent

# No test fails because the machine is busy.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# These start and kill whole desks and wait for them: those of one group one after the other, so that they do not take each
# other's processor.
WHOLE_DESKS = {"crash": "killed", "mta": "delivered", "serve": "served"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if (group := WHOLE_DESKS.get(item.path.relative_to(HERE).parts[0])) is not None:
            item.add_marker(pytest.mark.xdist_group(group))


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
