"""What the store knows about phone calls."""

from dataclasses import replace

import pytest

from intake.domain.errors import Conflict
from storage.call_counts import last_call
from storage.store import SqlStore
from tests.storage.call_examples import A_CALL, ANN, BEN, MINUTE, ring
from tests.storage.examples import LATER, NOW, open_ticket


def test_a_call_is_found_by_its_name_as_it_was_written(store: SqlStore) -> None:
    with store.begin() as books:
        first, second = ring(books), ring(books, "CA2", replace(A_CALL, caller=""))
        assert books.calls.named("CA1") == first
    with store.begin() as books, store.looking() as reader:
        assert books.calls.named("CA2") == reader.call("CA2") == second
        assert books.calls.named("CA3") is None
        assert reader.call("CA3") is None


def test_what_becomes_of_a_call_is_kept_also_on_another_ticket(store: SqlStore) -> None:
    with store.begin() as books:
        call = ring(books)
        before = call.ticket
    with store.begin() as books:
        other = open_ticket(books)
        after = replace(call, ticket=other, said=True, connected_to="Robin", ended_at=LATER)
        books.calls.save(after)
        assert books.calls.named("CA1") == after
        assert list(books.calls.of(other)) == [after]
        assert list(books.calls.of(before)) == []


def test_the_same_call_at_two_replicas_is_entered_once(store: SqlStore) -> None:
    with store.begin() as books:
        ring(books)
    with pytest.raises(Conflict), store.begin() as books:
        ring(books)
    with store.looking() as reader:
        assert len(reader.calls(limit=9)) == 1


def test_a_ticket_tells_its_calls_the_oldest_first(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        on = replace(A_CALL, ticket=number)
        late = ring(books, "CA2", replace(on, began_at=LATER))
        early = ring(books, "CA1", on)
        assert list(books.calls.of(number)) == [early, late]


def test_live_is_the_newest_call_that_nobody_took_and_that_has_not_ended(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        on = replace(A_CALL, ticket=number)
        assert books.calls.live(number, NOW) is None
        first = ring(books, "CA1", on)
        assert books.calls.live(number, NOW) == first
        assert books.calls.live(number, NOW + MINUTE) is None
        second = ring(books, "CA2", replace(on, began_at=NOW + MINUTE))
        ring(books, "CA3", replace(on, began_at=NOW + 2 * MINUTE, ended_at=LATER))
        ring(books, "CA4", replace(on, began_at=NOW + 3 * MINUTE, connected_to="Robin"))
        ring(books, "CA5")
    with store.begin() as books:
        assert books.calls.live(number, NOW) == second
        books.calls.save(replace(second, connected_to="cio"))
        assert books.calls.live(number, NOW) == first


def test_a_silent_call_is_one_in_which_nothing_was_said_until_a_short_while_ago(store: SqlStore) -> None:
    with store.begin() as books:
        quick = ring(books, "CA1", replace(A_CALL, ended_at=NOW + MINUTE))
        ring(books, "CA2", replace(A_CALL, began_at=LATER, said=True))
        ring(books, "CA3", replace(A_CALL, began_at=LATER, caller=BEN))
        ring(books, "CA4", replace(A_CALL, began_at=LATER, caller=""))
    with store.begin() as books:
        assert books.calls.silent(ANN, NOW) == quick
        assert books.calls.silent(ANN, NOW + MINUTE) == quick  # its end counts, not its beginning
        assert books.calls.silent(ANN, NOW + 2 * MINUTE) is None
        under_way = ring(books, "CA5", replace(A_CALL, began_at=NOW + 3 * MINUTE))
        assert books.calls.silent(ANN, NOW) == under_way
        assert books.calls.silent("", NOW) is None  # who withholds the number is nobody in particular


def test_the_newest_call_stands_first_whichever_replica_or_spool_wrote_it_and_when(store: SqlStore) -> None:
    with store.begin() as books:
        late = ring(books, "CA1", replace(A_CALL, began_at=LATER))
        at_once = [ring(books, f"CA{n}", replace(A_CALL, began_at=NOW + MINUTE)) for n in (2, 3)]
        early = ring(books, "CA4")
    with store.looking() as reader:
        assert list(reader.calls(limit=9)) == [late, at_once[1], at_once[0], early]
        assert list(reader.calls(before=at_once[1].id, limit=1)) == [at_once[0]]
        assert list(reader.calls(before=at_once[0].id, limit=9)) == [early]
    with store.reading() as connection:
        assert last_call(connection) == LATER


def test_the_list_of_calls_goes_on_below_the_last_one_shown(store: SqlStore) -> None:
    with store.begin() as books:
        rung = [ring(books, f"CA{n}") for n in range(4)]
    with store.looking() as reader:
        assert list(reader.calls(limit=2)) == [rung[3], rung[2]]
        assert list(reader.calls(before=rung[2].id, limit=9)) == [rung[1], rung[0]]
