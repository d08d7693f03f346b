"""`intake migrate`."""

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.migrate import HEAD
from tests.cli.at_the_prompt import Desk, Prompt


def test_an_empty_folder_gets_its_store(intake: Prompt, folder: Path) -> None:
    ran = intake("migrate")
    assert (ran.code, ran.out) == (0, f"The store was empty, now it is at version {HEAD}.\n")
    assert intake("tickets").out == "No tickets yet.\n"
    assert intake("migrate").out == f"The store is at version {HEAD} already. Nothing to do.\n"


def test_a_store_that_a_desk_works_on_is_left_alone(desk: Desk, intake: Prompt) -> None:
    with (desk.folder / "serve.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = intake("migrate")
    assert ran.code == 1
    assert "already running" in ran.err


def test_a_newer_store_is_refused(desk: Desk, intake: Prompt) -> None:
    with closing(sqlite3.connect(desk.folder / "desk.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    ran = intake("migrate")
    assert ran.code == 1
    assert "newer than this desk" in ran.err
