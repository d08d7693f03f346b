"""A desk that is killed while it learns goes on with what it had."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from intake.domain.label import Category
from tests.crash.learning_desk import FITTING, OLD, WORDS, WRITTEN
from tests.harness.desk_process import REPOSITORY
from tests.serve.site_that_learns import Teacher, name_of, site_that_learns

pytestmark = pytest.mark.crash


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """Empty: the embedded store in the folder."""
    return str(request.getfixturevalue("pg_database")) if request.param == "postgresql" else ""


@pytest.mark.parametrize("where", [FITTING, WRITTEN])
async def test_the_old_layer_stays_active_and_the_next_turn_learns(where: str, url: str, tmp_path: Path) -> None:
    died = subprocess.run(
        [sys.executable, "-m", "tests.crash.learning_desk", str(tmp_path), url, where],
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    teacher = Teacher()
    async with site_that_learns(tmp_path, teacher, database_url=url) as site:
        assert [layer.version for layer in site.layers()] == [name_of(OLD)]
        assert site.active() == name_of(OLD)
        site.clock.advance(minutes=10)
        await site.looks()
        assert site.label_of(site.hears("Wiki: where?").ticket)[0] is Category.HOW_TO
        assert teacher.asked == [], "its turn was taken"
        site.clock.advance(minutes=31)
        await site.looks()
        assert len(teacher.asked[0]) == len(WORDS)
        assert site.label_of(site.hears("Ledger 7 is odd.").ticket)[0] is Category.DATA_PROBLEM
