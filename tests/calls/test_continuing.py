"""A caller goes on with a ticket that they have, by key."""

import pytest

from intake.domain.channel import AddressKind
from intake.domain.deed import LinkAddress, Merge, Resolve
from intake.domain.event import EventKind
from intake.domain.label import Priority
from intake.domain.notice import NoticeKind
from intake.domain.page import RunState
from intake.domain.receipt import Outcome
from intake.domain.ticket import State, spoken
from tests.calls.call_desk import BROKEN, CALLER, OTHER, OUTAGE, CallDesk
from tests.desk.at_the_desk import CALM, mail
from tests.desk.on_call import states

E = EventKind


def printer(desk: CallDesk) -> int:
    """An open ticket of the same number."""
    number = desk.rings("CA0")
    desk.says("the printer jams", BROKEN, "CA0")
    desk.ends("CA0")
    desk.passes(minutes=5)
    return number


def resolved(desk: CallDesk) -> int:
    number = printer(desk)
    desk.does(Resolve(text="It has paper again."), "root", ticket=number)
    desk.sends()
    answer = next(one for one in desk.story(number).deliveries if one.reply is not None)
    with desk.store.begin() as books:
        desk.desk.replies.arrived(answer, "delivered", books, desk.clock())
    assert desk.ticket(number).state is State.RESOLVED
    return number


def test_a_key_merges_the_empty_ticket_and_what_follows_is_on_the_old_one(desk: CallDesk) -> None:
    old = printer(desk)
    new = desk.rings()
    assert desk.continues(old).reason == f"continue_ticket: goes on with {spoken(old)}"
    assert (desk.ticket(new).state, desk.ticket(new).merged_into) == (State.CANCELED, old)
    assert desk.call().ticket == old
    receipt = desk.says("it jams again", BROKEN)
    assert (receipt.outcome, receipt.ticket) == (Outcome.APPENDED, old)
    assert [message.body for message in desk.story(old).messages] == ["the printer jams", "it jams again"]
    assert desk.story(new).messages == ()
    assert desk.told(new) == []
    merged, here = desk.happened(new, E.MERGED)[0], desk.happened(old, E.MERGED_HERE)[0]
    assert (merged.data["into"], here.data["from"]) == (spoken(old), spoken(new))
    assert NoticeKind.ADDITION in desk.told(old)
    desk.ends()
    assert desk.happened(old, E.CALL_ENDED)[-1].data["call"] == "CA1"


def test_a_ticket_of_the_same_person_from_another_of_their_addresses_is_theirs(desk: CallDesk) -> None:
    by_mail = desk.hears(mail(), CALM).ticket
    assert by_mail is not None
    desk.does(LinkAddress(kind=AddressKind.PHONE, address=CALLER), "root", ticket=by_mail)
    desk.rings()
    desk.continues(by_mail)
    assert desk.says("any news?").ticket == by_mail
    assert not any(message.held for message in desk.story(by_mail).messages)


def test_words_reopen_what_was_resolved(desk: CallDesk) -> None:
    old = resolved(desk)
    desk.rings()
    desk.continues(old)
    assert desk.ticket(old).state is State.RESOLVED
    desk.says("it jams again", BROKEN)
    assert desk.ticket(old).state is State.IN_PROGRESS


@pytest.mark.parametrize("why", ["a stranger's", "withheld", "long over", "none", "canceled"])
def test_what_is_not_the_callers_to_go_on_with_is_left_alone(desk: CallDesk, why: str) -> None:
    old = resolved(desk) if why == "long over" else printer(desk)
    if why == "long over":
        desk.passes(days=60)
    if why == "canceled":
        old = desk.rings("CAsilent")
        desk.ends("CAsilent")
        desk.passes(minutes=20)
    before = desk.story(old)
    new = desk.rings(caller={"a stranger's": OTHER, "withheld": ""}.get(why, CALLER))
    receipt = desk.continues(9999 if why == "none" else old)
    assert receipt.reason.startswith("continue_ticket: goes on by itself")
    assert desk.call().ticket == new
    assert desk.happened(new, E.CALL_NOTED)
    assert desk.says("something else is odd", BROKEN).ticket == new
    assert desk.story(old) == before


def test_people_who_are_being_paged_for_it_already_go_on_being_paged(desk: CallDesk) -> None:
    old = desk.rings("CA0")
    desk.says("the network of the whole plant is down", OUTAGE, "CA0")
    desk.ends("CA0")
    assert desk.paged(old) == ["Ben"]
    desk.rings()
    desk.continues(old)
    desk.says("it is still down", OUTAGE)
    desk.is_rung("CIO leads", last=True)
    desk.ends()
    assert desk.paged(old) == ["Ben"]
    desk.passes(minutes=10)
    assert len(desk.paged(old)) == 2


def test_whoever_takes_such_a_call_acknowledges_the_page_of_the_old_ticket(desk: CallDesk) -> None:
    old = desk.rings("CA0")
    desk.says("the network of the whole plant is down", OUTAGE, "CA0")
    desk.ends("CA0")
    desk.rings()
    desk.continues(old)
    desk.is_taken("Kim")
    assert states(desk, old) == [RunState.ACKNOWLEDGED]


def test_the_key_twice_and_the_key_for_a_merged_ticket(desk: CallDesk) -> None:
    old = printer(desk)
    other = desk.hears(mail(), CALM).ticket
    assert other is not None
    desk.does(Merge(into=other), "root", ticket=old)
    desk.rings()
    desk.continues(old)
    assert desk.continues(old).reason == f"continue_ticket: is about {spoken(old)} already"
    assert desk.says("any news?").ticket == other
    assert [message.body for message in desk.story(old).messages] == ["the printer jams", "any news?"]


def test_a_key_that_comes_late_after_silence_had_closed_it(desk: CallDesk) -> None:
    old = printer(desk)
    new = desk.rings()
    desk.ends()
    desk.passes(minutes=30)
    assert desk.ticket(new).state is State.CANCELED
    desk.continues(old)
    assert desk.ticket(new).merged_into == old
    assert desk.priority(old) is not Priority.P1


def test_a_merge_by_an_agent_during_the_call_keeps_every_word(desk: CallDesk) -> None:
    other = desk.hears(mail(), OUTAGE).ticket
    assert other is not None
    new = desk.rings()
    desk.does(Merge(into=other), "root", ticket=new)
    assert desk.says("the same here", OUTAGE).outcome is Outcome.APPENDED
    assert len(desk.story(new).messages) == 1
    desk.is_taken("Kim")
    assert states(desk, other) == [RunState.ACKNOWLEDGED]
    desk.ends()
    desk.passes(hours=2)
    assert (desk.ticket(new).state, desk.ticket(new).merged_into) == (State.CANCELED, other)
