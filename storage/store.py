"""The door to the database: units of work for whoever writes, plain connections for whoever reads."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection

from intake.desk.ports_of_polling import Singleton
from storage.clocks import Policies
from storage.engine import in_our_words, open_engine
from storage.numbers import CountedNumbers, RowIdBlocks, SequenceNumbers
from storage.reader import SqlReader
from storage.singleton import AdvisoryLock, Alone
from storage.unit_of_work import SqlUnitOfWork


class SqlStore:
    """Safe from any thread. On SQLite writers take turns; on PostgreSQL they run beside each other."""

    def __init__(self, database_url: str) -> None:
        self.engine = open_engine(database_url)
        self._reading = open_engine(database_url, read_only=True)
        self._blocks = RowIdBlocks()
        self._sla_policies: Policies = {}

    @contextmanager
    def begin(self) -> Iterator[SqlUnitOfWork]:
        with in_our_words(), self.engine.begin() as connection:
            on_sqlite = connection.dialect.name == "sqlite"
            numbers = CountedNumbers(connection) if on_sqlite else SequenceNumbers(connection, self._blocks)
            books = SqlUnitOfWork(connection, numbers, self._sla_policies)
            yield books
            books.flush()
            numbers.keep()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment and changes nothing. Raises StoreUnavailable."""
        with in_our_words(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def looking(self) -> Iterator[SqlReader]:
        """Everything asked of this reader is answered as of one moment. Raises StoreUnavailable."""
        with self.reading() as connection:
            yield SqlReader(connection)

    def singleton(self, name: str) -> Singleton:
        """A name of its own for each; an embedded store has one process anyway."""
        return Alone() if self.engine.dialect.name == "sqlite" else AdvisoryLock(self.engine, name)

    def close(self) -> None:
        self.engine.dispose()
        self._reading.dispose()
