"""Two callers, late keys, a second call: nobody is rung twice at one moment, woken for nothing, or left asleep."""

from datetime import timedelta

import pytest

from intake.domain.action import Action
from intake.domain.channel import Channel
from intake.domain.deed import TakeCall, TryPeople
from intake.domain.errors import TooEarly
from intake.domain.event import EventKind
from intake.domain.label import Kind, Level, Priority
from intake.domain.notice import NoticeKind
from intake.domain.page import RunState
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome, Refusal
from tests.calls.call_desk import BROKEN, LINE, OTHER, OUTAGE, CallDesk, conversation
from tests.desk.on_call import states

E = EventKind
DOWN = "the network of the whole plant is down"


@pytest.fixture
def burning(desk: CallDesk) -> tuple[CallDesk, int]:
    number = desk.rings()
    desk.says(DOWN, OUTAGE)
    return desk, number


def test_the_ladder_waits_for_the_first_caller_when_the_second_has_had_everybody_rung(burning: tuple[CallDesk, int]) -> None:
    desk, number = burning
    desk.rings("CA2")
    desk.continues(number, "CA2")
    desk.is_rung("CIO leads", last=True, call="CA2")
    assert desk.paged(number) == []  # Ben's phone rings for the first one
    desk.ends("CA2")
    assert desk.paged(number) == []
    desk.is_rung("CIO leads", last=True)
    assert desk.paged(number) == ["Ben"]


def test_a_key_for_what_is_no_longer_to_be_had_leaves_the_first_words_what_they_are(desk: CallDesk) -> None:
    number = desk.rings()
    assert desk.continues(9999).reason.startswith("continue_ticket: goes on by itself")
    desk.says(DOWN, OUTAGE)
    assert desk.priority(number) is Priority.P1
    assert states(desk, number) == [RunState.RUNNING]
    assert len(desk.texted(number)) == 1
    assert NoticeKind.ARRIVAL in desk.told(number)
    assert desk.happened(number, E.APPENDED)[0].reason == "said in the call"


@pytest.mark.parametrize("how", ["a level", "a matter", "words"])
def test_what_comes_late_from_a_call_that_somebody_has_taken_wakes_nobody(desk: CallDesk, how: str) -> None:
    number = desk.rings()
    desk.presses(impact=Level.HIGH)
    if how != "words":
        desk.names(Kind.SERVICE_REQUEST)
    desk.is_taken("Kim")
    match how:
        case "a level":
            desk.presses(urgency=Level.HIGH)
        case "a matter":
            desk.names(Kind.INCIDENT)
            desk.presses(urgency=Level.HIGH)
        case _:
            desk.says(DOWN, OUTAGE)
    assert desk.priority(number) is Priority.P1
    assert desk.paged(number) == []
    desk.ends()
    desk.passes(hours=1)
    assert desk.paged(number) == []


def test_whoever_talked_with_the_caller_has_the_call_also_where_their_key_is_not_known(burning: tuple[CallDesk, int]) -> None:
    desk, number = burning
    desk.in_call(TryPeople(call="CA1", whom="Ben", outcome="connected with the caller", talked=True), "CA1")
    assert (desk.call().connected_to, states(desk, number)) == ("Ben", [RunState.ACKNOWLEDGED])
    desk.ends()
    desk.passes(hours=1)
    assert desk.paged(number) == []


def test_the_key_of_whoever_talked_may_be_told_afterwards(burning: tuple[CallDesk, int]) -> None:
    desk, number = burning
    desk.in_call(TryPeople(call="CA1", whom="Cleo, Kim", outcome="connected with the caller", talked=True), "CA1")
    desk.is_taken("Kim")
    desk.in_call(TryPeople(call="CA1", whom="Cleo, Kim", outcome="connected with the caller", talked=True), "CA1")
    assert (desk.call().connected_to, states(desk, number)) == ("Kim", [RunState.ACKNOWLEDGED])


@pytest.mark.parametrize("before", ["acknowledged", "exhausted"])
def test_people_are_woken_anew_when_nobody_took_a_second_call_about_what_burns(desk: CallDesk, before: str) -> None:
    number = desk.rings()
    desk.says(DOWN, OUTAGE)
    if before == "acknowledged":
        desk.is_taken("Kim")
        desk.ends()
    else:
        desk.ends()
        for _ in range(3):
            desk.passes(minutes=11)
        assert states(desk, number) == [RunState.EXHAUSTED]
    paged = len(desk.paged(number))
    desk.rings("CA2")
    desk.continues(number, "CA2")
    desk.is_rung("Ben", call="CA2")
    assert len(desk.paged(number)) == paged
    desk.is_rung("CIO leads", last=True, call="CA2")
    assert states(desk, number)[-1] is RunState.RUNNING
    assert len(desk.paged(number)) == paged + 1
    desk.says("please hurry", call="CA2")
    desk.ends("CA2")
    assert len(desk.paged(number)) == paged + 1  # once


def test_nobody_is_woken_for_a_second_caller_while_somebody_talks_with_the_first(burning: tuple[CallDesk, int]) -> None:
    desk, number = burning
    desk.is_taken("Kim")
    desk.rings("CA2", OTHER)
    desk.rings("CA3")
    desk.continues(number, "CA3")
    desk.is_rung("CIO leads", last=True, call="CA3")
    assert desk.paged(number) == []


def test_a_second_call_about_what_can_wait_wakes_nobody(desk: CallDesk) -> None:
    number = desk.rings()
    desk.says("the printer jams", BROKEN)
    desk.is_rung("CIO leads", last=True)
    assert (states(desk, number), desk.paged(number)) == ([], [])


def test_a_key_that_comes_late_merges_nothing_away_that_people_are_woken_for(desk: CallDesk) -> None:
    """It lay in the spool of another machine, behind the keys that were pressed after it."""
    old = desk.rings("CA0")
    desk.says("the printer jams", BROKEN, "CA0")
    desk.ends("CA0")
    number = desk.rings()
    desk.presses(impact=Level.HIGH)
    desk.presses(urgency=Level.HIGH)
    desk.continues(old)
    assert (desk.priority(number), desk.ticket(number).merged_into) == (Priority.P1, None)
    assert states(desk, number) == [RunState.RUNNING]
    assert desk.story(number).links == (old,)
    desk.ends()
    assert desk.paged(number) == ["Ben"]


@pytest.mark.parametrize("own", [(LINE,), ()])  # a number of ours that nobody has set down calls itself all the same
def test_our_own_call_that_is_forwarded_to_us_opens_nothing(desk: CallDesk, own: tuple[str, ...]) -> None:
    desk.own = own
    receipt = desk.begins("CA9", LINE)
    assert (receipt.outcome, receipt.ticket) == (Outcome.SUPPRESSED, None)
    assert receipt.reason.startswith("own_loop")


def test_the_begin_that_comes_after_a_recording_says_who_called(desk: CallDesk) -> None:
    opened = desk.leaves_a_recording()
    assert opened.outcome is Outcome.OPENED
    number = desk.rings()
    assert number == opened.ticket
    assert desk.call().caller
    with desk.store.begin() as books:
        caller = desk.ticket(number).caller
        assert caller is not None
        known = books.contacts.get(caller)
    assert known is not None
    assert known.addresses[0].value == desk.call().caller


def test_a_key_of_a_call_that_is_not_known_yet_is_brought_again(desk: CallDesk) -> None:
    """Its begin may lie in the spool of another replica: booked as refused, the key would be lost."""
    with pytest.raises(TooEarly):
        desk.is_taken("Kim", call="CA9")
    number = desk.rings(call="CA9")
    assert desk.is_taken("Kim", call="CA9").ticket == number


def test_after_an_hour_nobody_waits_for_a_call_any_more(desk: CallDesk) -> None:
    key = Action(
        channel=Channel.PHONE,
        external_id="CA9/accept",
        received_at=desk.clock() - timedelta(hours=1),
        by=Principal(name=OTHER, role=Role.DEVICE),
        deed=TakeCall(call="CA9", whom="Kim"),
        thread=conversation("CA9"),
    )
    with desk.store.begin() as books:
        receipt = desk.desk.receive(desk.understood(key), books)
    assert (receipt.outcome, receipt.refusal) == (Outcome.SUPPRESSED, Refusal.NOT_FOUND)
