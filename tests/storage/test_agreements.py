"""What the unit of work keeps of agreements, and what can be looked up about them."""

from dataclasses import replace
from datetime import date

import pytest

from intake.domain.agreement import Agreement, AgreementLine, Balance, Entry, EntryKind, OfChange
from intake.domain.errors import Conflict, NotFound
from storage.store import SqlStore
from tests.storage.change_examples import AN_AGREEMENT, GRANT, agree, line
from tests.storage.examples import LATER, NOW

K = EntryKind
NAME = AN_AGREEMENT.name


def test_an_agreement_comes_back_with_every_field_that_was_saved(store: SqlStore) -> None:
    changed = replace(
        AN_AGREEMENT,
        party="ACME Süd",
        ends=date(2027, 1, 31),
        spenders=("cio", "Lea Lang"),
        product_owners=("po@acme.example",),
        carry_over=None,
        closed_at=LATER,
        alerted=True,
    )
    with store.begin() as books:
        assert books.agreements.get(NAME) is None
        books.agreements.add(AN_AGREEMENT)
        assert books.agreements.lock(NAME) == AN_AGREEMENT
        assert (books.agreements.last(NAME), books.agreements.balance(NAME)) == (None, Balance())
        books.agreements.save(changed)
        with pytest.raises(NotFound, match="no agreement ACME 1926"):
            books.agreements.save(replace(AN_AGREEMENT, name="ACME 1926"))
    with store.begin() as books:
        assert books.agreements.get(NAME) == changed
        assert books.agreements.lock("other") is None


def test_two_agreements_cannot_have_one_name(store: SqlStore) -> None:
    agree(store)
    with store.begin() as books, pytest.raises(Conflict):
        books.agreements.add(AN_AGREEMENT)


def a_book(one: int, other: int) -> list[Entry]:
    """A line of every kind, for two changes."""
    return [
        GRANT,
        line(2, K.RESERVED, 300, Balance(granted=600, reserved=300), one),
        line(3, K.RESERVED, 250, Balance(granted=600, reserved=550), other),
        replace(line(4, K.BOOKED, 310, Balance(granted=600, reserved=250, spent=310), one), from_reserved=300, ledger=7),
        line(5, K.OVERDRAFT, 90, Balance(granted=600, reserved=340, spent=310, overdraft=90), other),
        replace(
            line(6, K.RELEASED, 100, Balance(granted=600, reserved=240, spent=310), other),
            given_back=90,
        ),
        line(7, K.AMENDED, -40, Balance(granted=560, reserved=240, spent=310)),
        line(8, K.RELEASED, 240, Balance(granted=560, spent=310), other),
        line(9, K.CARRIED_IN, 10, Balance(granted=570, spent=310)),
        line(10, K.CARRIED_OUT, 260, Balance(granted=310, spent=310)),
    ]


def test_the_book_comes_back_as_it_was_written(store: SqlStore) -> None:
    one, other = agree(store, changes=2)
    with store.begin() as books:
        for entry in a_book(one, other)[1:]:
            books.agreements.write(entry)
            assert books.agreements.last(NAME) == entry
            assert books.agreements.balance(NAME) == entry.after
    with store.looking() as reader:
        story, whole = reader.agreement(NAME), reader.change(one)
        assert reader.agreement("other") is None
    assert story is not None
    assert whole is not None
    assert story.line == AgreementLine(agreement=AN_AGREEMENT, balance=Balance(granted=310, spent=310))
    assert list(story.entries) == a_book(one, other)
    assert story.by_change == (OfChange(ticket=one, reserved=0, spent=310), OfChange(ticket=other, reserved=0, spent=0))
    assert (whole.reserved, whole.spent) == (0, 310)


def test_what_a_change_has_and_who_has_something_reserved(store: SqlStore) -> None:
    one, other = agree(store, changes=2)
    second = replace(AN_AGREEMENT, name="Beta 2026")
    with store.begin() as books:
        for entry in a_book(one, other)[1:5]:
            books.agreements.write(entry)
        books.agreements.add(second)
        books.agreements.write(replace(GRANT, agreement=second.name))
        books.agreements.write(replace(line(2, K.RESERVED, 60, Balance(granted=600, reserved=60), one), agreement=second.name))
        assert books.agreements.of_change(one) == {
            NAME: OfChange(ticket=one, reserved=0, spent=310),
            second.name: OfChange(ticket=one, reserved=60, spent=0),
        }
        assert books.agreements.of_change(other) == {NAME: OfChange(ticket=other, reserved=340, spent=0, overdraft=90)}
        assert books.agreements.of_change(4711) == {}
        assert list(books.agreements.reserved(NAME)) == [OfChange(ticket=other, reserved=340, spent=0, overdraft=90)]
        assert [has.ticket for has in books.agreements.reserved(second.name)] == [one]


def test_agreements_are_listed_by_name_and_closed_ones_when_asked_for(store: SqlStore) -> None:
    agree(store)
    older = replace(AN_AGREEMENT, name="ACME 2025", closed_at=NOW)
    with store.begin() as books:
        books.agreements.add(older)
    with store.looking() as reader:
        current, every = reader.agreements(), reader.agreements(also_closed=True)
    assert list(current) == [AgreementLine(agreement=AN_AGREEMENT, balance=Balance(granted=600))]
    assert [one.agreement.name for one in every] == ["ACME 2025", NAME]
    assert every[0].balance == Balance()


def test_something_can_be_reserved_while_a_period_has_not_ended(store: SqlStore) -> None:
    agree(store)
    with store.begin() as books:
        assert books.agreements.any_open(AN_AGREEMENT.ends)
        assert not books.agreements.any_open(date(2027, 1, 1))
        books.agreements.save(replace(AN_AGREEMENT, closed_at=NOW))
        assert not books.agreements.any_open(AN_AGREEMENT.ends)


def test_a_line_that_somebody_else_wrote_first_is_a_conflict(store: SqlStore) -> None:
    (one,) = agree(store)
    reserved = line(2, K.RESERVED, 300, Balance(granted=600, reserved=300), one)
    with store.begin() as books:
        books.agreements.write(reserved)
    with store.begin() as books, pytest.raises(Conflict):
        books.agreements.write(replace(reserved, minutes=10, after=Balance(granted=600, reserved=10)))


def test_a_second_period_is_another_book(store: SqlStore) -> None:
    agree(store)
    following: Agreement = replace(AN_AGREEMENT, name="ACME 2027", starts=date(2027, 1, 1), ends=date(2027, 12, 31))
    with store.begin() as books:
        books.agreements.add(following)
        books.agreements.write(replace(GRANT, agreement=following.name, minutes=60, after=Balance(granted=60)))
        books.agreements.write(replace(line(2, K.CARRIED_IN, 30, Balance(granted=90)), agreement=following.name))
        assert (books.agreements.balance(NAME), books.agreements.balance(following.name)) == (
            Balance(granted=600),
            Balance(granted=90),
        )
