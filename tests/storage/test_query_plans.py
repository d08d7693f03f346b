"""No question of the busy path reads a whole table: at 100,000 tickets that costs more than everything else together."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from intake.desk.policy_file.whole import read_policy
from intake.desk.ports import UnitOfWork
from intake.desk.reading import Reader, TicketFilter
from intake.desk.signed_names import message_id
from intake.domain.channel import Channel
from intake.domain.deed import Note, Take
from intake.domain.event import Event, EventKind
from intake.domain.held import WhichHeld
from intake.domain.label import Kind, Priority
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.ticket import State, Tier
from intake.domain.timer import TimerKind
from storage.schema import metadata
from storage.store import SqlStore
from storage.watching import look
from tests.desk.at_the_desk import BURNING, KEYS, AtTheDesk, mail
from tests.storage import examples

ASKED = re.compile(r"(?i)\s*(select|update|delete|with)\b")
# A whole index is as long as its table, but for those of what is not done yet.
SHORT = (
    "ix_chat_lookups_due|ix_deliveries_due|ix_deliveries_held|ix_fetches_due|ix_timers_due"
    "|uq_site_layers_active|uq_ladder_runs_open"
)
WHOLE_TABLE = re.compile(rf"SCAN ({'|'.join(metadata.tables)})\b(?! USING (COVERING )?INDEX ({SHORT})\b)|SEARCH .*\(rowid<\?\)")
OPEN = (State.NEW, State.IN_PROGRESS, State.ON_HOLD)


@pytest.fixture
def own_store(tmp_path: Path, sqlite_template: Path) -> Iterator[SqlStore]:
    copy = tmp_path / "desk.db"
    copy.write_bytes(sqlite_template.read_bytes())
    store = SqlStore(f"sqlite:///{copy}")
    yield store
    store.close()


def plans_of(engine: Engine, act: Callable[[], object]) -> Mapping[str, list[str]]:
    """How SQLite goes about everything that is asked meanwhile."""
    asked: dict[str, object] = {}

    def note(_connection: Connection, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if ASKED.match(statement):
            asked[statement] = parameters

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        return {
            statement: [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            for statement, parameters in asked.items()
        }


def whole_tables(plans: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {statement: plan for statement, plan in plans.items() if any(WHOLE_TABLE.match(step) for step in plan)}


def a_day(desk: AtTheDesk) -> None:
    """Everything that happens all the time."""
    first = desk.hears(mail(name="first@customer.example"), BURNING).ticket
    assert first is not None
    refs = [("first@customer.example", ThreadKind.MESSAGE_ID), (message_id(KEYS, first, 5, "localhost"), ThreadKind.MESSAGE_ID)]
    answers = tuple(ThreadRef(channel=Channel.EMAIL, kind=kind, value=value) for value, kind in refs)
    batch = [desk.understood(mail()), desk.understood(mail(answers=answers)), desk.understood(mail(answers=answers[:1]))]
    with desk.store.begin() as books:
        for one in batch:
            desk.desk.foresee(one, books)
        for one in batch:
            desk.desk.enter(one, books)
    desk.claims(Channel.EMAIL)
    desk.clock.advance(minutes=11)
    desk.fires_what_is_due()
    desk.does(Take(), "bob", ticket=first)
    desk.does(Note(text="It smokes."), "bob", ticket=first)
    desk.hears(mail())


def test_nothing_of_the_busy_path_reads_a_whole_table(own_store: SqlStore) -> None:
    desk = AtTheDesk(store=own_store, policy=read_policy(None))
    plans = plans_of(own_store.engine, lambda: a_day(desk))
    assert len(plans) > 15
    assert whole_tables(plans) == {}


def everything_else(books: UnitOfWork) -> None:
    """What people, timers and reports ask of the unit of work."""
    number, other = examples.open_tickets(books, 2)
    heard, reply = examples.say(books, number), examples.answer(books, number)
    ann, home = examples.know(books, examples.mail("ann@x.example")), examples.know(books, examples.mail("home@x.example"))
    tickets, contacts = books.tickets, books.contacts
    tickets.message(heard)
    tickets.heard(number, 10)
    tickets.move_message(heard, other)
    tickets.judge_message(heard, public=True, held=False, rejected=False)
    taken = Event(ticket=number, kind=EventKind.TAKEN, at=examples.NOW)
    taken = replace(taken, id=tickets.add_event(taken))
    tickets.event(taken.id)
    tickets.is_undone(taken)
    tickets.newest_event(number)
    tickets.events_of(number, {EventKind.CLOSED}, 1)
    tickets.link(number, other)
    tickets.unlink(number, other)
    tickets.merged_into(number)
    tickets.watch(number, examples.mail("boss@x.example"))
    tickets.watchers(number)
    tickets.unwatch(number, examples.mail("boss@x.example"))
    contacts.link(examples.mail("home@x.example"), ann)
    contacts.get(home)
    contacts.identities(home)
    contacts.former(examples.mail("home@x.example"))
    contacts.unlink(examples.mail("home@x.example"), None)
    books.threads.names(reply)
    books.outbox.of_reply(reply)
    books.outbox.told_since("ann@x.example", examples.NOW, 9)
    books.outbox.notices_on(number, {Channel.EMAIL}, "ann@x.example", examples.NOW)
    books.outbox.let_out([reply], examples.NOW)
    books.timers.cancel(number, TimerKind.NO_BOUNCE, 7)
    books.tokens.get(7)
    books.tokens.revoke(7, examples.NOW)
    books.corrections.newest(number)
    books.corrections.withdraw(number, taken.id, examples.NOW)
    books.layers.active()
    books.clocks.of(number)
    books.clocks.events(number)
    books.clocks.open_without(9)
    books.ladders.of(number)
    books.ladders.run_of(reply)
    books.ladders.has_paged(number, "Ben")
    books.outbox.told_at(number, NoticeKind.PROGRESS)
    books.threads.conversations(number, Channel.SLACK)
    books.outbox.is_sending(replace(examples.queue_reply(books, number, reply), coalesce="mirror:1"), examples.NOW)


def test_nothing_that_is_done_to_a_ticket_reads_a_whole_table(own_store: SqlStore) -> None:
    def act() -> None:
        with own_store.begin() as books:
            everything_else(books)

    plans = plans_of(own_store.engine, act)
    assert len(plans) > 25
    assert whole_tables(plans) == {}


def test_when_something_left_last_is_one_look_into_an_index(own_store: SqlStore) -> None:
    """The index on all that was sent would be followed until this address turns up: a long way for a quiet one."""

    def act() -> None:
        with own_store.begin() as books:
            books.outbox.told_since("ann@x.example", examples.NOW, 9)

    (plan,) = plans_of(own_store.engine, act).values()
    assert any("ix_deliveries_last_sent (address=?" in step for step in plan)


def test_the_storm_breaker_counts_in_an_index_of_its_own(own_store: SqlStore) -> None:
    """However many deliveries there are, and however many of them are no notices."""

    def act() -> None:
        with own_store.begin() as books:
            books.outbox.queued_since({Channel.EMAIL}, "ann@x.example", examples.NOW, 9)

    (plan,) = plans_of(own_store.engine, act).values()
    assert any("ix_deliveries_automatic (created_at>?" in step for step in plan)
    assert any("ix_deliveries_address (address=? AND created_at>?" in step for step in plan)


def test_the_desk_looks_at_itself_without_reading_what_is_over(own_store: SqlStore) -> None:
    hour_ago = examples.NOW - timedelta(hours=1)
    with own_store.reading() as connection:
        plans = plans_of(
            connection.engine,
            lambda: look(
                connection,
                now=examples.NOW,
                held_since=hour_ago,
                stuck_since=hour_ago,
                channels=[Channel.EMAIL],
                told_of_quarantine="told",
            ),
        )
    assert len(plans) == 7
    assert [step for plan in plans.values() for step in plan if "changes" in step] == [
        "SEARCH changes USING INDEX ix_changes_stage (stage=?)"
    ]
    assert [step for plan in plans.values() for step in plan if "ladder_runs" in step] == [
        "SCAN ladder_runs USING INDEX ix_ladder_runs_exhausted"
    ]
    of_inputs = [step for plan in plans.values() for step in plan if step.startswith("SCAN ledger")]
    assert {step.partition("INDEX ")[2] for step in of_inputs} == {
        "",
        "ix_ledger_quarantined",
    }  # the newest few; the quarantine
    assert [step for plan in plans.values() for step in plan if step.startswith("SCAN deliveries")] == [
        "SCAN deliveries USING INDEX ix_deliveries_due"
    ]


def looked_at(store: SqlStore, look: Callable[[Reader], object]) -> Mapping[str, list[str]]:
    def act() -> None:
        with store.looking() as reader:
            look(reader)

    with store.reading() as connection:
        engine = connection.engine
    return plans_of(engine, act)


@pytest.mark.parametrize("before", [None, 5000])
@pytest.mark.parametrize(
    "which",
    [
        TicketFilter(states=OPEN),
        TicketFilter(states=OPEN, assigned_to=""),
        TicketFilter(states=OPEN, priorities=[Priority.P1], kinds=[Kind.INCIDENT], tiers=[Tier.TEAM]),
        TicketFilter(states=[State.RESOLVED]),
        TicketFilter(assignment_groups=["support", "network"]),
        TicketFilter(assignment_groups=["support"], states=OPEN, assigned_to=""),
        TicketFilter(assignment_groups=["support"], states=[State.CLOSED]),
        TicketFilter(assigned_to="bob"),
        TicketFilter(assigned_to="bob", states=[State.CLOSED]),
        TicketFilter(callers=[1, 2]),
        TicketFilter(callers=[1, 2], states=[State.CLOSED, State.RESOLVED]),
    ],
)
def test_no_queue_is_found_by_reading_all_tickets(own_store: SqlStore, which: TicketFilter, before: int | None) -> None:
    plans = looked_at(own_store, lambda reader: reader.tickets(which, before=before, limit=50))
    assert len(plans) == 1
    assert whole_tables(plans) == {}


def test_closed_tickets_are_read_from_the_newest_down(own_store: SqlStore) -> None:
    """They are most of all: an index would first collect every one of them."""
    plans = looked_at(own_store, lambda reader: reader.tickets(TicketFilter(states=[State.CLOSED]), limit=50))
    (plan,) = plans.values()
    assert not [step for step in plan if "ix_tickets_state" in step]


@pytest.mark.parametrize(
    "look",
    [
        lambda reader: reader.story(1001),
        lambda reader: reader.answers_from_elsewhere(1001),
        lambda reader: reader.attachment(1, 0),
        lambda reader: reader.message(1),
        lambda reader: reader.queues(),
        lambda reader: reader.queue((), None, 9),
        lambda reader: reader.queue(("cio",), None, 9),
        lambda reader: reader.queue((), "Ben", 9),
        lambda reader: reader.pagings(1001),
        lambda reader: reader.page_of(7),
        lambda reader: reader.unanswered_pages(),
        lambda reader: reader.events(ticket=1001, kinds=[EventKind.TAKEN], after=7, limit=9),
        lambda reader: reader.outbox(ticket=1001, limit=9),
        lambda reader: reader.delivery(1),
        lambda reader: reader.held(WhichHeld(), 100),
        lambda reader: reader.held(WhichHeld(address="ann@x.example", because="per_recipient"), 100),
        lambda reader: reader.contact(1),
        lambda reader: reader.contact_at(examples.mail("ann@x.example")),
        lambda reader: reader.identities(1),
        lambda reader: reader.watchers(1001),
        lambda reader: reader.token(1),
        lambda reader: reader.entry(1),
    ],
)
def test_no_page_is_found_by_reading_a_whole_table(own_store: SqlStore, look: Callable[[Reader], object]) -> None:
    with own_store.begin() as books:
        number = examples.open_ticket(books)
        examples.say(books, number, examples.A_MESSAGE, examples.A_FILE)
    plans = looked_at(own_store, look)
    assert plans
    assert whole_tables(plans) == {}
