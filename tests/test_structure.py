"""The shape of the repository: rooms, file lengths, locks."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("intake", "channels", "classifier", "storage")
MIGRATIONS = "storage/migrations/versions"  # a released step is never edited


def contract() -> list[str]:
    """The layers, top first, each split into its rooms."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    floors = next(c for c in config["tool"]["importlinter"]["contracts"] if c["id"] == "floors")
    return [room.strip() for layer in floors["layers"] for room in layer.split("|")]


def test_every_folder_is_on_a_floor() -> None:
    floors = contract()
    folders = {"classifier", "storage"} | {
        f"{room}.{folder.name}"
        for room in ("intake", "channels")
        for folder in (ROOT / room).iterdir()
        if (folder / "__init__.py").exists()
    }
    assert folders == set(floors)


def test_nothing_lies_loose_beside_the_rooms() -> None:
    loose = [path.name for room in ("intake", "channels") for path in (ROOT / room).glob("*.py")]
    assert loose == ["__init__.py", "__init__.py"]


def sources() -> list[Path]:
    folders = (*ROOMS, "tests", "benchmarks")
    return [path for room in folders for path in (ROOT / room).rglob("*.py") if MIGRATIONS not in path.as_posix()]


def test_no_file_is_longer_than_300_lines() -> None:
    long = {path.name: lines for path in sources() if (lines := len(path.read_text("utf-8").splitlines())) > 300}
    assert long == {}


def test_no_function_is_longer_than_60_lines() -> None:
    long = {
        f"{path.name}:{node.name}": node.end_lineno - node.lineno
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= 60
    }
    assert long == {}


def test_packages_hold_a_docstring_and_nothing_else() -> None:
    for room in ROOMS:
        for path in (ROOT / room).rglob("__init__.py"):
            body = ast.parse(path.read_text("utf-8")).body
            assert len(body) == 1, path
            assert isinstance(body[0], ast.Expr), path


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_locks_are_hashed_and_name_no_index(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    pins = re.findall(r"(?m)^[a-z0-9].*==.*$", text)
    assert len(pins) > 30
    assert all(pin.endswith("\\") for pin in pins)
    assert not re.search(r"https?://|--index|--find-links", text)


def test_the_readme_starts_with_the_two_commands() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    commands = [line.split("#")[0].strip() for line in lines if line.startswith("    ")]
    assert commands[:2] == ["make run", "make test"]
