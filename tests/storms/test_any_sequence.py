"""Any sequence of reports, decisions and answers keeps what a storm promises."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from intake.desk.lifecycle import OPEN
from intake.desk.record import as_texts, replayed
from intake.domain import deed as d
from intake.domain.channel import Channel
from intake.domain.deed import Deed
from intake.domain.delivery import DeliveryState
from intake.domain.label import Kind, Level
from intake.domain.message import Nature
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from intake.domain.storm import StormStage
from intake.domain.ticket import State
from storage.store import SqlStore
from storage.storm_tables import storm_told
from tests.harness.postgres import Postgres
from tests.storms.stormy_desk import BROKEN, COFFEE, STANDS_STILL, VPN, StormyDesk, mailbox, policy

PEOPLE = ("p1", "p2", "p3", "p4", "p5", "p6", "p7")
MOST = 16  # tickets
TEXTS = (VPN, VPN, VPN, COFFEE)
numbers = st.integers(min_value=0, max_value=MOST)
on_storms: st.SearchStrategy[Deed] = st.one_of(
    st.builds(d.ConfirmStorm),
    st.builds(d.ConfirmStorm),
    st.builds(d.DissolveStorm, reason=st.just("it is none")),
    st.builds(d.UpdateStorm, text=st.just("We work on it.")),
    st.builds(d.UpdateStorm, text=st.just("We still work on it.")),
    st.builds(d.Resolve, text=st.just("It works again.")),
    st.builds(d.Resolve, text=st.just("It really works again.")),
    st.builds(d.ConfirmUndeliverable, reason=st.just("the mail is what is down")),
    st.builds(d.Reopen, reason=st.just("it is back")),
    st.builds(d.Cancel, reason=st.just("a drill")),
    st.builds(d.Relabel, impact=st.sampled_from(Level), urgency=st.sampled_from(Level)),
    st.builds(d.Relabel, kind=st.sampled_from([Kind.SERVICE_REQUEST, Kind.INCIDENT])),
    st.builds(d.AcknowledgePage),
    st.builds(d.Take),
)
on_reports: st.SearchStrategy[Deed] = st.one_of(
    st.builds(d.LeaveStorm, reason=st.just("another matter")),
    st.builds(d.Resolve, text=st.just("Yours was a loose cable.")),
    st.builds(d.Reply, text=st.just("Please wait.")),
    st.builds(d.Cancel, reason=st.just("spam")),
    st.builds(d.Reopen, reason=st.just("after all")),
    st.builds(d.Relabel, kind=st.sampled_from([Kind.SERVICE_REQUEST, Kind.INCIDENT])),
    st.builds(d.Relabel, impact=st.just(Level.HIGH), urgency=st.just(Level.HIGH)),
    st.builds(d.Take),
    st.builds(d.AcknowledgePage),
    st.builds(d.Escalate, reason=st.just("beyond us")),
    st.builds(d.ConfirmUndeliverable, reason=st.just("they left")),
)


class Stormy(RuleBasedStateMachine):
    fresh: ClassVar[Iterator[SqlStore]]
    reached: ClassVar[set[str]]

    def __init__(self) -> None:
        super().__init__()
        self.desk = StormyDesk(store=next(self.fresh), policy=policy(impact_1_at=5))
        self.tickets: list[int] = []

    def teardown(self) -> None:
        self.desk.store.close()

    @rule(
        who=st.sampled_from(PEOPLE),
        text=st.sampled_from(TEXTS),
        urgent=st.booleans(),
        monitor=st.integers(min_value=0, max_value=9).map(lambda number: number == 0),
    )
    def somebody_reports(self, who: str, text: str, urgent: bool, monitor: bool) -> None:
        if len(self.tickets) < MOST:
            self.desk.clock.advance(seconds=20)
            nature = Nature.ALERT if monitor else Nature.HUMAN
            label = STANDS_STILL if urgent else BROKEN
            name = "monitor" if monitor else who
            self.tickets.append(self.desk.reports(name, text, label, nature=nature))

    @rule()
    def many_report_the_same(self) -> None:
        if len(self.tickets) < MOST - 6:
            for who in PEOPLE[:6]:
                self.tickets.append(self.desk.reports(who))

    @precondition(lambda self: self.desk.storms)
    @rule(deed=on_storms, which=numbers)
    def somebody_decides(self, deed: Deed, which: int) -> None:
        storms = self.desk.storms
        self._does(deed, storms[which % len(storms)].parent)

    @precondition(lambda self: self.tickets)
    @rule(deed=on_reports, which=numbers)
    def somebody_works_on_a_report(self, deed: Deed, which: int) -> None:
        self._does(deed, self.tickets[which % len(self.tickets)])

    @precondition(lambda self: self.tickets and self.desk.storms)
    @rule(which=numbers, into=numbers)
    def a_report_joins_by_hand(self, which: int, into: int) -> None:
        storms = self.desk.storms
        everything = [*self.tickets, *(storm.parent for storm in storms)]
        self._does(d.JoinStorm(storm=storms[into % len(storms)].parent), everything[which % len(everything)])

    @precondition(lambda self: self.tickets)
    @rule(which=numbers, into=numbers)
    def somebody_merges(self, which: int, into: int) -> None:
        everything = [*self.tickets, *(storm.parent for storm in self.desk.storms)]
        self._does(d.Merge(into=everything[into % len(everything)]), everything[which % len(everything)])

    @precondition(lambda self: self.tickets)
    @rule(which=numbers)
    def somebody_says_it_is_not_solved(self, which: int) -> None:
        number = self.tickets[which % len(self.tickets)]
        caller = self.desk.story(number).line.caller
        self.desk.does(d.Dispute(text="No."), caller, ticket=number)

    @rule(fails=st.booleans())
    def the_outbox_empties(self, fails: bool) -> None:
        if fails:
            self.desk.fails_to_send(Channel.EMAIL)
        else:
            self.desk.sends(Channel.EMAIL)

    @rule(minutes=st.sampled_from([1, 11, 11, 35, 70]))
    def time_passes(self, minutes: int) -> None:
        self.desk.clock.advance(minutes=minutes)
        while self.desk.fires_what_is_due():
            pass

    @precondition(lambda self: any(storm.stage is StormStage.FORMED for storm in self.desk.storms))
    @rule(which=numbers, bounces=st.booleans())
    def a_storm_is_answered(self, which: int, bounces: bool) -> None:
        formed = [storm for storm in self.desk.storms if storm.stage is StormStage.FORMED]
        self._does(d.Resolve(text="It works again."), formed[which % len(formed)].parent)
        if bounces:
            self.desk.fails_to_send(Channel.EMAIL)
        while self.desk.sends(Channel.EMAIL):
            pass
        self.time_passes(11)

    @rule()
    def the_desk_starts_anew(self) -> None:
        self.desk.forget_all()

    @invariant()
    def a_ticket_is_in_one_storm_and_has_its_parent(self) -> None:
        seen = Counter[int]()
        for storm in self.desk.storms:
            self.reached.add(storm.stage.value)
            members = self.desk.members(storm.parent)
            for member in members:
                seen[member.ticket] += 1
                ticket = self.desk.ticket(member.ticket)
                if storm.stage is StormStage.FORMED:
                    assert ticket.parent == storm.parent
                else:
                    assert ticket.parent is None
                assert ticket.state is not State.CANCELED
                assert ticket.kind in {Kind.INCIDENT, Kind.NONE}
            if storm.stage is StormStage.DISSOLVED:
                assert members == []
        assert all(count == 1 for count in seen.values())
        for number in self.tickets:
            parent = self.desk.ticket(number).parent
            assert parent is None or number in seen

    @invariant()
    def no_report_of_a_storm_wakes_anybody_and_a_storm_has_one_ladder(self) -> None:
        running = self.desk.ladders()
        assert len(running) == len(set(running))
        for number in running:
            ticket = self.desk.ticket(number)
            assert ticket.parent is None
            assert ticket.state in OPEN

    @invariant()
    def nobody_is_told_twice_of_one_stage(self) -> None:
        with self.desk.store.reading() as connection:
            told = list(connection.execute(select(storm_told)))
        public = {NoticeKind.STORM_KNOWN, NoticeKind.STORM_UPDATE, NoticeKind.STORM_DISSOLVED}
        said = Counter(
            (one.address, one.notice.fields["storm"], one.notice.kind, one.notice.fields.get("message", ""))
            for one in self.desk.deliveries()
            if one.notice and one.notice.kind in public
        )
        assert all(count == 1 for count in said.values())
        known = Counter((address, storm) for address, storm, kind, _ in said if kind is NoticeKind.STORM_KNOWN)
        assert all(count == 1 for count in known.values())
        assert sum(said.values()) == sum(1 for row in told if not row.stage.startswith("final"))
        assert not [address for address, *_ in said if address == mailbox("monitor")]

    @invariant()
    def a_final_response_goes_to_each_person_once(self) -> None:
        sent = Counter((one.reply, one.address) for one in self.desk.deliveries() if one.reply is not None and not one.copy)
        assert all(count == 1 for count in sent.values())

    @invariant()
    def a_storm_that_is_over_has_been_answered(self) -> None:
        for storm in self.desk.storms:
            parent = self.desk.ticket(storm.parent)
            if parent.state is not State.RESOLVED:
                continue
            self.reached.add("over")
            copies = [one for one in self.desk.deliveries() if one.reply == parent.final_response]
            on_its_way = {DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT}
            assert not [one for one in copies if one.state in on_its_way and not one.copy]

    @invariant()
    def the_events_add_up_to_the_tickets(self) -> None:
        for number in (*self.tickets, *(storm.parent for storm in self.desk.storms)):
            story = self.desk.story(number)
            assert replayed(story.events) == as_texts(story.line.ticket)

    def _does(self, deed: Deed, number: int) -> None:
        receipt = self.desk.does(deed, "root", ticket=number)
        assert receipt.outcome in {Outcome.APPLIED, Outcome.SUPPRESSED}, receipt.reason
        if receipt.outcome is Outcome.APPLIED:
            self.reached.add(deed.verb)


def _embedded(template: Path, folder: Path) -> Iterator[SqlStore]:
    count = 0
    while True:
        count += 1
        copy = folder / f"{count}.db"
        shutil.copy(template, copy)
        yield SqlStore(f"sqlite:///{copy}")


def test_any_sequence_on_an_embedded_store(sqlite_template: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Stormy.fresh, Stormy.reached = _embedded(sqlite_template, Path(folder)), set()
        run_state_machine_as_test(Stormy, settings=_settings(examples=9, steps=30))
    # Or the sequences were too tame to prove anything. The others come up as well, but not in every run.
    assert Stormy.reached >= {"formed", "over"}


@pytest.mark.postgres
def test_any_sequence_on_postgresql(pg_server: Postgres) -> None:
    urls: list[str] = []

    def databases() -> Iterator[SqlStore]:
        while True:
            urls.append(pg_server.fresh_database())
            yield SqlStore(urls[-1])

    Stormy.fresh, Stormy.reached = databases(), set()
    try:
        run_state_machine_as_test(Stormy, settings=_settings(examples=3, steps=25))
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
