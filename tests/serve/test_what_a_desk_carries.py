"""A desk that only takes mail in and sends it out has the memory of that, not of all that could be configured."""

import subprocess
import sys

import pytest

LOADED = "import channels.cli.serve, sys; print(*sorted(sys.modules))"


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    """The modules of a process that is about to open the desk."""
    ran = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    return frozenset(ran.stdout.split())


@pytest.mark.parametrize(
    "heavy",
    [
        "fastapi",
        "rich",
        "pygments",
        "imap_tools",
        "httpx2",
        "alembic",
        "icalendar",
        "lxml",
        "twilio",
        "aiohttp",
        "phonenumbers",
        "slack_bolt",
        "slack_sdk",
        "cryptography",
    ],
)
def test_what_only_some_desks_need_is_loaded_when_they_need_it(loaded: frozenset[str], heavy: str) -> None:
    assert heavy not in loaded


def test_rich_can_still_be_had(loaded: frozenset[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "import channels.cli.serve, rich; print(rich.__name__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "rich"
    assert "structlog" in loaded
