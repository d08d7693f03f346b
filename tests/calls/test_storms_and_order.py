"""Calls in a major incident; and calls whose webhooks come in any order, late, or twice."""

import random
from dataclasses import replace

import pytest

from intake.desk.record import as_texts, replayed
from intake.desk.storms.memory import Memory
from intake.domain.channel import Channel
from intake.domain.event import EventKind
from intake.domain.label import Kind, Level, Priority
from intake.domain.notice import NoticeKind
from intake.domain.page import RunState
from intake.domain.ticket import State
from storage.store import SqlStore
from tests.calls.call_desk import SENDERS, CallDesk, call_policy
from tests.calls.stormy_calls import StormyCalls
from tests.desk.kept_clocks import assert_clocks_follow
from tests.desk.on_call import states
from tests.storms.shared_words import SharedWords
from tests.storms.stormy_desk import BROKEN, STANDS_STILL, VPN

E = EventKind


@pytest.fixture
def stormy(store: SqlStore) -> StormyCalls:
    return StormyCalls(store=store, policy=call_policy(), senders=SENDERS)


def storm_of(desk: CallDesk, number: int) -> int | None:
    return desk.ticket(number).parent


def test_callers_who_report_one_outage_form_a_storm_by_their_first_words(stormy: StormyCalls) -> None:
    tickets = [stormy.reports(who) for who in range(20)]
    parents = {storm_of(stormy, number) for number in tickets}
    assert len(parents) == 1
    assert parents != {None}


def test_who_calls_about_a_known_storm_is_told_of_it_once_and_nobody_is_rung_for_them(stormy: StormyCalls) -> None:
    for who in range(20):
        stormy.reports(who)
    number = stormy.rings("CAx", "+33140009999")
    stormy.says(VPN, STANDS_STILL, "CAx")
    assert storm_of(stormy, number) is not None
    told = [one for one in stormy.story(number).deliveries if one.channel is Channel.SMS]
    assert [one.notice.kind for one in told if one.notice is not None] == [NoticeKind.STORM_KNOWN]
    assert states(stormy, number) == []
    assert stormy.is_taken("Kim", "CAx").reason.startswith("take_call: taken")


def test_a_ticket_that_joins_a_storm_while_its_caller_is_being_connected_pages_nobody_itself(stormy: StormyCalls) -> None:
    number = stormy.rings("CAx", "+33140009999")
    stormy.says(VPN, STANDS_STILL, "CAx")
    assert states(stormy, number) == [RunState.RUNNING]
    for who in range(20):
        stormy.reports(who)
    parent = storm_of(stormy, number)
    assert parent is not None
    assert states(stormy, number) == [RunState.STOPPED]
    stormy.is_rung("Ben", last=True, call="CAx")
    stormy.ends("CAx")
    assert stormy.paged(number) == []
    assert stormy.paged(parent) == ["Ben"]


def test_another_replica_takes_up_what_callers_say_after_the_call_has_begun(stormy: StormyCalls) -> None:
    other = StormyCalls(store=stormy.store, policy=stormy.policy, senders=SENDERS, clock=stormy.clock)
    other.reports(900, "Cup holder of my desk drawer is loose.")  # its memory is built
    calls = [(f"CA{who}", f"+3314000{who:04}") for who in range(19)]
    for call, caller in calls:
        stormy.rings(call, caller)
    other.reports(901, "The coffee machine leaks water on the third floor.")  # it has seen them, without a word
    for call, _ in calls:
        stormy.says(VPN, BROKEN, call)
    stormy.memory = Memory(SharedWords, stormy.policy, follows=True)
    number = other.rings("CAlast", "+33140009999")
    other.says(VPN, BROKEN, "CAlast")
    assert other.happened(number, E.STORM_JOINED, E.STORM_PROPOSED)


WEBHOOKS = ("words", "matter", "impact", "urgency", "rung", "last", "taken", "recording", "end", "pause", "long pause")


def play(desk: CallDesk, webhook: str) -> bool:
    """Whether it brought a message."""
    match webhook:
        case "words":
            desk.says("the network of the whole plant is down", replace(STANDS_STILL, urgency=Level.MEDIUM))
        case "matter":
            desk.names(Kind.INCIDENT)
        case "impact":
            desk.presses(impact=Level.HIGH)
        case "urgency":
            desk.presses(urgency=Level.HIGH)
        case "rung":
            desk.is_rung("Ben")
        case "last":
            desk.is_rung("Lee", last=True)
        case "taken":
            desk.is_taken("Kim")
        case "recording":
            desk.leaves_a_recording()
        case "end":
            desk.ends()
        case "pause":
            desk.passes(seconds=100)
        case _:
            desk.passes(minutes=12)
    return webhook in {"words", "recording"}


# What comes in which order is the desk's matter, not the database's: a few on PostgreSQL are enough.
ORDERS = [
    *(("sqlite", seed) for seed in range(25)),
    *(pytest.param("postgresql", seed, marks=pytest.mark.postgres) for seed in range(25, 29)),
]


@pytest.mark.parametrize(("store", "seed"), ORDERS, indirect=["store"])
def test_in_any_order_nothing_is_lost_doubled_or_left_lying(store: SqlStore, seed: int) -> None:
    chance = random.Random(seed)
    desk = CallDesk(store=store, policy=call_policy(), senders=SENDERS)
    number = desk.rings()
    messages, meant = 0, False
    for webhook in chance.choices(WEBHOOKS, k=9):
        messages += play(desk, webhook)
        meant = meant or webhook in {"words", "matter", "impact", "urgency", "recording"}
        story = desk.story(number)
        assert as_texts(story.line.ticket) == replayed(story.events)
        assert len(desk.texted(number)) <= 1
    assert_clocks_follow(desk.store, [number])
    desk.ends()
    desk.passes(minutes=12)
    story = desk.story(number)
    assert len(story.messages) == messages
    assert bool(desk.texted(number)) is meant
    assert desk.ticket(number).state is (State.NEW if meant else State.CANCELED)
    assert len(desk.happened(number, E.CALL_ENDED)) == 1
    pages = [
        (page.run, page.step, page.repetition, page.channel, page.address) for paging in story.pagings for page in paging.pages
    ]
    assert len(pages) == len(set(pages))
    if desk.priority(number) in {Priority.P1, Priority.P2} and not desk.call().connected_to:
        assert desk.paged(number)[:1] == ["Ben"]
