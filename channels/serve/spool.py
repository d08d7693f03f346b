"""Where arrivals lie while the store is away: on the local disk, each durable before its sender is answered."""

import fcntl
import os
import re
import threading
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from channels.serve.spool_file import ASIDE, LARGEST, as_json, forget, move_aside, read, write
from intake.domain.arrival import Arrival
from intake.domain.errors import StoreUnavailable

FOLDER = "spool"  # in the data folder
MOST_FILES = 10_000
MOST_BYTES = 64 * 1024 * 1024
MOST_PROCESSES = 100
_NAME = re.compile(r"[0-9]{12}\.json", re.ASCII)
_LOCK = "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    path: Path
    arrival: Arrival


class Spool:
    """A process has a folder for itself: `root`, or where another process has that, `2` in it, `3` and so on. Names are numbers
    that go up, over restarts as well: they sort in order of arrival. Safe from any thread."""

    def __init__(self, root: Path, *, alone: bool = False, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES) -> None:
        """`alone`: this very folder or none. Raises StoreUnavailable where nothing can be kept."""
        self._root = root
        self._most_files, self._most_bytes = most_files, most_bytes
        self.kept = 0  # since this process began
        try:
            with ExitStack() as opened:  # a folder that fails is looked at every second
                self._folder, lock = _own_folder(root, 1 if alone else MOST_PROCESSES)
                opened.callback(os.close, lock)
                self._descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
                opened.callback(os.close, self._descriptor)
                self._sizes = _left_behind(self._folder)
                self._next = 1 + _highest(self._folder)
                self._opened = opened.pop_all()
        except OSError as fault:
            raise StoreUnavailable(f"Nothing can be kept in {root}: {fault}") from fault
        self._bytes = sum(self._sizes.values())
        self._writing = 0
        self._state, self._turn = threading.Lock(), threading.Lock()
        self._named = self._durable = 0

    @property
    def depth(self) -> int:
        """How many arrivals lie here."""
        return len(self._sizes)

    def keep(self, arrival: Arrival) -> None:
        """Returns when the file and its name are durable, after two fsyncs: call it off the event loop. Those who come at once
        share one fsync of the folder. Raises StoreUnavailable where the spool is full or the disk fails."""
        content = as_json(arrival)
        path = self._take_place(len(content))
        try:
            write(path, content)
            self._make_name_durable()
        except OSError as fault:
            self._leave_place(len(content))
            forget(path)
            raise StoreUnavailable(f"The spool in {self._folder} cannot be written: {fault}") from fault
        with self._state:
            self._writing -= 1
            self._sizes[path] = len(content)
            self.kept += 1

    def oldest(self, most: int, besides: Collection[Path] = ()) -> Sequence[Kept]:
        """In order of arrival. What cannot be read is moved aside, and the log says so."""
        found: list[Kept] = []
        for path in self._in_order():
            if len(found) == most:
                break
            if path in besides:
                continue
            try:
                found.append(Kept(path=path, arrival=read(path)))
            except (OSError, ValueError, RecursionError) as fault:
                self._forget(path)
                move_aside(path, repr(fault))
        return found

    def done(self, path: Path) -> None:
        """It is in the store."""
        self._forget(path)
        forget(path)

    def abandoned(self) -> Generator["Spool"]:
        """What processes that are gone left behind. Each is ours until the next is asked for."""
        for folder in _folders(self._root, MOST_PROCESSES):
            if not folder.is_dir():
                return
            if folder == self._folder or not (left := _unless_taken(folder)):
                continue
            try:
                if left.depth:
                    yield left
            finally:
                left.close()

    def close(self) -> None:
        """Another process may have the folder."""
        self._opened.close()

    def _take_place(self, size: int) -> Path:
        with self._state:
            files = len(self._sizes) + self._writing
            if files >= self._most_files or self._bytes + size > self._most_bytes or size > LARGEST:
                raise StoreUnavailable(f"The spool in {self._folder} is full: {files} inputs, {self._bytes} bytes")
            path = self._folder / f"{self._next:012d}.json"
            self._next += 1
            self._writing += 1
            self._bytes += size
            return path

    def _leave_place(self, size: int) -> None:
        with self._state:
            self._writing -= 1
            self._bytes -= size

    def _make_name_durable(self) -> None:
        with self._state:
            self._named += 1
            mine = self._named
        with self._turn:
            if self._durable >= mine:
                return
            with self._state:
                covered = self._named
            os.fsync(self._descriptor)
            self._durable = covered

    def _in_order(self) -> Sequence[Path]:
        with self._state:
            return sorted(self._sizes)

    def _forget(self, path: Path) -> None:
        with self._state:
            self._bytes -= self._sizes.pop(path, 0)


def _folders(root: Path, most: int) -> Iterator[Path]:
    yield root
    for number in range(2, most + 1):
        yield root / str(number)


def _own_folder(root: Path, most: int) -> tuple[Path, int]:
    """The first that no process has, and the descriptor that holds it as long as it is open."""
    for folder in _folders(root, most):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return folder, descriptor
    raise BlockingIOError("another process has it")


def _unless_taken(folder: Path) -> Spool | None:
    try:
        return Spool(folder, alone=True)
    except StoreUnavailable:
        return None


def _left_behind(folder: Path) -> dict[Path, int]:
    """The arrivals with their sizes. What is no file of ours, or was not finished, is moved aside."""
    found: dict[Path, int] = {}
    for path in sorted(folder.iterdir()):
        if _NAME.fullmatch(path.name) and path.is_file():
            found[path] = path.stat().st_size
        elif path.name != _LOCK and not path.is_dir():
            move_aside(path, "not a file of the spool, or not written to its end")
    return found


def _highest(folder: Path) -> int:
    """The last number that was given here, as far as anything tells: what was moved aside counts."""
    aside = folder / ASIDE
    paths = [*folder.iterdir(), *(aside.iterdir() if aside.is_dir() else ())]
    return max((int(path.name[:12]) for path in paths if _NAME.match(path.name)), default=0)
