"""A P1 caller is connected with people; the ladder waits for that, and for nothing longer."""

from dataclasses import replace

import pytest

from intake.domain.channel import Channel
from intake.domain.deed import Relabel, ReportDelivery, Take
from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.label import Level, Priority
from intake.domain.page import RunState
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome
from storage.store import SqlStore
from tests.calls.call_desk import BROKEN, OUTAGE, CallDesk, call_policy, called_desk
from tests.desk.at_the_desk import mail
from tests.desk.on_call import states

E = EventKind
VENDOR = Principal(name="vendor", role=Role.DEVICE)
DOWN = "the network of the whole plant is down"


@pytest.fixture
def burning(desk: CallDesk) -> tuple[CallDesk, int]:
    number = desk.rings()
    desk.says(DOWN, OUTAGE)
    return desk, number


def test_the_ladder_starts_with_the_words_and_pages_nobody_while_people_are_rung(burning: tuple[CallDesk, int]) -> None:
    desk, number = burning
    assert states(desk, number) == [RunState.RUNNING]
    assert desk.paged(number) == []
    assert "waits while the caller is being connected" in desk.happened(number, E.LADDER_STARTED)[0].reason
    desk.passes(seconds=85)  # three attempts of 20 seconds, and 30
    assert desk.paged(number) == []
    desk.passes(seconds=10)
    assert desk.paged(number) == ["Ben"]


def test_an_attempt_makes_it_wait_on_but_never_for_more_than_five_minutes(burning: tuple[CallDesk, int]) -> None:
    desk, number = burning
    for _ in range(4):
        desk.passes(seconds=60)
        desk.is_rung("Ben")
    assert desk.paged(number) == []
    desk.passes(seconds=61)
    assert desk.paged(number) == ["Ben"]


@pytest.mark.parametrize("how", ["nobody took it", "the call ended", "a recording"])
def test_it_climbs_at_once_when_the_call_reached_nobody(burning: tuple[CallDesk, int], how: str) -> None:
    desk, number = burning
    match how:
        case "nobody took it":
            desk.is_rung("Ben")
            assert desk.paged(number) == []
            desk.is_rung("CIO leads", last=True)
        case "the call ended":
            desk.ends()
        case _:
            desk.leaves_a_recording()
    assert desk.paged(number) == ["Ben"]
    desk.is_rung("CIO leads", last=True)
    desk.leaves_a_recording(5)
    desk.ends()
    assert desk.paged(number) == ["Ben"]  # once
    desk.passes(minutes=10)
    assert desk.paged(number) == ["Ben", "Kim"] or desk.paged(number) == ["Ben", "Cleo"]


def test_whoever_takes_the_call_acknowledges_and_the_ticket_is_theirs_when_they_take_that(
    burning: tuple[CallDesk, int],
) -> None:
    desk, number = burning
    assert desk.is_taken("Kim").reason == "take_call: taken by Kim"
    assert states(desk, number) == [RunState.ACKNOWLEDGED]
    assert desk.ticket(number).assigned_to == ""
    taken, acknowledged = desk.happened(number, E.CALL_TAKEN)[0], desk.happened(number, E.ACKNOWLEDGED)[0]
    assert (taken.actor, acknowledged.actor, acknowledged.reason) == (
        "Kim",
        "Kim",
        "acknowledged the page, by taking the call",
    )
    assert desk.call().connected_to == "Kim"
    desk.is_rung("Kim", "completed", last=True)
    desk.ends()
    desk.passes(minutes=30)
    assert desk.paged(number) == []
    kim = desk.policy.agents["Kim"].principal  # of another team than the one that has it
    assert desk.does(Take(), kim, ticket=number).outcome is Outcome.APPLIED


def test_a_call_that_somebody_took_is_the_first_answer(burning: tuple[CallDesk, int]) -> None:
    desk, number = burning
    desk.clock.advance(seconds=50)
    desk.is_taken("Kim")
    with desk.store.begin() as books:
        kept = books.clocks.of(number)
    assert kept is not None
    assert kept.response is not None
    assert kept.response.state.value == "stopped"


def test_words_that_come_after_somebody_took_the_call_wake_nobody(desk: CallDesk) -> None:
    number = desk.rings()
    desk.is_taken("Kim")
    desk.says(DOWN, OUTAGE)
    assert desk.priority(number) is Priority.P1
    assert desk.paged(number) == []
    assert len(desk.texted(number)) == 1


def test_taking_twice_is_taking_once_and_another_one_is_on_record(burning: tuple[CallDesk, int]) -> None:
    desk, number = burning
    desk.is_taken("Kim")
    assert desk.is_taken("Kim").reason == "take_call: had it already"
    desk.is_taken("Lee")
    assert [event.actor for event in desk.happened(number, E.CALL_TAKEN)] == ["Kim", "Lee"]


def test_an_agent_who_makes_it_urgent_during_the_call_lets_the_ladder_wait_too(desk: CallDesk) -> None:
    number = desk.rings()
    desk.says("the printer jams", BROKEN)
    desk.does(Relabel(impact=Level.HIGH, urgency=Level.HIGH), "root", ticket=number)
    assert (states(desk, number), desk.paged(number)) == ([RunState.RUNNING], [])
    desk.ends()
    assert desk.paged(number) == ["Ben"]


def test_after_everybody_was_rung_nothing_waits_for_the_call_any_more(desk: CallDesk) -> None:
    number = desk.rings()
    desk.says("the printer jams", BROKEN)
    desk.is_rung("", "nobody", last=True)
    desk.does(Relabel(impact=Level.HIGH, urgency=Level.HIGH), "root", ticket=number)
    assert desk.paged(number) == ["Ben"]


def test_a_caller_who_makes_it_less_stops_the_ladder(burning: tuple[CallDesk, int]) -> None:
    desk, number = burning
    desk.presses(impact=Level.LOW)
    desk.presses(urgency=Level.LOW)
    desk.passes(minutes=10)
    assert (states(desk, number), desk.paged(number)) == ([RunState.STOPPED], [])


def test_a_mail_of_the_same_priority_does_not_wait(desk: CallDesk) -> None:
    number = desk.hears(mail(), OUTAGE).ticket
    assert number is not None
    assert desk.paged(number) == ["Ben"]


def test_a_second_caller_of_the_same_matter_is_connected_too_and_nobody_is_paged_twice(burning: tuple[CallDesk, int]) -> None:
    desk, number = burning
    desk.rings("CA2")
    desk.continues(number, "CA2")
    desk.is_rung("CIO leads", last=True)
    assert desk.paged(number) == []  # people are being rung for the second one
    desk.is_rung("CIO leads", last=True, call="CA2")
    assert desk.paged(number) == ["Ben"]
    desk.ends()
    desk.ends("CA2")
    assert desk.paged(number) == ["Ben"]


def test_where_nobody_has_a_phone_the_ladder_does_not_wait(store: SqlStore) -> None:
    desk = called_desk(store)
    desk.policy = call_policy(ladders=_MAIL_ONLY)
    agents = {name: replace(agent, phone="") for name, agent in desk.policy.agents.items()}
    desk.policy = replace(desk.policy, agents=agents)
    number = desk.rings()
    desk.says(DOWN, OUTAGE)
    assert [page.address for paging in desk.story(number).pagings for page in paging.pages] == ["ben@desk.example"]


_MAIL_ONLY = """
[[ladder]]
name = "urgent"
priorities = ["P1", "P2"]
steps = [{ page = "on_call", tier = 1, wait_minutes = 10 }]
"""


# ── pages by phone that reach nobody ─────────────────────────────────────────────────────────────────────────────


def paged_by_mail(desk: CallDesk) -> int:
    number = desk.hears(mail(), OUTAGE).ticket
    assert number is not None
    return number


def report(desk: CallDesk, number: int, agent: str, error: str = "busy") -> None:
    page = next(page for paging in desk.story(number).pagings for page in paging.pages if page.agent == agent and page.channel)
    voice = [one for one in desk.story(number).deliveries if one.address == page.address]
    assert page.delivery is not None
    assert voice
    desk.does(ReportDelivery(delivery=page.delivery, state=DeliveryState.FAILED, error=error), VENDOR, ticket=number)


def test_a_page_by_phone_that_reached_nobody_makes_the_next_move_at_once(desk: CallDesk) -> None:
    number = paged_by_mail(desk)
    desk.sends()
    report(desk, number, "Ben")
    assert desk.paged(number)[1:] in (["Kim"], ["Cleo"])
    desk.passes(minutes=9)
    assert len(desk.paged(number)) == 2  # the wait of the new move counts from then
    report(desk, number, "Ben", "no-answer")
    assert len(desk.paged(number)) == 2  # an old page says nothing about the last move


def test_it_climbs_only_when_all_pages_by_phone_of_the_move_have_failed(store: SqlStore) -> None:
    desk = called_desk(store, call_policy(_TOGETHER))
    number = paged_by_mail(desk)
    desk.sends()
    assert sorted(desk.paged(number)) == ["Cleo", "Kim"]
    report(desk, number, "Cleo")
    assert len(desk.paged(number)) == 2
    report(desk, number, "Kim", "machine")
    assert desk.paged(number)[2:] == ["Lee"]


_TOGETHER = """
[[ladder]]
name = "urgent"
priorities = ["P1", "P2"]
steps = [
  { page = "team", tier = 2, by = ["phone"], wait_minutes = 10 },
  { page = "team", tier = 3, by = ["phone"], wait_minutes = 10 },
]
"""


def test_a_page_that_the_vendor_refuses_for_good_is_one_that_failed(desk: CallDesk) -> None:
    number = paged_by_mail(desk)
    desk.fails_to_send(Channel.PHONE)
    assert len(desk.paged(number)) == 2


def test_a_failed_page_of_an_acknowledged_ladder_wakes_nobody(desk: CallDesk) -> None:
    number = paged_by_mail(desk)
    desk.sends()
    desk.does(Take(), "root", ticket=number)
    report(desk, number, "Ben")
    assert desk.paged(number) == ["Ben"]


def test_the_last_page_that_fails_ends_the_ladder_with_an_alarm(desk: CallDesk) -> None:
    number = paged_by_mail(desk)
    for _ in range(3):
        desk.sends()
        report(desk, number, desk.paged(number)[-1])
    assert states(desk, number) == [RunState.EXHAUSTED]
    assert len(desk.paged(number)) == 3
