"""A desk, a mail server that keeps what it is given, and Postfix between them as a test wants it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.books import Books
from tests.harness.desk_process import Setup
from tests.harness.policy_copy import write_policy
from tests.harness.tier import ci, demand, refuse
from tests.mta.picky_sink import PickySink
from tests.mta.postfix import Postfix

PROGRAMS = ("postfix", "postqueue", "smtp-source", "swaks")


@pytest.fixture(autouse=True)
def mta_programs(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("mta") is None:
        return
    demand(PROGRAMS, remedy="apt-get install postfix swaks", in_ci=ci())
    if os.geteuid() != 0:
        refuse("Postfix starts only as root: run these as root", in_ci=ci())


@pytest.fixture
def sink() -> Iterator[PickySink]:
    sink = PickySink()
    with sink:
        yield sink


@pytest.fixture
def setup(tmp_path: Path, sink: PickySink) -> Setup:
    """A desk whose relay is the sink."""
    return Setup(folder=tmp_path / "data", policy=write_policy(tmp_path), relay=sink.url)


@pytest.fixture
def books(setup: Setup) -> Iterator[Books]:
    with Books(setup.store_url) as books:
        yield books


@pytest.fixture
def mta_folder() -> Iterator[Path]:
    """Not below tmp_path, which is closed to the user `postfix`."""
    folder = Path(tempfile.mkdtemp(prefix="intake-mta-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def postfix(mta_folder: Path, sink: PickySink) -> Postfix:
    """Not started. What it gets for no domain in particular goes to the sink."""
    return Postfix(mta_folder, relay=sink.smtp)
