"""What befalls a store while the desk runs, and how it passes. Each is entered with the desk at work."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.harness.desk_process import DeskProcess, Setup
from tests.harness.postgres import OwnPostgres

UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@contextmanager
def locked(setup: Setup, _desk: DeskProcess) -> Iterator[None]:
    """Another process holds the write lock for longer than the desk waits for it."""
    with closing(sqlite3.connect(setup.folder / "desk.db", isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def file_moved(setup: Setup, _desk: DeskProcess) -> Iterator[None]:
    """The database was moved out of the data folder, and comes back."""
    elsewhere = setup.folder.with_name("elsewhere")
    elsewhere.mkdir()
    for file in setup.folder.glob("desk.db*"):
        file.rename(elsewhere / file.name)
    yield
    for file in elsewhere.iterdir():
        file.rename(setup.folder / file.name)


@contextmanager
def folder_moved(setup: Setup, _desk: DeskProcess) -> Iterator[None]:
    """The whole data folder is away, as when its disk is not mounted."""
    elsewhere = setup.folder.with_name("elsewhere")
    setup.folder.rename(elsewhere)
    yield
    elsewhere.rename(setup.folder)


@contextmanager
def no_file_may_grow(setup: Setup, desk: DeskProcess) -> Iterator[None]:
    """As a quota does it: a write past this size fails in the middle."""
    size = (setup.folder / "desk.db-wal").stat().st_size + 10_000
    resource.prlimit(desk.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    yield
    resource.prlimit(desk.pid, resource.RLIMIT_FSIZE, UNLIMITED)


@contextmanager
def disk_full(setup: Setup, _desk: DeskProcess) -> Iterator[None]:
    """Somebody else has filled the disk to the last byte. To be used on a small one."""
    ballast = setup.folder / "ballast"
    _fill(ballast)
    yield
    ballast.unlink()


@contextmanager
def stopped(server: OwnPostgres, mode: str) -> Iterator[None]:
    server.stop(mode=mode)
    yield
    server.start()


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
