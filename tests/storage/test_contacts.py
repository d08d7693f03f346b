"""One person, many addresses: what linking an address does, and what taking it back leaves."""

from dataclasses import replace

import pytest

from intake.domain.channel import Address, Channel
from storage.store import SqlStore
from tests.storage.examples import A_TICKET, NOW, know, mail, open_ticket, phone

ANN, HOME, CELL = mail("ann@work.example"), mail("ann@home.example"), phone("+4930123456")


def held_by(store: SqlStore, address: Address) -> int | None:
    with store.begin() as books:
        contact = books.contacts.at(address)
    return contact.id if contact else None


def test_a_new_address_joins_its_contact(store: SqlStore) -> None:
    with store.begin() as books:
        ann = know(books, ANN)
        books.contacts.link(CELL, ann)
        found = books.contacts.at(CELL)
        assert found is not None
        assert found.id == ann
        assert books.contacts.former(CELL) is None
        whole = books.contacts.get(ann)
        assert whole is not None
        assert whole.addresses == (ANN, CELL)


def test_an_address_that_was_somebody_elses_makes_one_person_of_both(store: SqlStore) -> None:
    with store.begin() as books:
        ann, home = know(books, ANN), know(books, HOME)
        books.contacts.link(HOME, ann)
        assert books.contacts.former(HOME) == home
        assert books.contacts.identities(ann) == books.contacts.identities(home) == {ann, home}
        for known in (ann, home):
            whole = books.contacts.get(known)
            assert whole is not None
            assert (whole.id, whole.addresses) == (ann, (HOME, ANN))


def test_a_contact_that_kept_an_address_keeps_its_name(store: SqlStore) -> None:
    with store.begin() as books:
        ann, home = know(books, ANN), know(books, HOME, CELL)
        books.contacts.link(HOME, ann)
        kept = books.contacts.get(home)
        assert kept is not None
        assert (kept.id, kept.addresses) == (home, (CELL,))
        assert books.contacts.identities(home) == {ann, home}


def test_an_address_that_is_linked_on_remembers_the_first_it_was_taken_from(store: SqlStore) -> None:
    with store.begin() as books:
        ann, home, third = know(books, ANN), know(books, HOME), know(books, CELL)
        books.contacts.link(HOME, ann)
        books.contacts.link(HOME, third)
        assert books.contacts.former(HOME) == home
        assert books.contacts.identities(home) == {home, third}
        assert books.contacts.identities(ann) == {ann}


def test_an_address_that_comes_home_remembers_nothing(store: SqlStore) -> None:
    with store.begin() as books:
        ann, home = know(books, ANN), know(books, HOME)
        books.contacts.link(HOME, ann)
        books.contacts.link(HOME, home)
        assert books.contacts.former(HOME) is None
        assert books.contacts.identities(ann) == {ann}


def test_linking_what_is_linked_changes_nothing(store: SqlStore) -> None:
    with store.begin() as books:
        ann, home = know(books, ANN), know(books, HOME)
        for _ in range(2):
            books.contacts.link(HOME, ann)
        assert books.contacts.former(HOME) == home
        books.contacts.link(ANN, ann)
        assert books.contacts.former(ANN) is None


def test_an_unlinked_address_goes_back_to_where_it_was(store: SqlStore) -> None:
    with store.begin() as books:
        ann, home, aside = know(books, ANN), know(books, HOME), know(books)
        books.contacts.link(HOME, ann)
        books.contacts.unlink(HOME, aside)
        assert books.contacts.former(HOME) is None
        assert books.contacts.identities(home) == {home}
        assert books.contacts.identities(ann) == {ann}
    assert held_by(store, HOME) == home


def test_an_address_that_never_was_elsewhere_goes_where_it_is_sent(store: SqlStore) -> None:
    with store.begin() as books:
        ann = know(books, ANN, CELL)
        aside = know(books)
        books.contacts.unlink(CELL, aside)
        assert books.contacts.identities(ann) == {ann}
    assert (held_by(store, CELL), held_by(store, ANN)) == (aside, ann)


def test_unlinking_what_nobody_knows_changes_nothing(store: SqlStore) -> None:
    with store.begin() as books:
        ann = know(books, ANN)
        books.contacts.unlink(CELL, ann)
        books.contacts.unlink(ANN, None)
    assert (held_by(store, CELL), held_by(store, ANN)) == (None, ann)


def test_one_person_reaches_as_far_as_linked_addresses_do(store: SqlStore) -> None:
    with store.begin() as books:
        a, b, c, stranger = (know(books, *addresses) for addresses in ((ANN,), (HOME, CELL), (mail("c@x.example"),), ()))
        books.contacts.link(HOME, a)
        books.contacts.link(mail("c@x.example"), b)
        assert {books.contacts.identities(one) for one in (a, b, c)} == {frozenset({a, b, c})}
        assert books.contacts.identities(stranger) == {stranger}


def test_what_was_foreseen_is_asked_anew_after_a_link(store: SqlStore) -> None:
    with store.begin() as books:
        ann, home = know(books, ANN), know(books, HOME)
    with store.begin() as books:
        books.foresee(Channel.EMAIL, "m1@x", HOME)
        before = books.contacts.at(HOME)
        books.contacts.link(HOME, ann)
        linked = books.contacts.at(HOME)
        books.foresee(Channel.EMAIL, "m2@x", HOME)
        books.contacts.at(HOME)
        books.contacts.unlink(HOME, None)
        after = books.contacts.at(HOME)
    assert [contact.id for contact in (before, linked, after) if contact] == [home, ann, home]


def test_a_link_that_fails_with_its_savepoint_is_forgotten(store: SqlStore) -> None:
    with store.begin() as books:
        ann, home = know(books, ANN), know(books, HOME)
    with store.begin() as books:
        try:
            with books.savepoint():
                books.foresee(Channel.EMAIL, "m1@x", HOME)
                books.contacts.link(HOME, ann)
                books.foresee(Channel.EMAIL, "m2@x", HOME)
                books.contacts.at(HOME)
                raise ValueError("planted")
        except ValueError:
            pass
        contact = books.contacts.at(HOME)
    assert contact is not None
    assert contact.id == home


@pytest.mark.parametrize("known_before", [False, True])
def test_what_stops_and_starts_in_one_batch_is_as_it_was_said_last(store: SqlStore, *, known_before: bool) -> None:
    if known_before:
        with store.begin() as books:
            know(books, CELL)
    with store.begin() as books:
        books.foresee(Channel.SMS, "SM1", CELL)
        if not known_before:
            know(books, CELL)
        books.contacts.mark_alive(CELL)
        is_dead = []
        for dies in (True, False, True):
            if dies:
                assert books.contacts.mark_dead(CELL, "STOP", NOW)
            else:
                books.contacts.mark_alive(CELL, unless="something else")
            contact = books.contacts.at(CELL)
            assert contact is not None
            is_dead.append(contact.dead == (CELL,))
        books.contacts.mark_alive(CELL, unless="STOP")
    assert is_dead == [True, False, True]
    with store.looking() as reader:
        there = reader.contact_at(CELL)
    assert there is not None
    assert there.dead == (CELL,)


def test_a_reader_sees_people_as_the_desk_does(store: SqlStore) -> None:
    with store.begin() as books:
        ann, home = know(books, ANN), know(books, HOME)
        number = open_ticket(books, replace(A_TICKET, caller=home))
        books.contacts.link(HOME, ann)
    with store.looking() as reader:
        assert [contact.id for contact in reader.contacts(limit=10)] == [home, ann]
        assert [contact.id for contact in reader.contacts(before=home, limit=10)] == [ann]
        assert [contact.addresses for contact in reader.contacts(limit=10)] == [(), (HOME, ANN)]
        assert reader.identities(home) == {ann, home}
        there, whole, line = reader.contact_at(HOME), reader.contact(home), reader.story(number)
        assert reader.contact_at(CELL) is None
        assert reader.contact(number + 100_000) is None
    assert there is not None
    assert whole is not None
    assert line is not None
    assert (there.id, whole.id, line.line.caller) == (ann, ann, HOME.value)
