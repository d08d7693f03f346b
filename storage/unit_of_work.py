"""One transaction over everything the desk keeps."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import exc
from sqlalchemy.engine import Connection, NestedTransaction

from intake.domain.channel import Address, Channel
from intake.domain.errors import StoreUnavailable
from storage.agreements import SqlAgreements
from storage.calls import SqlCalls
from storage.changes import SqlChanges
from storage.chat import SqlChat
from storage.clocks import Policies, SqlClocks
from storage.contacts import SqlContacts
from storage.corrections import SqlCorrections
from storage.engine import in_our_words
from storage.fetches import SqlFetches
from storage.foresight import Foresight
from storage.history import SqlHistory
from storage.installations import SqlInstallations
from storage.ladders import SqlLadders
from storage.ledger import SqlLedger
from storage.mailbox_cursors import SqlMailboxCursors
from storage.mirrors import SqlMirrors
from storage.numbers import Numbers
from storage.outbox import SqlOutbox
from storage.row_buffer import RowBuffer
from storage.signs_of_life import SqlSignsOfLife
from storage.site_layers import SqlSiteLayers
from storage.storms import SqlStorms
from storage.texts import SqlTexts
from storage.threads import SqlThreads
from storage.tickets import SqlTickets
from storage.timers import SqlTimers
from storage.tokens import SqlTokens


class SqlUnitOfWork:
    def __init__(self, connection: Connection, numbers: Numbers, policies: Policies | None = None) -> None:
        self._connection = connection
        self._foresight = Foresight(connection)
        self._buffer = RowBuffer(connection, self._foresight)
        self._numbers = numbers
        self.ledger = SqlLedger(connection, self._buffer, self._foresight)
        self.tickets = SqlTickets(connection, self._buffer, numbers)
        self.contacts = SqlContacts(connection, self._buffer, self._foresight)
        self.threads = SqlThreads(connection, self._buffer)
        self.outbox = SqlOutbox(connection, self._buffer, self._foresight)
        self.timers = SqlTimers(connection, self._buffer)
        self.ladders = SqlLadders(connection, self._buffer)
        self.clocks = SqlClocks(connection, self._buffer, policies if policies is not None else {})
        self.mirrors = SqlMirrors(connection, self._buffer)
        self.tokens = SqlTokens(connection, self._buffer)
        self.cursors = SqlMailboxCursors(connection)
        self.signs = SqlSignsOfLife(connection)
        self.corrections = SqlCorrections(connection, self._buffer)
        self.history = SqlHistory(connection, numbers.next_id)
        self.layers = SqlSiteLayers(connection)
        self.storms = SqlStorms(connection, self._buffer)
        self.changes = SqlChanges(connection, self._buffer)
        self.agreements = SqlAgreements(connection, self._buffer)
        self.calls = SqlCalls(connection, self._buffer)
        self.texts = SqlTexts(connection, self._buffer)
        self.fetches = SqlFetches(connection, self._buffer)
        self.chat = SqlChat(connection)
        self.installations = SqlInstallations(connection)

    def next_id(self) -> int:
        return self._numbers.next_id()

    def foresee(self, channel: Channel, external_id: str, author: Address | None, in_copy: Collection[Address] = ()) -> None:
        self._foresight.expect(channel, external_id, author, in_copy)

    def flush(self) -> None:
        self._buffer.flush()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        self._buffer.flush()
        with in_our_words():
            nested = self._connection.begin_nested()
            try:
                yield
                self._buffer.flush()
            except BaseException as fault:
                self._buffer.drop()
                self.threads.forget()
                self.clocks.forget()
                self.chat.forget()
                _undo(nested, fault)
                raise
            nested.commit()


def _undo(savepoint: NestedTransaction, fault: BaseException) -> None:
    """On a full disk SQLite undoes the whole transaction by itself; that its savepoint is gone then is not the news."""
    try:
        savepoint.rollback()
    except exc.DBAPIError:
        if not isinstance(fault, exc.DBAPIError | StoreUnavailable):
            raise
