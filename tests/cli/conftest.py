"""A prompt in a folder of its own, where no INTAKE_ setting of the machine reaches."""

import os
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

import pytest

from tests.cli.at_the_prompt import Desk, Prompt, mail
from tests.cli.changes_typed import PEOPLE, open_agreement, typed
from tests.stores import sqlite_template

__all__ = ["sqlite_template"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for key in [key for key in os.environ if key.upper().startswith("INTAKE_")]:
        if not key.startswith("INTAKE_TEST_"):
            monkeypatch.delenv(key)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def intake(capsys: pytest.CaptureFixture[str]) -> Prompt:
    return Prompt(capsys)


@pytest.fixture
def make_desk(folder: Path, sqlite_template: Path) -> Iterator[Callable[[], Desk]]:
    """A desk with the settings of this moment."""
    made: list[Desk] = []

    def make() -> Desk:
        made.append(Desk(folder / "data", sqlite_template))
        return made[-1]

    yield make
    for desk in made:
        desk.store.close()


AGENTS = """
[[agent]]
name = "Sam Hill"
teams = ["support"]
mail = "sam@example.com"

[[agent]]
name = "Ben Okoro"
teams = ["cio"]
"""


@pytest.fixture
def staffed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people work here."""
    policy = folder / "desk.toml"
    policy.write_text(resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8") + AGENTS, "utf-8")
    monkeypatch.setenv("INTAKE_POLICY", str(policy))


@pytest.fixture
def desk(make_desk: Callable[[], Desk]) -> Desk:
    """On an embedded store, with no relay."""
    return make_desk()


@pytest.fixture
def change_desk(folder: Path, monkeypatch: pytest.MonkeyPatch, make_desk: Callable[[], Desk]) -> Desk:
    """With somebody who plans changes, somebody of each side who approves them, and a freeze."""
    policy = folder / "desk.toml"
    policy.write_text(resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8") + PEOPLE, "utf-8")
    monkeypatch.setenv("INTAKE_POLICY", str(policy))
    return make_desk()


@pytest.fixture
def draft(change_desk: Desk, intake: Prompt) -> str:
    """HD-1001, an enhancement."""
    change_desk.receives(mail("Please make the report wider.", subject="Report"))
    typed(intake, "relabel HD-1001 --category change_request")
    return "HD-1001"


@pytest.fixture
def agreement(change_desk: Desk, intake: Prompt) -> Desk:
    open_agreement(intake)
    return change_desk
