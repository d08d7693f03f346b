"""What is asked of calls at a scrape, on both databases."""

from dataclasses import replace

from storage.call_counts import calls_by_outcome, last_call
from storage.store import SqlStore
from tests.storage.call_examples import A_CALL, MINUTE, ring
from tests.storage.examples import LATER, NOW


def test_calls_are_counted_by_what_became_of_them(store: SqlStore) -> None:
    with store.reading() as connection:
        assert set(calls_by_outcome(connection).values()) == {0}
        assert last_call(connection) is None
    with store.begin() as books:
        ring(books, "CA1", replace(A_CALL, began_at=NOW))
        ring(books, "CA2", replace(A_CALL, ended_at=LATER))
        ring(books, "CA3", replace(A_CALL, ended_at=LATER, said=True))
        ring(books, "CA4", replace(A_CALL, said=True, connected_to="Robin"))
        ring(books, "CA5", replace(A_CALL, ended_at=LATER, said=True, began_at=NOW + MINUTE))
    with store.reading() as connection:
        assert calls_by_outcome(connection) == {"taken": 1, "said": 2, "silent": 1, "open": 1}
        assert last_call(connection) == NOW + MINUTE
