"""Lists, pages and queues, as people see them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.desk.ports import Store
from intake.desk.reading import EVERY_TICKET, Library, TicketFilter
from intake.domain.event import Change, Event, EventKind
from intake.domain.label import Kind, Priority
from intake.domain.story import QueueDepth
from intake.domain.ticket import State, Tier
from intake.domain.ticket_message import KeptFile
from intake.domain.work_note import WorkNote
from storage.store import SqlStore
from tests.storage.examples import (
    A_FILE,
    A_MESSAGE,
    A_TICKET,
    LATER,
    NOW,
    answer,
    happen,
    know,
    mail,
    open_ticket,
    open_tickets,
    queue_reply,
    say,
)


def test_one_store_fits_those_who_write_and_those_who_look(store: SqlStore) -> None:
    writing: Store = store
    looking: Library = store
    with writing.begin() as books:
        number = open_ticket(books)
    with looking.looking() as reader:
        assert [line.ticket.number for line in reader.tickets(limit=9)] == [number]


# From the oldest: what each ticket is like, by its place in the list.
QUEUE = (
    A_TICKET,
    replace(A_TICKET, state=State.IN_PROGRESS, assigned_to="bob", priority=Priority.P1),
    replace(A_TICKET, state=State.ON_HOLD, assignment_group="network", tier=Tier.TEAM),
    replace(A_TICKET, state=State.RESOLVED, assigned_to="bob", kind=Kind.SERVICE_REQUEST, category=None),
    replace(A_TICKET, state=State.CLOSED, assignment_group="leads", tier=Tier.LEADS),
    replace(A_TICKET, state=State.CANCELED, kind=Kind.NONE, category=None),
)


@pytest.mark.parametrize(
    ("which", "places"),
    [
        (EVERY_TICKET, [5, 4, 3, 2, 1, 0]),
        (TicketFilter(states=[State.NEW]), [0]),
        (TicketFilter(states=[State.NEW, State.IN_PROGRESS, State.ON_HOLD]), [2, 1, 0]),
        (TicketFilter(states=[State.CLOSED]), [4]),
        (TicketFilter(states=[State.CLOSED, State.CANCELED]), [5, 4]),
        (TicketFilter(states=[State.CLOSED, State.NEW], assignment_groups=["support", "leads"]), [4, 0]),
        (TicketFilter(states=list(State)), [5, 4, 3, 2, 1, 0]),
        (TicketFilter(kinds=[Kind.NONE, Kind.SERVICE_REQUEST]), [5, 3]),
        (TicketFilter(priorities=[Priority.P1]), [1]),
        (TicketFilter(tiers=[Tier.TEAM, Tier.LEADS]), [4, 2]),
        (TicketFilter(assignment_groups=["network"]), [2]),
        (TicketFilter(assigned_to="bob"), [3, 1]),
        (TicketFilter(assigned_to="bob", states=[State.RESOLVED]), [3]),
        (TicketFilter(assigned_to="", states=[State.NEW, State.ON_HOLD], assignment_groups=["support"]), [0]),
        (TicketFilter(assigned_to="carla"), []),
        (TicketFilter(callers=[]), []),
    ],
)
def test_a_filter_lets_through_what_it_names(store: SqlStore, which: TicketFilter, places: list[int]) -> None:
    with store.begin() as books:
        numbers = [open_ticket(books, like) for like in QUEUE]
    with store.looking() as reader:
        found = [numbers.index(line.ticket.number) for line in reader.tickets(which, limit=9)]
        below = [numbers.index(line.ticket.number) for line in reader.tickets(which, before=numbers[3], limit=1)]
    assert found == places
    assert below == [place for place in places if place < 3][:1]


def test_callers_see_the_tickets_of_all_that_they_are(store: SqlStore) -> None:
    with store.begin() as books:
        ann, home, bob = know(books, mail("ann@x.example")), know(books, mail("home@x.example")), know(books)
        numbers = [open_ticket(books, replace(A_TICKET, caller=who)) for who in (ann, home, bob, None)]
        books.contacts.link(mail("home@x.example"), ann)
    with store.looking() as reader:
        lines = reader.tickets(TicketFilter(callers=reader.identities(home)), limit=9)
        assert [(line.ticket.number, line.caller) for line in lines] == [
            (numbers[1], "home@x.example"),
            (numbers[0], "ann@x.example"),
        ]
        assert [line.caller for line in reader.tickets(limit=2)] == ["", ""]


def test_a_queue_counts_what_is_open_and_what_nobody_has(store: SqlStore) -> None:
    with store.begin() as books:
        for like in (*QUEUE, replace(A_TICKET, opened_at=NOW - timedelta(days=1), assigned_to="bob")):
            open_ticket(books, like)
    with store.looking() as reader:
        assert list(reader.queues()) == [
            QueueDepth(assignment_group="network", priority=Priority.P2, open=1, untaken=1, oldest=NOW),
            QueueDepth(assignment_group="support", priority=Priority.P1, open=1, untaken=0, oldest=NOW),
            QueueDepth(assignment_group="support", priority=Priority.P2, open=2, untaken=1, oldest=NOW - timedelta(days=1)),
        ]


def test_a_story_tells_everything_from_the_oldest_on(store: SqlStore) -> None:
    with store.begin() as books:
        number, other, merged = open_tickets(books, 3)
        second = say(books, number, replace(A_MESSAGE, at=LATER), A_FILE, replace(A_FILE, name="again.png", inline=True))
        first = say(books, number)
        closed = happen(books, number, EventKind.CLOSED, LATER)
        change = Change(field="assigned_to", before="", after="bob")
        taken = books.tickets.add_event(Event(ticket=number, kind=EventKind.TAKEN, at=NOW, changes=(change,)))
        notes = [
            WorkNote(id=books.next_id(), ticket=number, author="bob", text=text, at=at)
            for text, at in (("it smokes again", LATER), ("it smokes", NOW))
        ]
        for note in notes:
            books.tickets.add_note(note)
        books.tickets.link(other, number)
        books.tickets.watch(number, mail("boss@x.example"))
        books.tickets.save(replace(A_TICKET, number=merged, state=State.CANCELED, merged_into=number))
        delivery = queue_reply(books, number, answer(books, other))
    with store.looking() as reader:
        story = reader.story(number)
        assert reader.story(number + 1000) is None
    assert story is not None
    assert [message.id for message in story.messages] == [first, second]
    assert [(file.position, file.name) for file in story.messages[1].attachments] == [(0, "fire.png"), (1, "again.png")]
    assert [event.id for event in story.events] == [taken, closed]
    assert story.events[0].changes == (change,)
    assert list(story.notes) == notes[::-1]
    assert story.deliveries == (delivery,)
    assert (story.links, story.merged, story.watchers) == ((other,), (merged,), (mail("boss@x.example"),))


def test_a_file_can_be_fetched_by_its_place(store: SqlStore) -> None:
    with store.begin() as books:
        said = say(books, open_ticket(books), A_MESSAGE, A_FILE)
    kept = KeptFile(position=0, name="fire.png", content_type="image/png", size=3, sha256="a" * 64, inline=False)
    with store.looking() as reader:
        assert reader.attachment(said, 0) == (kept, b"png")
        assert reader.attachment(said, 1) is None
        message = reader.message(said)
        assert message is not None
        assert message.attachments == (kept,)
        assert reader.message(said + 1000) is None


def test_who_was_merged_reads_the_answers_that_went_to_them_from_elsewhere(store: SqlStore) -> None:
    with store.begin() as books:
        merged, target = open_tickets(books, 2)
        own, shared, not_theirs = answer(books, merged), answer(books, target, "Solved."), answer(books, target)
        for ticket, reply in ((merged, own), (merged, shared), (merged, shared), (target, shared), (target, not_theirs)):
            queue_reply(books, ticket, reply)
    with store.looking() as reader:
        assert [(answer.id, answer.body) for answer in reader.answers_from_elsewhere(merged)] == [(shared, "Solved.")]
        assert list(reader.answers_from_elsewhere(target)) == []


def test_events_page_on_above_the_last_that_was_seen(store: SqlStore) -> None:
    with store.begin() as books:
        number, other = open_tickets(books, 2)
        kinds = (EventKind.OPENED, EventKind.RELABELLED, EventKind.CLOSED)
        ids = [happen(books, ticket, kind) for kind in kinds for ticket in (number, other)]
    with store.looking() as reader:
        assert [event.id for event in reader.events(limit=2)] == ids[:2]
        assert [event.id for event in reader.events(after=ids[1], limit=9)] == ids[2:]
        assert [event.id for event in reader.events(ticket=other, limit=9)] == ids[1::2]
        assert [event.id for event in reader.events(kinds=[EventKind.RELABELLED], limit=9)] == ids[2:4]
        found = reader.events(ticket=number, kinds=[EventKind.CLOSED, EventKind.OPENED], after=ids[0], limit=9)
        assert [event.id for event in found] == [ids[4]]


def test_a_reader_sees_one_moment(store: SqlStore) -> None:
    with store.begin() as books:
        first = open_ticket(books)
    with store.looking() as reader:
        assert [line.ticket.number for line in reader.tickets(limit=9)] == [first]
        with store.begin() as books:
            open_ticket(books)
        assert [line.ticket.number for line in reader.tickets(limit=9)] == [first]
