"""One transaction: together or not at all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from intake.domain.channel import Address, AddressKind
from intake.domain.contact import Contact
from intake.domain.errors import Conflict, StoreUnavailable
from storage.store import SqlStore

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)


def person(id: int, mail: str) -> Contact:
    return Contact(id=id, name=mail, since=NOW, addresses=(Address(kind=AddressKind.EMAIL, value=mail),))


def known(store: SqlStore, mail: str) -> Contact | None:
    with store.begin() as books:
        return books.contacts.at(Address(kind=AddressKind.EMAIL, value=mail))


def test_what_fails_in_a_savepoint_is_undone_alone(store: SqlStore) -> None:
    with store.begin() as books:
        with books.savepoint():
            books.contacts.add(person(books.next_id(), "before@x.example"))
        with pytest.raises(ValueError, match="planted"), books.savepoint():
            books.contacts.add(person(books.next_id(), "lost@x.example"))
            raise ValueError("planted")
        with books.savepoint():
            books.contacts.add(person(books.next_id(), "after@x.example"))
    assert [bool(known(store, f"{name}@x.example")) for name in ("before", "lost", "after")] == [True, False, True]


def test_a_clash_of_keys_is_a_conflict_and_leaves_the_rest(store: SqlStore) -> None:
    with store.begin() as books:
        with books.savepoint():
            books.contacts.add(person(books.next_id(), "ann@x.example"))
        with pytest.raises(Conflict), books.savepoint():
            books.contacts.add(person(books.next_id(), "ann@x.example"))
        with books.savepoint():
            books.contacts.add(person(books.next_id(), "bob@x.example"))
    assert known(store, "bob@x.example")


def test_a_transaction_that_fails_keeps_nothing(store: SqlStore) -> None:
    with pytest.raises(ValueError, match="planted"), store.begin() as books:
        books.contacts.add(person(books.next_id(), "ann@x.example"))
        raise ValueError("planted")
    assert known(store, "ann@x.example") is None


def test_moments_come_back_as_they_went_in(store: SqlStore) -> None:
    with store.begin() as books:
        books.contacts.add(person(books.next_id(), "ann@x.example"))
    contact = known(store, "ann@x.example")
    assert contact is not None
    assert contact.since == NOW
    assert contact.since.tzinfo is UTC


def test_ids_and_numbers_are_never_given_twice_by_many_at_once(store: SqlStore) -> None:
    def take(_: int) -> list[int]:
        with store.begin() as books:
            return [books.next_id() for _ in range(30)] + [-books.tickets.next_number() for _ in range(3)]

    with ThreadPoolExecutor(4) as pool:
        taken = [number for numbers in pool.map(take, range(12)) for number in numbers]
    assert len(taken) == len(set(taken)) == 12 * 33


def test_ticket_numbers_start_where_people_can_say_them(store: SqlStore) -> None:
    with store.begin() as books:
        assert [books.tickets.next_number() for _ in range(2)] == [1001, 1002]


def test_a_reader_changes_nothing(store: SqlStore) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"), store.reading() as connection:
        connection.execute(text("delete from contacts"))


def test_a_locked_store_says_try_again(tmp_path: Path, sqlite_template: Path) -> None:
    path = tmp_path / "desk.db"
    path.write_bytes(sqlite_template.read_bytes())
    store, other = SqlStore(f"sqlite:///{path}?timeout=0.1"), SqlStore(f"sqlite:///{path}")
    with other.begin(), pytest.raises(StoreUnavailable, match="locked"), store.begin():
        pass
    store.close()
    other.close()


def test_a_server_that_is_not_there_says_try_again() -> None:
    store = SqlStore("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(StoreUnavailable), store.begin():
        pass
    store.close()
