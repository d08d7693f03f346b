"""The store as the command line uses it: it looks, and only makes what it was told to make."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError

from channels.serve.settings import DeskSettings
from intake.domain.errors import NotFound
from storage.engine import in_our_words, open_engine
from storage.migrate import demand_current
from storage.reader import SqlReader
from storage.store import SqlStore

PAGE = 500

Row = TypeVar("Row")
Answer = TypeVar("Answer")


class OpenedStore:
    """For reading, also while the desk runs. Each question sees one moment, so that a slow reader holds up nobody."""

    def __init__(self, connect: Callable[[], Iterator[Connection]]) -> None:
        self._connected = contextmanager(connect)

    def ask(self, question: Callable[[SqlReader], Answer]) -> Answer:
        with self._connected() as connection:
            return question(SqlReader(connection))


@contextmanager
def reading(desk: DeskSettings) -> Iterator[OpenedStore]:
    """Makes no file. Raises NotFound where there is no store yet, ConfigError where it is of another version, and
    StoreUnavailable."""
    demand_store(desk)
    engine = open_engine(desk.store_url, read_only=True)

    def connect() -> Iterator[Connection]:
        with in_our_words(), engine.begin() as connection:
            yield connection

    try:
        demand_current(engine)
        yield OpenedStore(connect)
    finally:
        engine.dispose()


@contextmanager
def writing(desk: DeskSettings) -> Iterator[SqlStore]:
    """Beside a running desk, too. Makes no file. Raises as `reading` does."""
    demand_store(desk)
    store = SqlStore(desk.store_url)
    try:
        demand_current(store.engine)
        yield store
    finally:
        store.close()


def demand_store(desk: DeskSettings) -> None:
    if (file := store_file(desk)) is not None and not file.is_file():
        raise NotFound(f"No store yet in {file.parent}: start the desk with `intake serve`")


def store_file(desk: DeskSettings) -> Path | None:
    """Of an embedded store; None for a database server."""
    if not desk.embedded:
        return None
    try:
        name = make_url(desk.store_url).database
    except ArgumentError:
        return None
    return Path(name) if name else None


def paged(fetch: Callable[[int | None, int], Sequence[Row]], key: Callable[[Row], int], most: int | None) -> Iterator[Row]:
    """Page by page, newest first: `fetch(before, limit)`. All of them where `most` is None."""
    before: int | None = None
    left = most
    while left is None or left > 0:
        wanted = PAGE if left is None else min(PAGE, left)
        page = fetch(before, wanted)
        yield from page
        if len(page) < wanted:
            return
        before = key(page[-1])
        left = None if left is None else left - len(page)
