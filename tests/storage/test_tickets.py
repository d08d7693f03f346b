"""What the unit of work keeps of a ticket, and of all that hangs on it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.domain.errors import Conflict
from intake.domain.event import Change, Event, EventKind
from intake.domain.label import Evidence
from intake.domain.ticket import State
from intake.domain.ticket_message import Direction
from storage.store import SqlStore
from tests.storage.examples import (
    A_FILE,
    A_MESSAGE,
    A_TICKET,
    LATER,
    NOW,
    answer,
    happen,
    mail,
    name_of,
    open_ticket,
    open_tickets,
    phone,
    say,
)


def test_a_ticket_comes_back_with_every_field_that_was_saved(store: SqlStore) -> None:
    with store.begin() as books:
        number, other = open_tickets(books, 2)
    worked = replace(
        A_TICKET,
        number=number,
        state=State.ON_HOLD,
        on_hold_reason="waits for toner",
        on_hold_until=LATER,
        assigned_to="bob",
        merged_into=other,
        final_response=4711,
        resolved_at=LATER,
        closed_at=LATER,
    )
    with store.begin() as books:
        books.tickets.save(worked)
        assert books.tickets.get(number) == replace(worked, revision=1)
    with store.begin() as books:
        assert books.tickets.many([number]) == {number: replace(worked, revision=1)}


def test_of_two_who_save_the_same_revision_the_second_is_told(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        books.tickets.save(replace(A_TICKET, number=number))
        with pytest.raises(Conflict, match="meanwhile"):
            books.tickets.save(replace(A_TICKET, number=number))


def test_a_message_can_be_read_in_the_transaction_that_wrote_it(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        held = replace(A_MESSAGE, author=mail("ann@x.example"), held=True, public=False)
        said = say(books, number, held, A_FILE)
        assert books.tickets.message(said) == replace(held, id=said, ticket=number)
        assert books.tickets.message(said + 1000) is None


def test_the_files_of_a_message_come_back_whole_in_their_order(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        other = replace(A_FILE, name="b", content=b"\x00\xff", size=2, sha256="b" * 64, inline=True, content_id="c@x")
        said = say(books, number, A_MESSAGE, A_FILE, other, replace(A_FILE, name="again"))
        assert books.tickets.files(said) == [A_FILE, other, replace(A_FILE, name="again")]
        assert books.tickets.files(said + 1000) == []


def test_what_was_heard_comes_newest_first_without_answers_and_secrets(store: SqlStore) -> None:
    with store.begin() as books:
        number, other = open_tickets(books, 2)
        late = say(books, number, replace(A_MESSAGE, at=LATER))
        early = say(books, number)  # a replica with older ids wrote it down later
        answer(books, number)
        say(books, number, replace(A_MESSAGE, public=False, held=True))
        say(books, other)
        assert [message.id for message in books.tickets.heard(number, 10)] == [late, early]
        assert [message.id for message in books.tickets.heard(number, 1)] == [late]


def test_a_message_that_moves_takes_its_files_and_names_along(store: SqlStore) -> None:
    with store.begin() as books:
        number, other = open_tickets(books, 2)
        stays = say(books, number)
        books.threads.bind([name_of("stays@x"), name_of("also@x")], number, stays)
        moves = say(books, number, A_MESSAGE, A_FILE)
        books.threads.bind([name_of("moves@x")], number, moves)
        books.tickets.move_message(moves, other)
        names = [name_of("stays@x"), name_of("moves@x")]
        assert books.threads.bound(names) == {names[0]: number, names[1]: other}
        assert [message.id for message in books.tickets.heard(other, 10)] == [moves]
    with store.looking() as reader:
        story, left = reader.story(other), reader.story(number)
    assert story is not None
    assert left is not None
    assert [file.name for message in story.messages for file in message.attachments] == ["fire.png"]
    assert [message.id for message in left.messages] == [stays]


def test_a_message_knows_its_names(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        said = say(books, number)
        books.threads.bind([name_of("b@x"), name_of("a@x")], number, said)
        books.threads.bind([name_of("nobody's@x")], number)
        assert books.threads.names(said) == [name_of("a@x"), name_of("b@x")]


def test_a_name_that_was_given_stays_with_the_first(store: SqlStore) -> None:
    with store.begin() as books:
        number, other = open_tickets(books, 2)
        first, second = say(books, number), say(books, other)
        books.threads.bind([name_of("a@x")], number, first)
    with store.begin() as books:
        books.threads.bind([name_of("a@x")], other, second)
        assert books.threads.bound([name_of("a@x")]) == {name_of("a@x"): number}
        assert (books.threads.names(first), books.threads.names(second)) == ([name_of("a@x")], [])


def test_an_agent_judges_a_held_reply(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        good, bad = (say(books, number, replace(A_MESSAGE, public=False, held=True)) for _ in range(2))
        books.tickets.judge_message(good, public=True, held=False, rejected=False)
        books.tickets.judge_message(bad, public=False, held=False, rejected=True)
        assert [message.id for message in books.tickets.heard(number, 10)] == [good]
        judged = books.tickets.message(bad)
        assert judged is not None
        assert (judged.public, judged.held, judged.rejected) == (False, False, True)


def test_an_event_gets_an_id_and_comes_back_as_it_was(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        event = Event(
            ticket=number,
            kind=EventKind.RELABELLED,
            at=NOW,
            actor="bob",
            reason="it is a wish",
            evidence=(Evidence(source="lexicon", says="kind=incident", text="burns", start=3, end=8, weight=0.5),),
            data={"why": "naïve"},
            changes=(Change(field="kind", before="incident", after="enhancement"),),
        )
        given = books.tickets.add_event(event)
        assert books.tickets.event(given) == replace(event, id=given)
        assert books.tickets.event(given + 1000) is None


def test_an_event_is_undone_by_the_one_that_names_it_on_the_same_ticket(store: SqlStore) -> None:
    with store.begin() as books:
        number, other = open_tickets(books, 2)
        labelled, routed = (
            Event(id=happen(books, number, kind), ticket=number, kind=kind, at=NOW)
            for kind in (EventKind.LABELLED, EventKind.ROUTED)
        )
        happen(books, number, EventKind.UNDONE, event=str(labelled.id))
        happen(books, number, EventKind.UNDONE, merge="1")
        happen(books, other, EventKind.UNDONE, event=str(routed.id))
        happen(books, number, EventKind.NOTED, event=str(routed.id))
        assert books.tickets.is_undone(labelled)
        assert not books.tickets.is_undone(routed)


def test_the_newest_event_is_the_one_that_happened_last(store: SqlStore) -> None:
    with store.begin() as books:
        number, quiet = open_tickets(books, 2)
        last = happen(books, number, EventKind.TAKEN, LATER)
        happen(books, number, EventKind.OPENED, LATER - timedelta(seconds=1))  # a replica's older ids
        newest = books.tickets.newest_event(number)
        assert newest is not None
        assert newest.id == last
        assert books.tickets.newest_event(quiet) is None


def test_a_link_is_seen_from_both_sides_and_made_once(store: SqlStore) -> None:
    with store.begin() as books:
        one, other, third = open_tickets(books, 3)
        assert books.tickets.link(other, one)
        assert not books.tickets.link(one, other)
        assert books.tickets.link(other, third)
    with store.begin() as books:
        assert not books.tickets.link(other, one)
        assert books.tickets.unlink(third, other)
        assert not books.tickets.unlink(third, other)
        assert not books.tickets.unlink(one, third)
    with store.looking() as reader:
        stories = [reader.story(number) for number in (one, other, third)]
    assert [story.links for story in stories if story] == [(other,), (one,), ()]


def merge(store: SqlStore, *pairs: tuple[int, int]) -> None:
    with store.begin() as books:
        for number, into in pairs:
            ticket = books.tickets.get(number)
            assert ticket is not None
            books.tickets.save(replace(ticket, state=State.CANCELED, merged_into=into))


def test_tickets_are_merged_directly_and_by_way_of_another(store: SqlStore) -> None:
    with store.begin() as books:
        a, b, c, d, e = open_tickets(books, 5)
    merge(store, (a, b), (b, c), (d, c))
    with store.begin() as books:
        assert list(books.tickets.merged_into(c)) == [a, b, d]
        assert list(books.tickets.merged_into(b)) == [a]
        assert list(books.tickets.merged_into(e)) == []


def test_a_circle_of_merged_tickets_has_an_end(store: SqlStore) -> None:
    with store.begin() as books:
        a, b = open_tickets(books, 2)
    merge(store, (a, b), (b, a))
    with store.begin() as books:
        assert list(books.tickets.merged_into(a)) == [b]


def test_somebody_watches_once_until_they_do_not(store: SqlStore) -> None:
    ann, bob = replace(mail("ann@x.example"), name="Ann"), phone("+4930123456")
    with store.begin() as books:
        number, other = open_tickets(books, 2)
        assert books.tickets.watch(number, ann)
        assert not books.tickets.watch(number, mail("ann@x.example"))
        assert books.tickets.watch(number, bob)
        assert books.tickets.watch(other, ann)
        assert list(books.tickets.watchers(number)) == [ann, bob]
        assert books.tickets.unwatch(number, ann)
        assert not books.tickets.unwatch(number, ann)
        assert list(books.tickets.watchers(number)) == [bob]
        assert list(books.tickets.watchers(other)) == [ann]


def test_an_answer_is_nothing_that_was_heard(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        sent = books.tickets.message(answer(books, number))
        assert sent is not None
        assert sent.direction is Direction.OUT
        assert list(books.tickets.heard(number, 10)) == []


def test_a_message_says_what_its_author_made_of_it(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        message, other = say(books, number), say(books, number)
        books.tickets.amend_message(message, body="It smokes.", full_body="It smokes.\n-- \nAnn")
    with store.looking() as reader:
        told = reader.message(message)
        assert told is not None
        assert (told.body, told.full_body) == ("It smokes.", "It smokes.\n-- \nAnn")
        untouched = reader.message(other)
        assert untouched is not None
        assert untouched.body == A_MESSAGE.body
