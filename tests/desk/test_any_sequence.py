"""Any sequence of deeds by several people, with messages, failures and time in between, keeps the desk's promises."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from intake.desk.lifecycle import OPEN, TRANSITIONS
from intake.desk.record import as_texts, replayed
from intake.desk.signed_names import reply_tag
from intake.domain import deed as d
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Deed
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import Event, EventKind
from intake.domain.label import Label
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome, Receipt
from intake.domain.story import TicketStory
from intake.domain.ticket import State, spoken
from storage import schema
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.desk.any_deed import LABELS, PEOPLE, deeds, numbers, requests, workers
from tests.desk.at_the_desk import KEYS, MALLORY, AtTheDesk, mail
from tests.desk.kept_clocks import assert_clocks_follow
from tests.desk.staff import ADMIN, policy_with_staff
from tests.harness.postgres import Postgres

UNDOABLE = (EventKind.LABELLED, EventKind.ROUTED, EventKind.APPENDED, EventKind.MERGED, EventKind.LINKED)


class DeskLife(RuleBasedStateMachine):
    fresh: ClassVar[Iterator[SqlStore]]
    reached: ClassVar[set[State]]

    def __init__(self) -> None:
        super().__init__()
        self.store = next(self.fresh)
        self.at = AtTheDesk(store=self.store, policy=policy_with_staff())
        self.tickets: list[int] = []
        self.inputs = 0
        self.before: dict[int, object] = {}  # by the id of an event that can be undone: the ticket before it

    def teardown(self) -> None:
        self.store.close()

    @rule(author=st.sampled_from(PEOPLE), label=st.sampled_from(LABELS))
    def somebody_asks(self, author: Address, label: Label) -> None:
        if len(self.tickets) < 7:
            self._opened(self.at.hears(mail(author=author), label))

    @precondition(lambda self: self.tickets)
    @rule(author=st.sampled_from(PEOPLE), which=numbers, signed=st.booleans())
    def somebody_says_more(self, author: Address, which: int, signed: bool) -> None:
        number = self._pick(which)
        ref = (
            ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.REPLY_ADDRESS, value=reply_tag(KEYS, number))
            if signed
            else ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.SUBJECT_TAG, value=spoken(number))
        )
        self._opened(self._watched(lambda: self.at.hears(mail("More.", author=author, answers=(ref,)))))

    @precondition(lambda self: self.tickets)
    @rule(deed=deeds, by=workers, which=numbers)
    def somebody_works(self, deed: Deed, by: Principal, which: int) -> None:
        self._does(deed, by, self._pick(which))

    @precondition(lambda self: self.tickets)
    @rule(deed=requests, stranger=st.booleans(), which=numbers)
    def a_requester_acts(self, deed: Deed, stranger: bool, which: int) -> None:
        number = self._pick(which)
        author = MALLORY if stranger else Address(kind=AddressKind.EMAIL, value=self._story(number).line.caller)
        self._does(deed, Principal(name=author.value, role=Role.REQUESTER, address=author), number)

    @precondition(lambda self: self.tickets)
    @rule(which=numbers, ends=st.booleans())
    def somebody_takes_it_and_waits(self, which: int, ends: bool) -> None:
        number = self._pick(which)
        self._does(d.Take(), ADMIN, number)
        until = self.at.clock() + timedelta(hours=4) if ends else None
        self._does(d.Hold(reason="waits for a part", until=until), ADMIN, number)

    @precondition(lambda self: self.tickets)
    @rule(which=numbers, arrives=st.booleans())
    def somebody_gives_the_final_response(self, which: int, arrives: bool) -> None:
        number = self._pick(which)
        self._does(d.Resolve(text="The plug was loose."), ADMIN, number)
        if arrives:
            self.at.sends()
            self.time_passes(timedelta(minutes=11))
        else:
            self.at.fails_to_send()
            self._does(d.ConfirmUndeliverable(reason="nobody is there"), ADMIN, number)

    @precondition(lambda self: len(self.tickets) > 1)
    @rule(which=numbers, other=numbers, merge=st.booleans(), by=workers)
    def two_tickets_belong_together(self, which: int, other: int, merge: bool, by: Principal) -> None:
        target = self._pick(other)
        self._does(d.Merge(into=target) if merge else d.Link(other=target), by, self._pick(which))

    @precondition(lambda self: self.tickets)
    @rule(which=numbers, verdict=st.sampled_from([d.AcceptReply, d.Split]), by=workers)
    def somebody_decides_about_a_message(self, which: int, verdict: type[d.AcceptReply | d.Split], by: Principal) -> None:
        number = self._pick(which)
        for message in self._story(number).messages[-1:]:
            self._does(verdict(message=message.id), by, number)

    @precondition(lambda self: self.tickets)
    @rule(which=numbers, by=workers)
    def somebody_undoes_what_the_desk_did_last(self, which: int, by: Principal) -> None:
        """If nothing has happened on the ticket since, it is as it was before, to the last binding."""
        number = self._pick(which)
        events = self._story(number).events
        event = next((e for e in reversed(events) if e.kind in UNDOABLE), None)
        if event is None:
            return
        receipt = self._does(d.Undo(event=event.id), by, number)
        if receipt.outcome is Outcome.APPLIED and event.id == events[-1].id and event.id in self.before:
            assert self._essence(self._story(number)) == self.before[event.id]

    @rule()
    def what_is_due_leaves(self) -> None:
        self.at.sends()

    @rule()
    def what_is_due_is_refused_for_good(self) -> None:
        self.at.fails_to_send()

    @precondition(lambda self: self.tickets)
    @rule(which=numbers, state=st.sampled_from([DeliveryState.DELIVERED, DeliveryState.FAILED]))
    def a_vendor_reports(self, which: int, state: DeliveryState) -> None:
        number = self._pick(which)
        sent = [delivery for delivery in self._story(number).deliveries if delivery.state is DeliveryState.SENT]
        for delivery in sent[-1:]:
            device = Principal(name="vendor", role=Role.DEVICE)
            self._does(d.ReportDelivery(delivery=delivery.id, state=state), device, number)

    @rule(passed=st.sampled_from([timedelta(minutes=11), timedelta(hours=5), timedelta(days=8), timedelta(days=40)]))
    def time_passes(self, passed: timedelta) -> None:
        self.at.clock.now += passed
        self.at.fires_what_is_due()

    @invariant()
    def every_ticket_is_sound(self) -> None:
        for number in self.tickets:
            story = self._story(number)
            ticket = story.line.ticket
            self.reached.add(ticket.state)
            assert ticket.tier in self.at.policy.tiers_of[ticket.assignment_group]
            assert ticket.priority is self.at.policy.priority(ticket.impact, ticket.urgency)
            assert ticket.category is None or ticket.category.kind is ticket.kind
            assert replayed(story.events) == as_texts(ticket)
            assert (ticket.merged_into is None) or ticket.state is State.CANCELED
            assert (ticket.state is State.ON_HOLD) == bool(ticket.on_hold_reason)
            assert all(_legal(event) for event in story.events)
            if ticket.state is State.RESOLVED or (ticket.state is State.CLOSED and ticket.final_response is not None):
                _assert_answered(story)

    @invariant()
    def the_stored_clocks_are_what_the_events_say(self) -> None:
        assert_clocks_follow(self.store, self.tickets)

    @invariant()
    def merges_lead_somewhere(self) -> None:
        with self.store.looking() as reader:
            merged_into = {line.ticket.number: line.ticket.merged_into for line in reader.tickets(limit=1000)}
        for number in self.tickets:
            seen = {number}
            while (into := merged_into[number]) is not None:
                assert into not in seen
                seen.add(into)
                number = into  # noqa: PLW2901 - along the chain

    @invariant()
    def every_input_has_its_outcome(self) -> None:
        with self.store.reading() as connection:
            entries = SqlReader(connection).ledger(limit=1000)
        assert not [entry for entry in entries if entry.outcome is Outcome.QUARANTINED]

    def _does(self, deed: Deed, by: Principal, number: int) -> Receipt:
        receipt = self._watched(lambda: self.at.does(deed, by, ticket=number))
        assert receipt.outcome in {Outcome.APPLIED, Outcome.SUPPRESSED}, receipt
        self._find_new()
        return receipt

    def _watched(self, act: Callable[[], Receipt]) -> Receipt:
        """Remembers how each ticket was before the events that can be undone."""
        stories = {number: (story := self._story(number), self._essence(story)) for number in self.tickets}
        receipt = act()
        for number, (story, essence) in stories.items():
            new = self._story(number).events[len(story.events) :]
            if len(new) == 1 and new[0].kind in UNDOABLE:
                self.before[new[0].id] = essence
        return receipt

    def _opened(self, receipt: Receipt) -> None:
        assert receipt.outcome in {Outcome.OPENED, Outcome.APPENDED, Outcome.HELD}, receipt
        self._find_new()

    def _find_new(self) -> None:
        with self.store.reading() as connection:
            found = [line.ticket.number for line in SqlReader(connection).tickets(limit=1000)]
        self.tickets = sorted(found)

    def _pick(self, which: int) -> int:
        return self.tickets[which % len(self.tickets)]

    def _story(self, number: int) -> TicketStory:
        return self.at.story(number)

    def _essence(self, story: TicketStory) -> object:
        number = story.line.ticket.number
        with self.store.reading() as connection:
            names = connection.execute(select(schema.threads).where(schema.threads.c.ticket == number)).all()
            mirrors = connection.execute(select(schema.mirrors.c.id).where(schema.mirrors.c.ticket == number)).all()
        bound = sorted((row.channel, row.kind, row.value) for row in names)
        return as_texts(story.line.ticket), [m.id for m in story.messages], story.links, story.merged, bound, mirrors


def _legal(event: Event) -> bool:
    """Undoing is the one way back that the table does not know."""
    moves = [(State(c.before), State(c.after)) for c in event.changes if c.field == "state" and c.before]
    return event.kind is EventKind.UNDONE or all(after in TRANSITIONS[before] for before, after in moves)


def _assert_answered(story: TicketStory) -> None:
    ticket = story.line.ticket
    assert ticket.final_response is not None
    assert ticket.state not in OPEN
    arrived = [delivery for delivery in story.deliveries if _arrived(delivery, ticket.final_response)]
    reasons = [event.reason for event in story.events if event.kind is EventKind.RESOLVED]
    said = reasons[-1] if reasons else ""
    assert arrived or "could not be delivered" in said or "the requester has read" in said


def _arrived(delivery: Delivery, final: int) -> bool:
    return delivery.reply == final and delivery.state is DeliveryState.DELIVERED


def _embedded(template: Path, folder: Path) -> Iterator[SqlStore]:
    count = 0
    while True:
        count += 1
        copy = folder / f"{count}.db"
        shutil.copy(template, copy)
        yield SqlStore(f"sqlite:///{copy}")


def test_any_sequence_on_an_embedded_store(sqlite_template: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        DeskLife.fresh, DeskLife.reached = _embedded(sqlite_template, Path(folder)), set()
        run_state_machine_as_test(DeskLife, settings=_settings(examples=28, steps=40))
    # Or the sequences were too tame to prove anything. The other two states come up as well, but not in every run.
    assert DeskLife.reached >= {State.NEW, State.IN_PROGRESS, State.ON_HOLD, State.RESOLVED}


@pytest.mark.postgres
def test_any_sequence_on_postgresql(pg_server: Postgres) -> None:
    urls: list[str] = []

    def databases() -> Iterator[SqlStore]:
        while True:
            urls.append(pg_server.fresh_database())
            yield SqlStore(urls[-1])

    DeskLife.fresh, DeskLife.reached = databases(), set()
    try:
        run_state_machine_as_test(DeskLife, settings=_settings(examples=4, steps=40))
    finally:
        for url in urls:
            pg_server.drop(url)


def _settings(*, examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
