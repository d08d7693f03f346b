"""Which ticket a conversation belongs to, also where two replicas bind it at once."""

from collections.abc import Iterator

import pytest

from intake.domain.channel import Channel
from intake.domain.errors import Conflict
from intake.domain.message import ThreadKind, ThreadRef
from storage.store import SqlStore
from tests.storage.examples import name_of, open_ticket, open_tickets

TALK = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.CONVERSATION, value="alert:disk-on-db1")
NAME = name_of("a@x")


@pytest.fixture
def replicas(pg_database: str) -> Iterator[tuple[SqlStore, SqlStore]]:
    one, other = SqlStore(pg_database), SqlStore(pg_database)
    yield one, other
    one.close()
    other.close()


@pytest.mark.parametrize("ref", [TALK, NAME])
@pytest.mark.parametrize("asked", [False, True])
def test_what_is_bound_stays_where_it_is(store: SqlStore, ref: ThreadRef, *, asked: bool) -> None:
    with store.begin() as books:
        first, second = open_tickets(books, 2)
        books.threads.bind([ref], first)
        books.threads.bind([ref], second)
        assert books.threads.bound([ref]) == {ref: first}
    with store.begin() as books:
        if asked:
            books.threads.bound([ref])
        books.threads.bind([ref], second)
        assert books.threads.bound([ref]) == {ref: first}
    with store.begin() as books:
        assert books.threads.bound([ref]) == {ref: first}


def test_what_was_bound_and_unbound_is_free_for_another_ticket(store: SqlStore) -> None:
    with store.begin() as books:
        first, second = open_tickets(books, 2)
        books.threads.bind([TALK], first)
    with store.begin() as books:
        assert books.threads.bound([TALK]) == {TALK: first}
        books.threads.unbind([TALK])
        assert books.threads.bound([TALK]) == {}
        books.threads.bind([TALK], second)
    with store.begin() as books:
        assert books.threads.bound([TALK]) == {TALK: second}


def test_what_was_bound_in_vain_can_be_bound_again(store: SqlStore) -> None:
    with store.begin() as books:
        ticket = open_ticket(books)
        try:
            with books.savepoint():
                books.threads.bind([TALK], ticket)
                raise ValueError("planted")
        except ValueError:
            pass
        books.threads.bind([TALK], ticket)
    with store.begin() as books:
        assert books.threads.bound([TALK]) == {TALK: ticket}


@pytest.mark.postgres
def test_of_two_replicas_that_bind_a_free_conversation_the_second_decides_anew(replicas: tuple[SqlStore, SqlStore]) -> None:
    quick, slow = replicas
    with quick.begin() as books:
        first, second = open_tickets(books, 2)
    with pytest.raises(Conflict), slow.begin() as late:
        assert late.threads.bound([TALK]) == {}
        with quick.begin() as books:
            books.threads.bind([TALK], first)
        late.threads.bind([TALK], second)
    with slow.begin() as late:
        assert late.threads.bound([TALK]) == {TALK: first}
        late.threads.bind([TALK], second)


@pytest.mark.postgres
def test_of_two_replicas_that_bind_a_message_id_the_first_is_kept(replicas: tuple[SqlStore, SqlStore]) -> None:
    quick, slow = replicas
    with quick.begin() as books:
        first, second = open_tickets(books, 2)
    with slow.begin() as late:
        assert late.threads.bound([NAME]) == {}
        with quick.begin() as books:
            books.threads.bind([NAME], first)
        late.threads.bind([NAME], second)
    with quick.begin() as books:
        assert books.threads.bound([NAME]) == {NAME: first}


@pytest.mark.postgres
def test_a_conversation_that_went_elsewhere_meanwhile_is_not_unbound_there(replicas: tuple[SqlStore, SqlStore]) -> None:
    quick, slow = replicas
    with quick.begin() as books:
        first, second = open_tickets(books, 2)
        books.threads.bind([TALK], first)
    with pytest.raises(Conflict), slow.begin() as late:
        assert late.threads.bound([TALK]) == {TALK: first}
        with quick.begin() as books:
            books.threads.bound([TALK])
            books.threads.unbind([TALK])
            books.threads.bind([TALK], second)
        late.threads.unbind([TALK])
    with quick.begin() as books:
        assert books.threads.bound([TALK]) == {TALK: second}
