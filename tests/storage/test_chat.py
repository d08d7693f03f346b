"""What the store knows about chats: who is who, where, and what still has to be looked up."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from intake.desk.ports import UnitOfWork
from intake.domain.chat import Lookup, LookupKind, LookupState, Person, Room
from intake.domain.errors import InvalidMessage
from intake.domain.message import ThreadKind
from storage.store import SqlStore
from tests.storage.chat_examples import A_LOOKUP, A_PERSON, A_ROOM, ANN, BEN, HELP, MINUTE, TEAM, said_in, slack_name, want
from tests.storage.examples import LATER, NOW, open_ticket


def test_a_room_is_known_as_it_was_kept_last(store: SqlStore) -> None:
    with store.begin() as books:
        assert books.chat.room(HELP) is None
        books.chat.keep_room(A_ROOM)
        books.chat.keep_room(A_ROOM)
    with store.begin() as books:
        books.chat.keep_room(replace(A_ROOM, shared=True))
        assert books.chat.room(HELP) == replace(A_ROOM, shared=True)
    with store.looking() as reader:
        assert reader.room(HELP) == Room(id=HELP, workspace=TEAM, direct=False, shared=True)


def test_what_was_undone_is_not_remembered(store: SqlStore) -> None:
    with store.begin() as books:
        books.chat.keep_person(A_PERSON)
        assert books.chat.room(HELP) is None
        with pytest.raises(InvalidMessage), books.savepoint():
            books.chat.keep_room(A_ROOM)
            books.chat.keep_person(replace(A_PERSON, name="somebody else"))
            assert books.chat.person(ANN) != A_PERSON
            assert books.chat.room(HELP) == A_ROOM
            raise InvalidMessage("nobody can read this")
        assert (books.chat.room(HELP), books.chat.person(ANN)) == (None, A_PERSON)


@pytest.mark.parametrize(
    "person",
    [
        A_PERSON,
        Person(id=ANN, workspace=TEAM),
        replace(A_PERSON, guest=True, stranger=True, bot=True, deactivated=True, time_zone="Europe/Berlin"),
    ],
)
def test_a_person_is_known_as_they_were_kept_last(store: SqlStore, person: Person) -> None:
    with store.begin() as books:
        books.chat.keep_person(replace(A_PERSON, name="somebody else"))
        books.chat.keep_person(person)
    with store.begin() as books, store.looking() as reader:
        assert books.chat.person(ANN) == reader.person(ANN) == person
        assert reader.person(BEN) is None


def test_a_mail_address_leads_to_whoever_was_found_to_have_it_last_and_to_no_stranger(store: SqlStore) -> None:
    with store.begin() as books:
        books.chat.keep_person(A_PERSON)
        books.chat.keep_person(replace(A_PERSON, id=BEN, looked_up_at=LATER))
        books.chat.keep_person(replace(A_PERSON, id="U1", looked_up_at=None))
        books.chat.keep_person(replace(A_PERSON, id="U2", looked_up_at=LATER + MINUTE, stranger=True))
        books.chat.keep_person(Person(id="U3", workspace=TEAM))
        found = books.chat.person_with("Ann@Corp.example")
        assert found is not None
        assert found.id == BEN
        assert books.chat.person_with("") is None
        assert books.chat.person_with("ben@corp.example") is None
    with store.looking() as reader:
        assert reader.person_with("ann@corp.example") == found


def test_a_group_has_the_members_that_it_was_said_to_have_last(store: SqlStore) -> None:
    with store.begin() as books:
        books.chat.keep_members("S1", [ANN, BEN])
        books.chat.keep_members("S2", [ANN])
    with store.begin() as books:
        books.chat.keep_members("S1", ["U9", ANN, ANN])
        assert books.chat.groups_of(ANN) == {"S1", "S2"}
        assert books.chat.groups_of(BEN) == frozenset()
        books.chat.keep_members("S2", [])
    with store.looking() as reader:
        assert reader.groups_of(ANN) == reader.groups_of("U9") == {"S1"}


def test_a_question_waits_once_and_is_asked_anew_when_it_was_answered(store: SqlStore) -> None:
    with store.begin() as books:
        assert want(books)
        assert not want(books, replace(A_LOOKUP, due_at=LATER))
        assert want(books, replace(A_LOOKUP, kind=LookupKind.GROUP))
        (lookup,) = (one for one in claimed(books) if one.kind is LookupKind.PERSON)
        assert (lookup.subject, lookup.attempts, lookup.due_at) == (ANN, 1, NOW)
        books.chat.save(replace(lookup, state=LookupState.FAILED, error="user_not_found"))
    with store.begin() as books:
        again = replace(A_LOOKUP, due_at=LATER, created_at=LATER, by=BEN, author=ANN)
        assert want(books, again)
        (lookup,) = claimed(books, now=LATER + MINUTE, kind=LookupKind.PERSON)
        assert replace(lookup, id=0) == replace(again, attempts=1)


def claimed(books: UnitOfWork, now: datetime = NOW, kind: LookupKind | None = None) -> list[Lookup]:
    found = books.chat.claim(now=now, until=now + MINUTE, replica="one", limit=9)
    return [one for one in found if kind in {None, one.kind}]


def test_what_is_claimed_is_left_to_whoever_claimed_it_until_the_lease_ends(store: SqlStore) -> None:
    with store.begin() as books:
        want(books)
        want(books, replace(A_LOOKUP, subject=BEN, due_at=LATER))
        (lookup,) = claimed(books)
        assert claimed(books) == []
        assert not want(books)
    with store.begin() as books:
        (again,) = claimed(books, now=NOW + MINUTE)
        assert again == replace(lookup, attempts=2)
        books.chat.save(replace(again, due_at=LATER, error="ratelimited"))
        assert len(claimed(books, now=LATER)) == 2
    with store.begin() as books:
        assert books.chat.release(LATER) == 2
        assert len(claimed(books, now=LATER)) == 2
        books.chat.save(replace(again, state=LookupState.FOUND))
    with store.looking() as reader:
        assert reader.lookups_waiting() == 1


def test_replicas_that_meet_somebody_at_once_both_go_on_and_one_question_waits(store: SqlStore) -> None:
    def meet(at: int) -> bool:
        with store.begin() as books:
            books.chat.keep_room(replace(A_ROOM, shared=bool(at % 2)))
            books.chat.keep_person(replace(A_PERSON, name=f"Ann {at}"))
            books.chat.keep_members("S1", [ANN, f"U{at}"])
            return want(books)

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(meet, range(9))) == [False] * 8 + [True]
    with store.looking() as reader:
        assert reader.lookups_waiting() == 1
        assert reader.groups_of(ANN) == {"S1"}


def test_two_replicas_do_not_decide_on_one_room_at_once(store: SqlStore) -> None:
    def say_once(_: int) -> bool:
        with store.begin() as books:
            books.chat.alone_in(HELP)
            if books.chat.person(ANN) is not None:
                return False
            books.chat.keep_person(A_PERSON)
            return True

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(say_once, range(6))) == 1


def test_a_message_and_a_card_are_found_by_their_names(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        message = said_in(books, number, f"{HELP}/1.1")
        books.threads.bind([slack_name("C9/2.2", ThreadKind.NOTES)], number)
        books.threads.bind([slack_name(f"{HELP}/1.1", ThreadKind.CONVERSATION)], number)
        assert books.threads.message_of(slack_name(f"{HELP}/1.1")) == message
        assert books.threads.message_of(slack_name("C9/2.2", ThreadKind.NOTES)) is None
        assert books.threads.message_of(slack_name(f"{HELP}/9.9")) is None
    with store.looking() as reader:
        assert reader.note_thread("slack", "C9/2.2") == number
        assert reader.note_thread("slack", f"{HELP}/1.1") is None
        assert reader.chat_message(f"{HELP}/1.1")
        assert not reader.chat_message("C9/2.2")
