"""How far a mailbox was read, and who alone reads it."""

from dataclasses import replace

import pytest

from intake.domain.errors import StoreUnavailable
from intake.domain.mailbox_cursor import MailboxCursor
from storage.store import SqlStore
from tests.harness.postgres import Postgres
from tests.storage.examples import NOW

READ = MailboxCursor(mailbox="desk@imap.example/INBOX", uid_validity=4_000_000_000, last_uid=7, since=NOW)


def test_a_mailbox_is_read_on_from_where_it_was_left(store: SqlStore) -> None:
    with store.begin() as books:
        assert books.cursors.get(READ.mailbox) is None
        books.cursors.save(READ)
    with store.begin() as books:
        books.cursors.save(replace(READ, last_uid=8))
        books.cursors.save(replace(READ, mailbox="it@imap.example/INBOX"))
    with store.begin() as books:
        assert books.cursors.get(READ.mailbox) == replace(READ, last_uid=8)


def test_an_embedded_store_is_alone_anyway(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = SqlStore(f"sqlite:///{tmp_path_factory.mktemp('alone') / 'desk.db'}")
    assert store.singleton("x").is_ours()
    store.singleton("x").give_up()
    store.close()


@pytest.mark.postgres
def test_one_replica_has_it_until_it_gives_it_up(pg_database: str) -> None:
    one, other = SqlStore(pg_database), SqlStore(pg_database)
    first, second, unrelated = one.singleton("a"), other.singleton("a"), other.singleton("b")
    assert first.is_ours()
    assert first.is_ours()
    assert not second.is_ours()
    assert unrelated.is_ours()
    first.give_up()
    assert second.is_ours()
    assert not first.is_ours()
    for lock in (first, second, unrelated):
        lock.give_up()
    one.close()
    other.close()


@pytest.mark.postgres
def test_who_loses_its_connection_loses_it_and_says_so(pg_database: str, pg_server: Postgres) -> None:
    store = SqlStore(pg_database)
    first, second = store.singleton("a"), store.singleton("a")
    assert first.is_ours()
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
        )
    with pytest.raises(StoreUnavailable):
        first.is_ours()
    assert second.is_ours()
    assert not first.is_ours()
    second.give_up()
    store.close()
