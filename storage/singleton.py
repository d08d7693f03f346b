"""What only one process at a time may do: an advisory lock, which PostgreSQL takes back when its holder dies."""

from sqlalchemy import Engine, exc, text
from sqlalchemy.engine import Connection

from storage.engine import in_our_words

_TAKE = text("select pg_try_advisory_lock(hashtextextended(:name, 0))")


class Alone:
    """An embedded store has one process."""

    def is_ours(self) -> bool:
        return True

    def give_up(self) -> None:
        pass


class AdvisoryLock:
    """Held by a connection of its own, outside any transaction, as long as that lives. To be used by one thread. Between the
    desk and the database a pooler must keep sessions, not only transactions."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._connection: Connection | None = None

    def is_ours(self) -> bool:
        """Raises StoreUnavailable."""
        with in_our_words():
            try:
                return self._is_still_ours() or self._take()
            except exc.DBAPIError:
                self.give_up()
                raise

    def give_up(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()

    def _is_still_ours(self) -> bool:
        if self._connection is None:
            return False
        self._connection.execute(text("select 1"))
        return True

    def _take(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # the pool's few places are for those who write; closing it really closes it now
        self._connection = connection
        taken = bool(connection.execute(_TAKE, {"name": f"intake {self._name}"}).scalar_one())
        if not taken:
            self.give_up()
        return taken
