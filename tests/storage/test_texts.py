"""What the store knows about texts: questions, codes of pages, who wrote last, and which tickets a text may be about."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from intake.desk.ports import UnitOfWork
from intake.domain.channel import Channel
from intake.domain.page import RunState
from intake.domain.ticket import State, Ticket
from storage.store import SqlStore
from tests.storage import chat_examples
from tests.storage.call_examples import A_QUESTION, ANN, BEN, MINUTE, page, text_in, text_out
from tests.storage.chat_examples import DIRECT
from tests.storage.examples import A_MESSAGE, A_TICKET, LATER, NOW, know, open_ticket, open_tickets, phone, say

WEEK = timedelta(days=7)


def test_the_last_question_to_a_number_is_found_answered_or_not(store: SqlStore) -> None:
    with store.begin() as books:
        new, one, two = open_tickets(books, 3)
        asked = replace(A_QUESTION, id=books.next_id(), ticket=new, options=(one, two))
        books.texts.add(asked)
        books.texts.add(replace(asked, id=books.next_id(), asked_at=NOW - MINUTE))
        books.texts.add(replace(asked, id=books.next_id(), address=BEN, asked_at=LATER))
        assert books.texts.newest(ANN, NOW) == asked
        assert books.texts.newest(ANN, LATER) is None
    with store.begin() as books:
        answered = replace(asked, answered_at=LATER, chosen=two)
        books.texts.save(answered)
        assert books.texts.newest(ANN, NOW - WEEK) == answered


def test_a_code_leads_to_the_newest_page_that_carried_it_to_that_number(store: SqlStore) -> None:
    with store.begin() as books:
        page(books, "1a", at=NOW - timedelta(days=3))
        sent = page(books, "1a")
        page(books, "2b", at=LATER)
        page(books, "1a", to=BEN, at=LATER)
        assert books.texts.page_coded(ANN, "2a") is None
        assert books.texts.page_coded("", "") is None
    with store.begin() as books:
        found = books.texts.page_coded(ANN, "1a")
        assert found is not None
        assert (found[0], found[1].ticket) == (sent, sent.ticket)
        books.ladders.save(replace(found[1], state=RunState.STOPPED, ended_at=LATER))
        over = books.texts.page_coded(ANN, "1a")
        assert over is not None
        assert not over[1].is_open


def test_the_codes_in_use_are_those_of_that_number_since_then(store: SqlStore) -> None:
    with store.begin() as books:
        page(books, "1a")
        page(books, "2b", at=LATER)
        page(books, "3c", to=BEN)
        page(books, "", at=LATER)  # by another way
        assert books.texts.codes(ANN, NOW) == {"1a", "2b"}
        assert books.texts.codes(ANN, LATER) == {"2b"}


def test_replicas_that_page_one_number_at_once_give_each_page_a_code_of_its_own(store: SqlStore) -> None:
    def give(_: int) -> str:
        with store.begin() as books:
            books.texts.alone_with(ANN)
            return page(books, f"{len(books.texts.codes(ANN, NOW)) + 1}a").code

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(give, range(9)))) == 9


def test_the_last_text_from_a_number_is_found_on_whatever_ticket(store: SqlStore) -> None:
    with store.begin() as books:
        one, two = open_tickets(books, 2)
        text_in(books, one)
        last = text_in(books, two, at=NOW + MINUTE)
        text_in(books, one, author=BEN, at=LATER)
        say(books, one, replace(A_MESSAGE, channel=Channel.PHONE, author=phone(ANN), at=LATER))
        text_out(books, one, one, at=LATER)
        heard = books.texts.heard_last(ANN, NOW)
        assert heard is not None
        assert (heard.id, heard.ticket) == (last, two)
        assert books.texts.heard_last(ANN, LATER) is None


def test_the_last_answer_to_a_number_is_about_the_ticket_that_it_was_sent_for(store: SqlStore) -> None:
    """Who reported a major incident is answered on a ticket of theirs with what was said on another one."""
    with store.begin() as books:
        parent, own = open_tickets(books, 2)
        text_out(books, own, own)
        reply = text_out(books, parent, own, at=NOW + MINUTE)
        text_out(books, parent, parent, to=BEN, at=LATER)
        text_out(books, parent, parent, at=LATER, channel=Channel.EMAIL)
        text_out(books, parent, parent, at=None)  # it has not left yet
        said = books.texts.answered_last(ANN, NOW)
        assert said is not None
        assert (said.id, said.ticket, said.body) == (reply, own, "We are on it.")
        assert books.texts.answered_last(ANN, NOW + 2 * MINUTE) is None


def test_of_a_person_in_a_chat_only_counts_what_they_said_to_the_desk_alone(store: SqlStore) -> None:
    with store.begin() as books:
        one, two = open_tickets(books, 2)
        first = chat_examples.said_in(books, two, f"{DIRECT}/1.1")
        chat_examples.said_in(books, one, f"{DIRECT}/2.2", at=NOW + MINUTE, author=chat_examples.BEN)
        chat_examples.said_in(books, one, f"{chat_examples.HELP}/3.3", at=LATER)
        chat_examples.said_in(books, one, "", at=LATER)  # a form
        heard = books.texts.heard_last(chat_examples.ANN, NOW, Channel.SLACK)
        assert heard is not None
        assert (heard.id, heard.ticket) == (first, two)
    with store.begin() as books:
        assert books.texts.heard_last(chat_examples.ANN, NOW, Channel.SLACK) == heard
        assert books.texts.heard_last(chat_examples.ANN, NOW) is None
        # A message that was grouped: its name is given after it was written.
        books.threads.bind([chat_examples.slack_name(f"{DIRECT}/4.4")], one, chat_examples.said_in(books, one, "", at=LATER))
        heard = books.texts.heard_last(chat_examples.ANN, NOW, Channel.SLACK)
        assert heard is not None
        assert heard.at == LATER


def test_of_answers_in_a_chat_only_count_those_to_one_person_alone(store: SqlStore) -> None:
    with store.begin() as books:
        (number,) = open_tickets(books, 1)
        reply = text_out(books, number, number, to=chat_examples.ANN, channel=Channel.SLACK, ref=f"{DIRECT}/1.1")
        text_out(books, number, number, to=chat_examples.ANN, at=LATER, channel=Channel.SLACK, ref="C0HELP0001/2.2")
        said = books.texts.answered_last(chat_examples.ANN, NOW, Channel.SLACK)
        assert said is not None
        assert said.id == reply
        assert books.texts.answered_last(chat_examples.ANN, NOW) is None


def of_caller(books: UnitOfWork, caller: int, changed: Ticket) -> int:
    return open_ticket(books, replace(changed, caller=caller))


CHANGED: Sequence[tuple[Ticket, bool]] = [
    (A_TICKET, True),
    (replace(A_TICKET, state=State.IN_PROGRESS), True),
    (replace(A_TICKET, state=State.ON_HOLD), True),
    (replace(A_TICKET, state=State.RESOLVED, resolved_at=LATER), True),
    (replace(A_TICKET, state=State.RESOLVED, resolved_at=LATER - WEEK), True),
    (replace(A_TICKET, state=State.RESOLVED, resolved_at=NOW - WEEK), False),
    (replace(A_TICKET, state=State.CLOSED, resolved_at=NOW, closed_at=LATER), True),
    (replace(A_TICKET, state=State.CLOSED, resolved_at=NOW - WEEK, closed_at=LATER), False),  # closed by the clock
    (replace(A_TICKET, state=State.CLOSED, closed_at=LATER), True),
    (replace(A_TICKET, state=State.CANCELED, closed_at=LATER), False),
]


@pytest.mark.parametrize(("ticket", "is_found"), CHANGED)
def test_a_text_may_be_about_what_is_open_or_was_resolved_in_the_last_days(
    store: SqlStore, ticket: Ticket, *, is_found: bool
) -> None:
    with store.begin() as books:
        ann = know(books, phone(ANN))
        number = of_caller(books, ann, ticket)
        of_caller(books, know(books, phone(BEN)), ticket)
        assert list(books.texts.tickets_of(frozenset({ann}), LATER - WEEK)) == ([number] if is_found else [])


def test_the_tickets_of_all_identities_come_the_liveliest_first_and_none_that_was_merged(store: SqlStore) -> None:
    def active(at: datetime) -> Ticket:
        return replace(A_TICKET, updated_at=at)

    with store.begin() as books:
        ann, home = know(books, phone(ANN)), know(books, phone(BEN))
        old, live, middle = (
            of_caller(books, caller, active(NOW + minutes * MINUTE)) for caller, minutes in ((ann, 1), (home, 9), (ann, 5))
        )
        of_caller(books, ann, replace(active(LATER), merged_into=live))
        assert list(books.texts.tickets_of(frozenset({ann, home}), NOW)) == [live, middle, old]
        assert list(books.texts.tickets_of(frozenset(), NOW)) == []
