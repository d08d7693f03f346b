"""Any sequence of what several people do about changes, by every door, keeps docs/changes.md: foretold deed by deed by an
oracle that knows the page alone, and asked of the store in plain SQL.

INTAKE_TEST_SEQUENCES and INTAKE_TEST_STEPS make longer runs by hand.
"""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from storage.store import SqlStore
from tests.changes.change_desk import ChangeDesk
from tests.changes.change_desk import policy as policy_of
from tests.changes.oracle_people import POLICY
from tests.changes.sequence_doors import ApiDoor
from tests.changes.sequence_machine import ChangeLife
from tests.harness.postgres import Postgres


@pytest.fixture(autouse=True)
def doors(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The command line reads its settings from the environment; the API is one for all sequences."""
    for key in [key for key in os.environ if key.upper().startswith("INTAKE_") and not key.startswith("INTAKE_TEST_")]:
        monkeypatch.delenv(key)
    shipped = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
    (tmp_path / "desk.toml").write_text(shipped + POLICY, "utf-8")
    for key, value in {"POLICY": "desk.toml", "DATA_DIR": "data", "SECRET_KEYS": "a key that signs only in tests"}.items():
        monkeypatch.setenv(f"INTAKE_{key}", value if key == "SECRET_KEYS" else str(tmp_path / value))
    monkeypatch.setenv("INTAKE_DATABASE_URL", "")
    monkeypatch.chdir(tmp_path)
    ChangeLife.policy = policy_of(POLICY, people="")
    first = SqlStore(f"sqlite:///{sqlite_template}")
    ChangeLife.api = ApiDoor(ChangeDesk(store=first, policy=ChangeLife.policy))
    ChangeLife.reached = Counter()
    yield
    ChangeLife.api.close()
    first.close()


def test_any_sequence_on_an_embedded_store(sqlite_template: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ChangeLife.fresh = _embedded(sqlite_template, Path(folder))
        run_state_machine_as_test(ChangeLife, settings=_settings(examples=12, steps=40))
    _tell()
    # Or the sequences were too tame to prove anything. The other stages come up as well, but not in every run.
    assert {*ChangeLife.reached} >= {"draft", "assessment", "approval"}


@pytest.mark.postgres
def test_any_sequence_on_postgresql(pg_server: Postgres) -> None:
    urls: list[str] = []

    def databases() -> Iterator[tuple[SqlStore, str]]:
        while True:
            urls.append(pg_server.fresh_database())
            yield SqlStore(urls[-1]), urls[-1]

    ChangeLife.fresh = databases()
    try:
        run_state_machine_as_test(ChangeLife, settings=_settings(examples=4, steps=30))
    finally:
        for url in urls:
            pg_server.drop(url)
    _tell()


def _embedded(template: Path, folder: Path) -> Iterator[tuple[SqlStore, str]]:
    count = 0
    while True:
        count += 1
        copy = folder / f"{count}.db"
        shutil.copy(template, copy)
        yield SqlStore(f"sqlite:///{copy}"), f"sqlite:///{copy}"


def _tell() -> None:
    """With `pytest -s`: how often what came up."""
    for what, count in sorted(ChangeLife.reached.items()):
        print(f"{count:6} {what}")  # noqa: T201


def _settings(*, examples: int, steps: int) -> settings:
    return settings(
        max_examples=int(os.environ.get("INTAKE_TEST_SEQUENCES", examples)),
        stateful_step_count=int(os.environ.get("INTAKE_TEST_STEPS", steps)),
        deadline=None,
        database=None,
        phases=[Phase.generate] if "INTAKE_TEST_QUICKLY" in os.environ else list(Phase),
        print_blob=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
