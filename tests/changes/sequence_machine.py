"""Several people at once on tickets that carry changes: every deed is foretold, and compared with what really happened."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from intake.desk.desk import Desk
from intake.desk.policy import Policy
from intake.desk.signed_names import reply_tag
from intake.desk.storms.memory import Memory
from intake.domain import deed as d
from intake.domain.change import ENDED
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import AgreementDeed, Deed
from intake.domain.label import Label
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.principal import Principal
from intake.domain.receipt import Outcome
from storage.store import SqlStore
from tests.changes import sequences
from tests.changes.change_desk import FIX, WISH, ChangeDesk
from tests.changes.oracle_book import Book
from tests.changes.oracle_comparison import differences, differing_balances, followed, read_world
from tests.changes.oracle_people import ACTORS, BEGINNING, OWNER, ROB_MAIL
from tests.changes.oracle_promises import broken
from tests.changes.oracle_tickets import must_refuse
from tests.changes.oracle_work import Oracle
from tests.changes.oracle_world import Expect, World
from tests.changes.sequence_doors import ApiDoor, CommandLine
from tests.changes.sequence_sql import STATEMENTS, tried
from tests.changes.stages import BROKEN, PATCHING
from tests.desk.at_the_desk import ANN, BURNING, KEYS, mail
from tests.storms.shared_words import SharedWords

ROB = Address(kind=AddressKind.EMAIL, value=ROB_MAIL, name="Rob")
MOST = 12  # tickets
LABELS = (WISH, WISH, FIX, FIX, BURNING, BURNING, BROKEN, PATCHING)
names = st.sampled_from([*ACTORS])
often = st.sampled_from(["Cleo", "Cora", "Lee", "Max", "Lou", "Rob", "owner", "ann"])
leaders = st.sampled_from(["Lee", "Lou", "Lee", *ACTORS])
workers = st.sampled_from(["root", "root", "root", "Lee", "Cleo", "Ben"])
OTHERWISE = ("asks", "writes more", "agreement", "asked", "undoes", "storm", "time", "sql", "sql")
moves = st.tuples(
    sequences.numbers, sequences.numbers, st.sampled_from([None, None, None, None, None, None, *ACTORS]), sequences.numbers
)
numbers = sequences.numbers


@dataclass
class SequenceDesk(ChangeDesk):
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(SharedWords, self.policy, follows=True)

    @property
    def desk(self) -> Desk:
        return Desk(self.policy, self.keys, self.clock, senders=self.senders, own=self.own, memory=self.memory)


class ChangeLife(RuleBasedStateMachine):
    fresh: ClassVar[Iterator[tuple[SqlStore, str]]]
    policy: ClassVar[Policy]
    api: ClassVar[ApiDoor]
    reached: ClassVar[Counter[str]]
    line: ClassVar[CommandLine] = CommandLine()

    def __init__(self) -> None:
        super().__init__()
        store, os.environ["INTAKE_DATABASE_URL"] = next(self.fresh)
        self.at = SequenceDesk(store=store, policy=self.policy)
        self.at.clock.now = BEGINNING
        self.api.begins_at(self.at)
        self.books: dict[str, Book] = {}
        self.world = self._read()

    def teardown(self) -> None:
        self.at.store.close()

    # What people do

    def somebody_asks(self, label: Label, by_rob: bool, names_one: bool, which: int) -> None:
        if len(self.world.tickets) >= MOST:
            return
        said = f"As I said in HD-{self._pick(which)}, please." if names_one and self.world.tickets else "Please."
        author = ROB if by_rob else ANN
        self.at.clock.advance(seconds=90)
        receipt = self.at.hears(mail(said, author=author, subject=f"Matter {which}", received_at=self.at.clock()), label)
        assert receipt.outcome is Outcome.OPENED, receipt
        before, self.world = self.world, self._read()
        self._right(followed(before, self.world))
        self._incident_was_named(receipt.ticket or 0, said, author.value)

    def somebody_writes_more(self, which: int, other: int, by_rob: bool) -> None:
        number = self._pick(which)
        said = f"It is about HD-{self._pick(other)}."
        ref = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.REPLY_ADDRESS, value=reply_tag(KEYS, number))
        self.at.hears(mail(said, author=ROB if by_rob else ANN, answers=(ref,), received_at=self.at.clock()), WISH)
        before, self.world = self.world, self._read()
        self._right(followed(before, self.world, said, number))

    @initialize(hours=st.booleans(), by_rob=st.booleans())
    def the_first_tickets(self, hours: bool, by_rob: bool) -> None:
        for label in (BURNING, WISH, FIX):
            self.somebody_asks(label, by_rob=by_rob and label is WISH, names_one=label is FIX, which=0)
        if hours:
            self._keeps(sequences.GRANT, ACTORS["Lee"], 0)

    @rule(which=st.sampled_from([0, 0, 0, 1, 1, 2, 3]), moves=st.lists(moves, min_size=4, max_size=14))
    def a_change_goes_on(self, which: int, moves: Sequence[tuple[int, int, str | None, int]]) -> None:
        """By what comes next, mostly at the hands of those whose business it is."""
        for step, who, stranger, door in moves:
            live = [one for one, change in self.world.changes.items() if change.stage not in ENDED]
            if not live and len(self.world.tickets) < MOST:
                self.somebody_asks(WISH, who % 2 == 0, False, 0)
                continue
            number = live[which % len(live)] if live else self._pick_change(which)
            if door == 8:
                self.time_passes(60)
            incident = next((one for one, ticket in self.world.tickets.items() if ticket.is_live_incident), None)
            deed, people = sequences.next_step(self.world.changes.get(number), self.world, incident, step)
            by = stranger if stranger is not None else people[who % len(people)]
            self._does(deed, ACTORS[by], number, door)

    @rule(data=st.data(), which=numbers, other=numbers, by=often | names, door=numbers)
    def somebody_does_anything(self, data: st.DataObject, which: int, other: int, by: str, door: int) -> None:
        deed = data.draw(sequences.on_changes(self.at.clock(), self._pick(other)))
        self._does(deed, ACTORS[by], self._pick_change(which), door)

    def somebody_keeps_an_agreement(self, deed: AgreementDeed, by: str, door: int) -> None:
        self._keeps(deed, ACTORS[by], door)

    @rule(data=st.data(), who=st.lists(workers, min_size=1, max_size=4), which=numbers, other=numbers)
    def somebody_works_on_a_ticket(self, data: st.DataObject, who: Sequence[str], which: int, other: int) -> None:
        number = self._pick(other) if which > 6 else self._pick_change(which)
        for by in who:
            self._does_to_ticket(data.draw(sequences.on_tickets(self._pick(other))), ACTORS[by], number)

    def somebody_who_asked_acts(self, deed: Deed, which: int, by: str) -> None:
        self._does_to_ticket(deed, ACTORS[by], self._pick(which))

    def somebody_undoes(self, which: int, back: int) -> None:
        number = self._pick(which)
        events = self.at.story(number).events
        self._does_to_ticket(d.Undo(event=events[-1 - back % len(events)].id), ACTORS["root"], number)

    def many_report_the_same(self) -> None:
        if len(self.world.tickets) >= MOST - 3:
            return
        before = self.world
        for who in range(6):
            author = Address(kind=AddressKind.EMAIL, value=f"p{who}@customer.example")
            said = "The VPN does not connect since this morning, it says timeout."
            self.at.hears(mail(said, author=author, subject="VPN", received_at=self.at.clock()), BROKEN)
        self.world = self._read()
        self._right(followed(before, self.world))

    def time_passes(self, minutes: int) -> None:
        before = self.world
        self.at.clock.advance(minutes=minutes)
        self.at.sends(Channel.EMAIL)
        for _ in range(3):
            self.at.fires_what_is_due()
        self.world = self._read()
        self._right(followed(before, self.world))

    def somebody_writes_sql(self, statement: str, which: int, other: int) -> None:
        self._right(tried(self.at.store, statement, self._pick_change(which), self._pick(other)))

    @rule(data=st.data(), what=st.sampled_from(OTHERWISE), one=numbers, other=numbers)
    def something_else_happens(self, data: st.DataObject, what: str, one: int, other: int) -> None:
        match what:
            case "asks":
                self.somebody_asks(data.draw(st.sampled_from(LABELS)), other % 3 == 0, other % 2 == 0, one)
            case "writes more":
                self.somebody_writes_more(one, other, other % 3 == 0)
            case "agreement":
                self.somebody_keeps_an_agreement(data.draw(sequences.on_agreements), data.draw(leaders), other)
            case "asked":
                by = data.draw(st.sampled_from(["ann", "ann", "rob at home", "mallory"]))
                self.somebody_who_asked_acts(data.draw(sequences.by_requesters), one, by)
            case "undoes":
                self.somebody_undoes(one, other)
            case "storm":
                self.many_report_the_same()
            case "time":
                self.time_passes(data.draw(st.sampled_from([1, 11, 11, 60, 24 * 60, 24 * 60 * 3])))
            case "sql":
                self.somebody_writes_sql(data.draw(st.sampled_from(STATEMENTS)), one, other)

    # What must hold

    @invariant()
    def every_promise_holds(self) -> None:
        with self.at.store.reading() as connection:
            self._right([*broken(connection), *differing_balances(self.books, connection)])

    def _does(self, deed: Deed, by: Principal, number: int, door: int) -> None:
        foretold = self._copy()
        oracle = Oracle(foretold)
        expected = oracle.expects(deed, number, by)
        not_asked_yet = door == 1 and by.name == OWNER  # to the API a ticket is there for whoever takes part in it
        if self.world.tickets[number].merged_into is not None or not_asked_yet:
            expected = Expect.EITHER if expected is Expect.DONE else expected
        done = self._by_door(deed, by, number, door)
        said = f"{deed} by {by.name} on HD-{number}: {self.world.changes.get(number)} {self.world.tickets[number]} {self.books}"
        with self.at.store.reading() as connection:
            self._right(broken(connection))
        assert expected is Expect.EITHER or done == (expected is Expect.DONE), f"{'done' if done else 'refused'}: {said}"
        self.reached[f"{deed.verb} {'done' if done else 'refused'}"] += 1
        if done:
            oracle.happens(deed, number, by)
            self.books = foretold.books
        self.world = self._read()
        if change := self.world.changes.get(number):
            self.reached[change.stage] += 1
        wrong = differences(foretold, self.world, {number: _LOOSE.get(type(deed), ()) if done else ()})
        assert not wrong, f"{wrong} {'done' if done else 'refused'}: {said}"

    def _keeps(self, deed: AgreementDeed, by: Principal, door: int) -> None:
        oracle = Oracle(self._copy())
        expected = oracle.expects_of_agreement(deed, by)
        done = (
            self.api.does(deed, by, None)
            if door == 1 and self.api.takes(by)
            else self.at.does(deed, by).outcome is Outcome.APPLIED
        )
        assert expected is Expect.EITHER or done == (expected is Expect.DONE), f"{done}: {deed} by {by.name} {self.books}"
        self.reached[f"{deed.verb} {'done' if done else 'refused'}"] += 1
        if done:
            oracle.happens_to_agreement(deed)
            self.books = oracle.world.books
        self.world = self._read()

    def _by_door(self, deed: Deed, by: Principal, number: int, door: int) -> bool:
        if door == 1 and self.api.takes(by):
            return self.api.does(deed, by, number)
        if door == 2 and self.line.takes(deed, by):
            return self.line.does(deed, by, number)
        return self.at.does(deed, by, ticket=number).outcome is Outcome.APPLIED

    def _does_to_ticket(self, deed: Deed, by: Principal, number: int) -> None:
        before = self.world
        forbidden = must_refuse(deed, number, before)
        receipt = self.at.does(deed, by, ticket=number)
        done = receipt.outcome is Outcome.APPLIED
        assert not (forbidden and done), f"{deed} on HD-{number}: {before.changes.get(number)} {before.tickets[number]}"
        self.reached[f"{deed.verb} {'done' if done else 'refused'}"] += 1
        self.world = self._read()
        wrong = followed(before, self.world)
        assert not wrong, f"{wrong} {deed} by {by.name} on HD-{number}"

    def _incident_was_named(self, number: int, said: str, author: str) -> None:
        """Where the words of a defect fix name one incident that their author takes part in."""
        change, ticket = self.world.changes.get(number), self.world.tickets[number]
        if change is None or not ticket.is_fix:
            return
        about = next((one for one in self.world.tickets if f"HD-{one}," in said and one != number), None)
        fits = self.world.incident_is_fit(about) and author in self.world.tickets[about or 0].callers
        if fits or change.incident is not None:
            assert change.incident == about, f"{said!r} of {author} names HD-{change.incident}"

    def _read(self) -> World:
        with self.at.store.reading() as connection:
            return read_world(connection, self.at.clock(), self.books)

    def _copy(self) -> World:
        world = self.world
        return World(now=self.at.clock(), tickets=world.tickets, changes=deepcopy(world.changes), books=deepcopy(self.books))

    def _pick(self, which: int) -> int:
        numbers = [*self.world.tickets]
        return numbers[which % len(numbers)]

    def _pick_change(self, which: int) -> int:
        """One with a change, mostly."""
        carrying = [*self.world.changes]
        return carrying[which % len(carrying)] if carrying and which < 7 else self._pick(which)

    @staticmethod
    def _right(wrong: object) -> None:
        assert not wrong, wrong


# What docs/changes.md leaves to the desk.
_LOOSE: Mapping[type[Deed], tuple[str, ...]] = {d.ImplementChange: ("author",)}
