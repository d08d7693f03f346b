"""A call begins without a word; the first word makes a ticket of it that people hear of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.domain.channel import Channel
from intake.domain.deed import ConfirmUndeliverable, Relabel, Resolve, Take
from intake.domain.event import EventKind
from intake.domain.label import Category, Kind, Priority
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from intake.domain.ticket import State, Tier
from tests.calls.call_desk import BROKEN, CALLER, OTHER, OUTAGE, UNCLEAR, CallDesk, phone

E = EventKind


def test_a_call_has_a_ticket_at_once_that_nobody_is_told_of(desk: CallDesk) -> None:
    receipt = desk.begins()
    assert receipt.outcome is Outcome.OPENED
    story = desk.story(receipt.ticket)
    ticket = story.line.ticket
    assert (ticket.kind, ticket.priority, ticket.state) == (Kind.NONE, Priority.P4, State.NEW)
    assert (ticket.label_version, ticket.short_description) == ("none", f"Call from {CALLER}")
    assert (story.deliveries, story.messages, story.pagings) == ((), (), ())
    assert [event.data for event in story.events if event.kind is E.CALL_BEGAN] == [{"call": "CA1", "line": "+4930901820"}]


def test_the_same_begin_twice_is_one_call_and_one_ticket(desk: CallDesk) -> None:
    first = desk.begins()
    again = desk.begins()
    assert (again.ticket, again.duplicate) == (first.ticket, True)


def test_the_first_words_do_what_a_mail_would_have_done(desk: CallDesk) -> None:
    number = desk.rings()
    receipt = desk.says("the printer on my desk jams", BROKEN)
    assert (receipt.outcome, receipt.ticket) == (Outcome.APPENDED, number)
    ticket = desk.ticket(number)
    assert (ticket.kind, ticket.category, ticket.label_version) == (Kind.INCIDENT, Category.UNAVAILABLE, "test")
    assert ticket.short_description == "the printer on my desk jams"
    assert desk.texted(number) == [(CALLER, timedelta(seconds=30))]
    assert NoticeKind.ARRIVAL in desk.told(number)
    assert [message.body for message in desk.story(number).messages] == ["the printer on my desk jams"]


def test_words_send_the_ticket_to_the_team_of_its_kind(desk: CallDesk) -> None:
    number = desk.rings()
    wish = replace(UNCLEAR, kind=Kind.ENHANCEMENT, category=Category.CHANGE_REQUEST)
    desk.says("I would like a dark mode in the shop", wish)
    ticket = desk.ticket(number)
    assert (ticket.tier, ticket.assignment_group) == (Tier.TEAM, "cio")
    assert desk.told(number).count(NoticeKind.ARRIVAL) == 1
    assert desk.happened(number, E.CHANGE_DRAFTED)


def test_more_words_are_added_and_label_nothing_anew(desk: CallDesk) -> None:
    number = desk.rings()
    desk.says("the printer jams", BROKEN)
    desk.says("everything is down, all of it", OUTAGE)
    assert desk.priority(number) is not Priority.P1
    assert len(desk.story(number).messages) == 2
    assert len(desk.texted(number)) == 1


def test_a_withheld_number_is_heard_and_never_texted(desk: CallDesk) -> None:
    number = desk.rings(caller="")
    assert desk.says("no network in the whole plant", OUTAGE).outcome is Outcome.APPENDED
    story = desk.story(number)
    assert not any(one.channel is Channel.SMS and one.notice is not None and one.notice.kind.public for one in story.deliveries)
    assert any("withheld" in event.reason for event in story.events if event.kind is E.NOT_ANSWERED)
    assert not any(message.held for message in story.messages)


def test_words_are_never_held_and_others_words_are(desk: CallDesk) -> None:
    number = desk.rings()
    desk.says("the printer jams", BROKEN)
    assert desk.says("and now it burns", BROKEN).outcome is Outcome.APPENDED
    assert desk.says("let me in", BROKEN, authentic=False).outcome is Outcome.HELD
    assert desk.ticket(number).short_description == "the printer jams"


def test_a_recording_is_a_word_and_its_text_labels_nothing(desk: CallDesk) -> None:
    number = desk.rings()
    desk.leaves_a_recording(12)
    ticket = desk.ticket(number)
    assert (ticket.kind, ticket.label_version) == (Kind.NONE, "none")
    assert ticket.short_description == f"Call from {CALLER}"
    assert [event.data["call"] for event in desk.happened(number, E.RECORDED)] == ["CA1"]
    assert desk.texted(number)
    desk.ends()
    desk.passes(minutes=11)
    assert desk.ticket(number).state is State.NEW


def test_a_call_whose_end_lay_in_a_spool_lasted_as_long_as_it_did(desk: CallDesk) -> None:
    desk.rings()
    began = desk.clock()
    desk.passes(minutes=90)
    desk.ends(seconds=40)
    assert desk.call().ended_at == began + timedelta(seconds=40)


def test_a_call_without_a_word_closes_its_ticket_after_a_while(desk: CallDesk) -> None:
    number = desk.rings()
    desk.is_noted("silence")
    desk.ends(outcome="completed")
    desk.passes(minutes=9)
    assert desk.ticket(number).state is State.NEW
    desk.passes(minutes=2)
    assert desk.ticket(number).state is State.CANCELED
    assert desk.happened(number, E.CANCELED)[0].reason == "the caller hung up without a word"
    assert desk.told(number) == []


def test_whoever_calls_again_after_silence_goes_on_with_the_same_ticket(desk: CallDesk) -> None:
    number = desk.rings()
    desk.ends()
    desk.passes(minutes=8)
    again = desk.begins("CA2")
    assert (again.outcome, again.ticket) == (Outcome.APPENDED, number)
    desk.passes(minutes=8)
    assert desk.ticket(number).state is State.NEW
    desk.says("the printer jams", BROKEN, "CA2")
    desk.ends("CA2")
    desk.passes(hours=2)
    assert desk.ticket(number).state is State.NEW
    assert len(desk.texted(number)) == 1


@pytest.mark.parametrize("why", ["another number", "too late", "still on the line", "something was said", "withheld"])
def test_nobody_else_goes_on_with_it(desk: CallDesk, why: str) -> None:
    caller = "" if why == "withheld" else CALLER
    number = desk.rings(caller=caller)
    if why == "something was said":
        desk.says("the printer jams", BROKEN)
    if why != "still on the line":
        desk.ends()
    if why == "too late":
        desk.passes(minutes=11)
    again = desk.begins("CA2", OTHER if why == "another number" else caller)
    assert again.outcome is Outcome.OPENED
    assert again.ticket != number


def test_a_call_whose_end_nobody_reports_does_not_stay_open(desk: CallDesk) -> None:
    number = desk.rings()
    desk.passes(minutes=61)
    assert desk.ticket(number).state is State.NEW
    desk.passes(minutes=10)
    assert desk.ticket(number).state is State.CANCELED


def test_what_somebody_has_taken_up_stays_though_nothing_was_said(desk: CallDesk) -> None:
    number = desk.rings()
    desk.does(Take(), "root", ticket=number)
    desk.ends()
    desk.passes(hours=3)
    assert desk.ticket(number).state is State.IN_PROGRESS


def test_late_words_from_a_spool_bring_back_what_silence_had_closed(desk: CallDesk) -> None:
    number = desk.rings()
    desk.ends()
    desk.passes(minutes=30)
    assert desk.ticket(number).state is State.CANCELED
    desk.says("no network in the whole plant", OUTAGE)
    assert (desk.ticket(number).state, desk.priority(number)) == (State.NEW, Priority.P1)
    assert desk.paged(number) == ["Ben"]  # nobody is on the line any more: at once
    assert len(desk.texted(number)) == 1


def test_words_after_the_end_are_the_callers_and_stop_the_closing(desk: CallDesk) -> None:
    number = desk.rings()
    desk.ends()
    desk.says("the printer jams", BROKEN)
    desk.passes(hours=1)
    assert desk.ticket(number).state is State.NEW
    assert desk.call().said


def test_words_of_a_call_whose_begin_is_not_known_open_one_ticket(desk: CallDesk) -> None:
    first = desk.says("the printer jams", BROKEN, "CA9")
    second = desk.says("and it smokes", BROKEN, "CA9")
    assert first.outcome is Outcome.OPENED
    assert second.ticket == first.ticket


def test_a_begin_that_comes_after_its_words_goes_on_with_their_ticket(desk: CallDesk) -> None:
    number = desk.says("the printer jams", BROKEN).ticket
    begun = desk.begins()
    assert (begun.outcome, begun.ticket) == (Outcome.APPENDED, number)
    assert desk.says("and it smokes", BROKEN).ticket == number
    desk.ends()
    desk.passes(hours=3)
    assert desk.ticket(number).state is State.NEW


def test_words_in_a_call_whose_ticket_an_agent_has_resolved_unheard_reopen_it(desk: CallDesk) -> None:
    number = desk.rings()
    desk.does(Resolve(text="Nobody was there."), "root", ticket=number)
    desk.fails_to_send()
    desk.does(ConfirmUndeliverable(reason="no number"), "root", ticket=number)
    desk.says("no network in the whole plant", OUTAGE)
    assert desk.ticket(number).state is State.IN_PROGRESS


def test_the_end_twice_is_on_the_timeline_once(desk: CallDesk) -> None:
    number = desk.rings()
    desk.ends()
    assert desk.ends(outcome="failed").reason == "end_call: was over already"
    assert len(desk.happened(number, E.CALL_ENDED)) == 1


def test_a_persons_label_stands_over_the_words(desk: CallDesk) -> None:
    number = desk.rings()
    desk.does(Relabel(kind=Kind.SERVICE_REQUEST), "root", ticket=number)
    desk.says("no network in the whole plant", OUTAGE)
    assert (desk.ticket(number).kind, desk.priority(number)) == (Kind.SERVICE_REQUEST, Priority.P4)
    assert desk.texted(number)


def test_a_number_that_wants_no_texts_may_call_and_gets_none_for_that(desk: CallDesk) -> None:
    desk.rings()
    with desk.store.begin() as books:
        contact = books.contacts.at(phone(CALLER))
        assert contact is not None
        books.contacts.mark_dead(phone(CALLER), "STOP", desk.clock())
    desk.says("the printer jams", BROKEN)
    desk.says("still", BROKEN)
    with desk.store.begin() as books:
        present = books.contacts.get(contact.id)
        assert present is not None
        assert present.dead
