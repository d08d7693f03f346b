"""An agreement's book: every line follows from the one before, and nobody can write it otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from sqlalchemy import exc

from intake.domain.agreement import Balance, Entry, EntryKind
from intake.domain.errors import PolicyViolation
from storage.store import SqlStore
from tests.storage.by_hand import refused_in_a_shell
from tests.storage.change_examples import AN_AGREEMENT, GRANT, agree, line

K = EntryKind
NAME = AN_AGREEMENT.name
G = Balance(granted=600)
# Of a change that has 300 of 600 minutes reserved: what cannot come next, and why.
REFUSED: Mapping[str, tuple[Callable[[int], Entry], str]] = {
    "more than is left": (
        lambda one: line(3, K.RESERVED, 301, Balance(granted=600, reserved=601), one),
        "not so many minutes left",
    ),
    "a booking of more than is left": (
        lambda one: replace(
            line(3, K.BOOKED, 601, Balance(granted=600, spent=601), one),
            from_reserved=300,
        ),
        "not so many minutes left",
    ),
    "an amendment below what is used": (
        lambda _: line(3, K.AMENDED, -301, Balance(granted=299, reserved=300)),
        "not so many minutes left",
    ),
    "a line that says another balance": (
        lambda one: line(3, K.RESERVED, 10, Balance(granted=600, reserved=309), one),
        "balance is not what the line makes",
    ),
    "a reservation of less than nothing": (
        lambda one: line(3, K.RESERVED, -10, Balance(granted=600, reserved=290), one),
        "balance is not what the line makes",
    ),
    "an overdraft without its reason": (
        lambda one: replace(line(3, K.OVERDRAFT, 10, Balance(granted=600, reserved=310, overdraft=10), one), text=""),
        "balance is not what the line makes",
    ),
    "an overdraft that nobody approved": (
        lambda one: replace(line(3, K.OVERDRAFT, 10, Balance(granted=600, reserved=310, overdraft=10), one), by=""),
        "who wrote it",
    ),
    "an overdraft for no change": (
        lambda _: line(3, K.OVERDRAFT, 10, Balance(granted=600, reserved=310, overdraft=10)),
        "name their change",
    ),
    "a grant for a change": (
        lambda one: line(3, K.AMENDED, 10, Balance(granted=610, reserved=300), one),
        "name their change",
    ),
    "a booking of no day": (
        lambda one: replace(
            line(3, K.BOOKED, 10, Balance(granted=600, reserved=290, spent=10), one), from_reserved=10, worked_on=None
        ),
        "on which day",
    ),
    "a release that takes out of a reservation": (
        lambda one: replace(line(3, K.RELEASED, 10, Balance(granted=600, reserved=290), one), from_reserved=10),
        "only a booking takes",
    ),
    "a booking that gives back": (
        lambda one: replace(
            line(3, K.BOOKED, 10, Balance(granted=600, reserved=290, spent=10), one), from_reserved=10, given_back=10
        ),
        "only a release gives",
    ),
    "a second grant": (lambda _: line(3, K.GRANTED, 10, Balance(granted=610, reserved=300)), "begins with a grant"),
    "a line for no known change": (
        lambda one: line(3, K.RESERVED, 10, Balance(granted=600, reserved=310), one + 1),
        "not there|carries no change",
    ),
    "a line after one that is missing": (
        lambda one: line(4, K.RESERVED, 10, Balance(reserved=10), one),
        "not so many minutes left|not there|before ended",
    ),
    "a booking past its own reservation": (
        lambda one: line(3, K.BOOKED, 10, Balance(granted=600, reserved=300, spent=10), one),
        "what it has reserved itself",
    ),
    "a release of overdraft that there is none of": (
        lambda one: replace(
            line(3, K.RELEASED, 10, Balance(granted=600, reserved=290, overdraft=-10), one),
            given_back=10,
        ),
        "less than nothing",
    ),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_the_book_refuses(store: SqlStore, what: str) -> None:
    (one,) = agree(store)
    with store.begin() as books:
        books.agreements.write(line(2, K.RESERVED, 300, Balance(granted=600, reserved=300), one))
    entry, why = REFUSED[what]
    with store.begin() as books, pytest.raises(PolicyViolation, match=why):
        books.agreements.write(entry(one))
    with store.begin() as books:
        assert books.agreements.balance(NAME) == Balance(granted=600, reserved=300)


def test_no_change_takes_what_another_one_has_reserved(store: SqlStore) -> None:
    one, other = agree(store, changes=2)
    with store.begin() as books:
        books.agreements.write(line(2, K.RESERVED, 300, Balance(granted=600, reserved=300), one))
    theft = replace(line(3, K.BOOKED, 10, Balance(granted=600, reserved=290, spent=10), other), from_reserved=10)
    with store.begin() as books, pytest.raises(PolicyViolation, match="what it has reserved itself"):
        books.agreements.write(theft)
    with store.begin() as books, pytest.raises(PolicyViolation, match="what it has reserved itself"):
        books.agreements.write(line(3, K.RELEASED, 300, G, other))


def test_overdraft_is_given_back_first(store: SqlStore) -> None:
    (one,) = agree(store)
    with store.begin() as books:
        books.agreements.write(line(2, K.RESERVED, 600, Balance(granted=600, reserved=600), one))
        books.agreements.write(line(3, K.OVERDRAFT, 60, Balance(granted=600, reserved=660, overdraft=60), one))
    kept = line(4, K.RELEASED, 70, Balance(granted=600, reserved=590, overdraft=10), one)
    with store.begin() as books, pytest.raises(PolicyViolation, match="what it has reserved itself"):
        books.agreements.write(replace(kept, given_back=50))
    with store.begin() as books:
        books.agreements.write(replace(kept, given_back=60, after=Balance(granted=600, reserved=590)))


@pytest.mark.parametrize("granted", [None, 0])
def test_a_book_begins_with_a_grant(store: SqlStore, granted: int | None) -> None:
    with store.begin() as books:
        books.agreements.add(AN_AGREEMENT)
    first = line(1, K.AMENDED, 10, Balance(granted=10)) if granted is None else replace(GRANT, minutes=0, after=Balance())
    with store.begin() as books, pytest.raises(PolicyViolation, match="does not add up"):
        books.agreements.write(first)


LATER_LINE = (
    'insert into agreement_entries (agreement, sequence, predecessor, kind, minutes, "by", at, ticket, worked_on,'
    " from_reserved, given_back, text, granted_before, reserved_before, spent_before, overdraft_before,"
    " granted_after, reserved_after, spent_after, overdraft_after) values ('ACME 2026', {0}, {1}, 'amended', {2}, 'Eve',"
    " '2026-11-23 09:00:00.000000', null, null, 0, 0, 'raw', {3}, 0, 0, 0, {4}, 0, 0, 0)"
)
RAW: Mapping[str, tuple[str, str]] = {
    "changed": ("update agreement_entries set minutes = 9999", "ck_agreement_entries_kept"),
    "signed by somebody else": ("update agreement_entries set \"by\" = 'Eve' where sequence = 2", "ck_agreement_entries_kept"),
    "taken away": ("delete from agreement_entries where sequence = 2", "ck_agreement_entries_kept"),
    "left out": (LATER_LINE.format(4, 2, 10, 650, 660), "ck_agreement_entries_begins"),
    "begun elsewhere": (LATER_LINE.format(3, 2, 10, 9000, 9010), "FOREIGN KEY|fk_agreement_entries_predecessor"),
    "begun from nothing": (LATER_LINE.format(3, "null", 10, 0, 10), "ck_agreement_entries_begins"),
    "far ahead": (LATER_LINE.format(9, 8, 10, 650, 660), "FOREIGN KEY|fk_agreement_entries_predecessor"),
    "forked": (LATER_LINE.format(2, 1, 10, 600, 610), "UNIQUE|pk_agreement_entries"),
}


@pytest.mark.parametrize("how", list(RAW))
def test_raw_sql_cannot_make_the_book_otherwise(store: SqlStore, how: str) -> None:
    agree(store)
    with store.begin() as books:
        books.agreements.write(line(2, K.AMENDED, 50, Balance(granted=650)))
    statement, why = RAW[how]
    with pytest.raises(exc.IntegrityError, match=why), store.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with store.engine.begin() as connection:
        connection.exec_driver_sql(LATER_LINE.format(3, 2, 10, 650, 660))  # an honest one of the same hand
    with store.begin() as books:
        assert books.agreements.balance(NAME) == Balance(granted=660)


@pytest.mark.parametrize("how", ["begun elsewhere", "far ahead"])
def test_no_shell_writes_a_line_that_follows_no_other(store: SqlStore, how: str) -> None:
    agree(store)
    with store.begin() as books:
        books.agreements.write(line(2, K.AMENDED, 50, Balance(granted=650)))
    statement, why = RAW[how]
    refused_in_a_shell(store, why, statement)


def test_the_book_cannot_be_replaced_or_emptied_at_once(store: SqlStore) -> None:
    agree(store)
    at_once = (
        LATER_LINE.format(1, "null", 600, 0, 600).replace("insert", "insert or replace").replace("amended", "granted")
        if store.engine.dialect.name == "sqlite"
        else "truncate agreement_entries"
    )
    with pytest.raises(exc.IntegrityError, match=r"UNIQUE|ck_agreement_entries_kept"), store.engine.begin() as connection:
        connection.exec_driver_sql(at_once)
    with store.begin() as books:
        last = books.agreements.last(NAME)
    assert last is not None
    assert last.by == "Lea"


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("name", "''", "ck_agreements_name|FOREIGN KEY"),
        ("ends", "'2025-12-31'", "ck_agreements_period"),
        ("carry_over", "-1", "ck_agreements_carry_over"),
    ],
)
def test_raw_sql_cannot_make_an_agreement_that_makes_no_sense(store: SqlStore, column: str, value: str, why: str) -> None:
    agree(store)
    with pytest.raises(exc.IntegrityError, match=why), store.engine.begin() as connection:
        connection.exec_driver_sql(f"update agreements set {column} = {value}")
