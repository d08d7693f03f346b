"""What all tests may ask for, and how a run of all of them stays short."""

import gc
import os
from collections import Counter
from collections.abc import Generator, Iterator

import pytest
import structlog
from hypothesis import settings

from tests.harness.postgres import Postgres, some_postgres

# No test fails because the machine is busy, and none by a draw that nobody can repeat: a run is like the one before. What is
# looked for in new places is looked for by hand, with INTAKE_TEST_SEQUENCES.
settings.register_profile("patient", deadline=None, derandomize="INTAKE_TEST_SEQUENCES" not in os.environ)
settings.load_profile("patient")

# As the desk itself logs: a traceback without what the variables were. Where they hold a whole desk it takes minutes to draw.
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])

# Half a minute each. Begun last, one of them keeps a single core busy when all else is done.
LONGEST = (
    "tests/week/test_a_week_of_desk_life.py",
    "tests/desk/test_any_sequence.py",
    "tests/storms/test_any_sequence.py",
    "tests/changes/test_any_sequence.py",
    "tests/api/test_schemathesis.py",
    "tests/storms/test_acceptance.py",
    "tests/desk/test_gate_arithmetic.py",
    "tests/crash/test_kill_at_random.py",
)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected here stays for the whole run: searched for garbage again and again, it costs a tenth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each worker is dealt an even share of all, in this order, and takes from the end of another's when it is through: the
    longest stand at the beginning of the shares."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.nodeid.startswith(LONGEST)]
    others = [item for item in items if not item.nodeid.startswith(LONGEST)]
    places = [len(others) * worker // workers for worker in range(workers + 1)]
    shares = [long[worker::workers] + others[places[worker] : places[worker + 1]] for worker in range(workers)]
    items[:] = [item for share in shares for item in share]


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
