"""A store for which a simulated week is short: it commits after every so many steps, and for no crash's sake."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import event
from sqlalchemy.engine import Connection

from storage.store import SqlStore
from storage.unit_of_work import SqlUnitOfWork

STEPS = 40


class HastyStore(SqlStore):
    """Whoever reads sees what is not committed yet. What fails leaves the transaction open: the test is over then."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url)
        self._transaction = ExitStack()
        self._books: SqlUnitOfWork | None = None
        self._connection: Connection | None = None
        self._steps = 0
        on_sqlite = self.engine.dialect.name == "sqlite"
        if on_sqlite:
            event.listen(self.engine, "connect", _wait_for_no_disk)

        @event.listens_for(self.engine, "begin")
        def _begun(connection: Connection) -> None:
            self._connection = connection
            if not on_sqlite:
                connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")

    @contextmanager
    def begin(self) -> Iterator[SqlUnitOfWork]:
        if self._books is None:
            self._books = self._transaction.enter_context(super().begin())
        yield self._books
        self._books.flush()
        self._steps += 1
        if self._steps % STEPS == 0:
            self.commit()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        if self._books is not None and self._connection is not None:
            yield self._connection
            return
        with super().reading() as connection:
            yield connection

    def commit(self) -> None:
        self._books = None
        self._transaction.close()

    def close(self) -> None:
        self.commit()
        super().close()


def _wait_for_no_disk(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
