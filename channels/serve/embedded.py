"""The data folder of an embedded desk: one process at a time, and a key made once."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from intake.domain.errors import ConfigError


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder for this process. Raises ConfigError when another desk has it: SQLite has one writer."""
    make_folder(folder)
    with (folder / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise ConfigError(
                f"Another desk is already running on {folder}. Stop it, or give this one its own INTAKE_DATA_DIR;"
                " several processes on one store need PostgreSQL (INTAKE_DATABASE_URL)"
            ) from fault
        yield


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise ConfigError(f"INTAKE_DATA_DIR: {folder} cannot be made: {fault.strerror}") from fault


def own_key(folder: Path) -> bytes:
    """The folder's signing key, made the first time. Losing it makes older reply addresses invalid."""
    make_folder(folder)
    path = folder / "secret.key"
    try:
        return path.read_bytes().strip()
    except FileNotFoundError:
        pass
    partial = folder / f"secret.key.{os.getpid()}"
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        pass  # another process was quicker: its key counts
    finally:
        partial.unlink()
    return path.read_bytes().strip()
