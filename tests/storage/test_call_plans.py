"""No question about calls, texts or files reads a whole table, and the index on texts weighs nothing on mail."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from intake.desk.ports import UnitOfWork
from intake.desk.reading import Reader
from intake.domain.channel import Channel
from storage.store import SqlStore
from tests.storage import examples
from tests.storage.call_examples import A_CALL, A_QUESTION, ANN, name_file, page, ring, text_in, text_out
from tests.storage.test_fetches import AUDIO
from tests.storage.test_query_plans import looked_at, own_store, plans_of, whole_tables

__all__ = ["own_store"]
NOW, LATER = examples.NOW, examples.LATER


def everything(books: UnitOfWork) -> None:
    """What the desk asks of calls, texts and files."""
    ann = examples.know(books, examples.phone(ANN))
    number = examples.open_ticket(books, replace(examples.A_TICKET, caller=ann))
    call = ring(books, "CA1", replace(A_CALL, ticket=number))
    books.calls.named("CA1")
    books.calls.save(call)
    books.calls.live(number, NOW)
    books.calls.of(number)
    books.calls.silent(ANN, NOW)
    question = replace(A_QUESTION, id=books.next_id(), ticket=number)
    books.texts.add(question)
    books.texts.save(question)
    books.texts.newest(ANN, NOW)
    books.ladders.pages(page(books, "1a").run)
    books.texts.page_coded(ANN, "1a")
    books.texts.codes(ANN, NOW)
    message = text_in(books, number)
    books.texts.heard_last(ANN, NOW)
    text_out(books, number, number)
    books.texts.answered_last(ANN, NOW)
    books.outbox.refs(Channel.SMS, ANN, NOW)
    books.texts.tickets_of(frozenset({ann, 7}), NOW)
    fetch = name_file(books, message, number)
    books.fetches.claim(now=NOW, until=LATER, replica="one", limit=9)
    books.fetches.fetched(fetch, AUDIO)
    books.fetches.save(fetch)
    books.fetches.release(NOW)


EXPECTED = {
    "FROM calls WHERE calls.ticket": "ix_calls_ticket (ticket=?",
    "FROM calls WHERE calls.caller": "ix_calls_caller (caller=? AND began_at>?",
    "FROM text_questions": "ix_text_questions_address (address=? AND asked_at>?",
    "pages.code = ?": "ix_pages_code (address=? AND code=?",
    "SELECT pages.code": "ix_pages_coded (address=? AND at>?",
    "channel = 'sms'": "ix_messages_texts (author=? AND at>?",
    "FROM deliveries WHERE deliveries.address": "ix_deliveries_last_sent (address=? AND sent_at>?",
    "FROM tickets WHERE tickets.caller": "ix_tickets_caller (caller=?",
    "FROM fetches WHERE state": "ix_fetches_due (due_at<?",
}


def test_every_question_has_its_index(own_store: SqlStore) -> None:
    def act() -> None:
        with own_store.begin() as books:
            everything(books)

    plans = plans_of(own_store.engine, act)
    assert len(plans) > 18
    assert whole_tables(plans) == {}
    flat = {" ".join(statement.split()): " / ".join(plan) for statement, plan in plans.items()}
    for asked, index in EXPECTED.items():
        found = [plan for statement, plan in flat.items() if asked in statement]
        assert found, asked
        assert all(index in plan for plan in found), (asked, found)


@pytest.mark.parametrize(
    "look",
    [
        lambda reader: reader.call("CA1"),
        lambda reader: reader.calls(limit=9),
        lambda reader: reader.calls(before=reader.calls(limit=1)[0].id, limit=9),
        lambda reader: reader.fetches(1001),
    ],
)
def test_looking_at_calls_reads_no_whole_table(own_store: SqlStore, look: Callable[[Reader], object]) -> None:
    with own_store.begin() as books:
        ring(books)
    plans = looked_at(own_store, look)
    assert plans
    in_order = ["SCAN calls USING INDEX ix_calls_began_at"]  # as far as its limit
    assert [plan for plan in whole_tables(plans).values() if plan != in_order] == []
    of_calls = [step for asked, plan in plans.items() if "FROM calls" in asked for step in plan]
    assert [step for step in of_calls if "TEMP B-TREE" in step] == [], "sorted anew"
