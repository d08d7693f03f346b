"""Many at once: one wins, and every other one is told what happened."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from intake.desk.incoming import Incoming
from intake.domain.action import Action
from intake.domain.channel import Channel
from intake.domain.deed import Cancel, Deed, Escalate, Merge, Resolve, Take
from intake.domain.errors import Conflict, StoreUnavailable
from intake.domain.event import EventKind
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome, Receipt, Refusal
from intake.domain.ticket import State
from storage.store import SqlStore
from tests.desk.at_the_desk import BURNING, AtTheDesk, mail
from tests.desk.staff import ADMIN, policy_with_staff
from tests.desk.test_alarms import MONITOR, alarm, pages

MANY = 50
TRIES = 20  # the writer of a replica tries as well, one transaction each


@pytest.fixture
def on_postgresql(pg_database: str) -> Iterator[AtTheDesk]:
    store = SqlStore(pg_database)
    yield AtTheDesk(store=store, policy=policy_with_staff())
    store.close()


@pytest.fixture
def replicas(pg_database: str) -> Iterator[tuple[AtTheDesk, AtTheDesk]]:
    one, other = SqlStore(pg_database), SqlStore(pg_database)
    yield AtTheDesk(store=one, policy=policy_with_staff()), AtTheDesk(store=other, policy=policy_with_staff())
    one.close()
    other.close()


def entered(desk: AtTheDesk, incoming: Incoming) -> Receipt:
    for _ in range(TRIES):
        try:
            with desk.store.begin() as books:
                return desk.desk.receive(incoming, books)
        except Conflict:
            continue
    raise StoreUnavailable("too many collided")


def all_at_once(desk: AtTheDesk, deeds: Sequence[tuple[int, Deed]]) -> list[Receipt]:
    """Each in a thread and a transaction of its own, all let go at the same moment."""
    start = Barrier(len(deeds))

    def act(place: int) -> Receipt:
        number, deed = deeds[place]
        action = Action(
            channel=Channel.API,
            external_id=f"{number}: at once {place}",
            received_at=desk.clock(),
            by=Principal(name=f"agent {place}", role=Role.AGENT),
            deed=deed,
            ticket=number,
        )
        incoming = desk.understood(action)
        start.wait()
        return entered(desk, incoming)

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(act, range(len(deeds))))


@pytest.mark.postgres
def test_of_fifty_who_take_a_ticket_at_once_one_has_it(on_postgresql: AtTheDesk) -> None:
    number = on_postgresql.hears(mail()).ticket
    assert number is not None
    receipts = all_at_once(on_postgresql, [(number, Take())] * MANY)
    story = on_postgresql.story(number)
    winner = story.line.ticket.assigned_to
    assert [receipt.outcome for receipt in receipts].count(Outcome.APPLIED) == 1
    refused = [receipt for receipt in receipts if receipt.outcome is Outcome.SUPPRESSED]
    assert len(refused) == MANY - 1
    assert {receipt.refusal for receipt in refused} == {Refusal.CONFLICT}
    assert all(f"is already with {winner}" in receipt.reason for receipt in refused)
    assert [event.actor for event in story.events if event.kind is EventKind.TAKEN] == [winner]


@pytest.mark.postgres
def test_of_fifty_final_responses_at_once_one_is_sent(on_postgresql: AtTheDesk) -> None:
    number = on_postgresql.hears(mail()).ticket
    assert number is not None
    receipts = all_at_once(on_postgresql, [(number, Resolve(text="Done."))] * MANY)
    assert [receipt.outcome for receipt in receipts].count(Outcome.APPLIED) == 1
    assert len([d for d in on_postgresql.story(number).deliveries if d.reply is not None]) == 1


@pytest.mark.postgres
def test_two_tickets_merged_into_each_other_at_once_leave_one_open(on_postgresql: AtTheDesk) -> None:
    for _ in range(10):
        one, two = on_postgresql.hears(mail()).ticket, on_postgresql.hears(mail()).ticket
        assert one is not None
        assert two is not None
        receipts = all_at_once(on_postgresql, [(one, Merge(into=two)), (two, Merge(into=one))])
        outcomes = {receipt.outcome for receipt in receipts}
        assert outcomes == {Outcome.APPLIED, Outcome.SUPPRESSED}
        assert sorted(on_postgresql.ticket(number).state for number in (one, two)) == [State.CANCELED, State.NEW]


@pytest.mark.postgres
def test_whoever_escalates_and_whoever_resolves_at_once_both_leave_a_sound_ticket(on_postgresql: AtTheDesk) -> None:
    number = on_postgresql.hears(mail()).ticket
    assert number is not None
    receipts = all_at_once(on_postgresql, [(number, Escalate(reason="beyond us")), (number, Resolve(text="Done."))])
    assert all(receipt.outcome in {Outcome.APPLIED, Outcome.SUPPRESSED} for receipt in receipts)
    ticket = on_postgresql.ticket(number)
    assert ticket.tier in on_postgresql.policy.tiers_of[ticket.assignment_group]
    assert ticket.state is State.NEW


def alarmed_at_once(replicas: Sequence[AtTheDesk]) -> list[Receipt]:
    start = Barrier(len(replicas))

    def hear(desk: AtTheDesk) -> Receipt:
        desk.classifier.label = BURNING
        incoming = desk.understood(alarm())
        start.wait()
        return entered(desk, incoming)

    with ThreadPoolExecutor(len(replicas)) as threads:
        return list(threads.map(hear, replicas))


@pytest.mark.postgres
@pytest.mark.parametrize("over", [False, True])
def test_an_alarm_that_two_replicas_take_in_at_once_is_one_ticket_and_one_page(
    replicas: tuple[AtTheDesk, AtTheDesk], *, over: bool
) -> None:
    """New, or again after its last ticket was over."""
    here, _ = replicas
    here.hears(mail(author=MONITOR))
    for _ in range(10):
        receipts = alarmed_at_once(replicas)
        assert {receipt.outcome for receipt in receipts} == {Outcome.OPENED, Outcome.APPENDED}
        (number,) = {receipt.ticket for receipt in receipts}
        assert number is not None
        assert pages(here, number) == 1
        if over:
            here.does(Cancel(reason="planned work"), ADMIN, ticket=number)
        else:
            here.hears(alarm(recovery=True))
