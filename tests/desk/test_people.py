"""People around a ticket: held replies, addresses, watchers, the question about the label."""

from dataclasses import replace

import pytest

from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import (
    AcceptReply,
    AnswerQuestion,
    LinkAddress,
    Note,
    RejectReply,
    Relabel,
    Reply,
    Take,
    UnlinkAddress,
    Unwatch,
    Watch,
)
from intake.domain.event import EventKind
from intake.domain.label import Category, Kind, Label, Level, Priority
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome, Refusal
from intake.domain.ticket import State, spoken
from tests.desk.at_the_desk import ANN, CALM, MALLORY, AtTheDesk, mail
from tests.desk.staff import ADMIN, BEN

PHONE = "+4930123456"
UNSORTED = Label(kind=Kind.NONE, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=0.1, version="test")


def opened(desk: AtTheDesk, label: Label = CALM) -> int:
    number = desk.hears(mail(), label).ticket
    assert number is not None
    return number


def tag(number: int) -> tuple[ThreadRef, ...]:
    return (ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.SUBJECT_TAG, value=spoken(number)),)


def held(desk: AtTheDesk, number: int) -> int:
    receipt = desk.hears(mail("It is me, Ann.", author=MALLORY, answers=tag(number)))
    assert receipt.outcome is Outcome.HELD
    return desk.story(number).messages[-1].id


def test_a_held_reply_that_is_accepted_joins_and_its_author_takes_part(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    message = held(staffed, number)
    assert staffed.does(AcceptReply(message=message), BEN, ticket=number).outcome is Outcome.APPLIED
    kept = staffed.story(number).messages[-1]
    assert (kept.public, kept.held, kept.rejected) == (True, False, False)
    assert staffed.hears(mail("More.", author=MALLORY, answers=tag(number))).outcome is Outcome.APPENDED
    assert staffed.does(AcceptReply(message=message), ADMIN, ticket=number).refusal is Refusal.CONFLICT


def test_a_held_reply_that_is_rejected_stays_out_of_sight(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    message = held(staffed, number)
    staffed.does(RejectReply(message=message, reason="not one of theirs"), BEN, ticket=number)
    kept = staffed.story(number).messages[-1]
    assert (kept.public, kept.held, kept.rejected) == (False, False, True)
    assert staffed.hears(mail("More.", author=MALLORY, answers=tag(number))).outcome is Outcome.HELD
    assert staffed.does(RejectReply(message=message, reason="x"), BEN, ticket=number).refusal is Refusal.CONFLICT


def test_another_tickets_message_is_not_accepted_here(staffed: AtTheDesk) -> None:
    number, other = opened(staffed), opened(staffed)
    assert staffed.does(AcceptReply(message=held(staffed, other)), BEN, ticket=number).refusal is Refusal.NOT_FOUND


def test_whoever_has_the_ticket_hears_what_was_added(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Take(), BEN, ticket=number)
    held(staffed, number)
    told = [d for d in staffed.story(number).deliveries if d.notice and d.notice.kind is NoticeKind.ADDITION]
    assert [delivery.address for delivery in told] == ["ben@desk.example"]


def test_an_agents_own_mail_is_kept_inside_unless_they_asked(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    ben = Address(kind=AddressKind.EMAIL, value="ben@desk.example", name="Ben")
    answers = tuple(replace(ref, kind=ThreadKind.SUBJECT_TAG) for ref in tag(number))
    receipt = staffed.hears(mail("Between us: he always does that.", author=ben, answers=answers))
    assert receipt.outcome is Outcome.APPENDED
    assert not staffed.story(number).messages[-1].public
    own = staffed.hears(mail("My own screen broke.", author=ben)).ticket
    assert own is not None
    staffed.hears(mail("And the keyboard.", author=ben, answers=tag(own)))
    assert staffed.story(own).messages[-1].public


def test_a_linked_address_is_the_same_person_until_it_is_unlinked(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    call = mail("Call", author=Address(kind=AddressKind.PHONE, value=PHONE))
    called = staffed.hears(replace(call, channel=Channel.SMS)).ticket
    staffed.does(LinkAddress(kind=AddressKind.PHONE, address="+49 30 123456"), BEN, ticket=number)
    assert "had it already" in staffed.does(LinkAddress(kind=AddressKind.PHONE, address=PHONE), BEN, ticket=number).reason
    phone = Address(kind=AddressKind.PHONE, value=PHONE)
    assert staffed.hears(mail("Me again.", author=phone, answers=tag(number))).outcome is Outcome.APPENDED
    assert staffed.hears(mail("Me again.", author=ANN, answers=tag(called or 0))).outcome is Outcome.APPENDED
    staffed.does(UnlinkAddress(kind=AddressKind.PHONE, address=PHONE), BEN, ticket=number)
    assert staffed.hears(mail("Me again.", author=phone, answers=tag(number))).outcome is Outcome.HELD
    assert staffed.hears(mail("Me again.", author=phone, answers=tag(called or 0))).outcome is Outcome.APPENDED


def test_the_last_address_stays(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    receipt = staffed.does(UnlinkAddress(kind=AddressKind.EMAIL, address=ANN.value), BEN, ticket=number)
    assert receipt.refusal is Refusal.CONFLICT


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (AddressKind.EMAIL, "not an address"),
        (AddressKind.EMAIL, "a@b.example\nBcc: c@d.example"),
        (AddressKind.EMAIL, "desk@localhost"),
        (AddressKind.PHONE, "030 123456"),
        (AddressKind.SLACK, "@ann"),
    ],
)
def test_what_is_no_address_is_refused_with_an_example(staffed: AtTheDesk, kind: AddressKind, address: str) -> None:
    number = opened(staffed)
    for deed in (LinkAddress(kind=kind, address=address), Watch(kind=kind, address=address)):
        assert staffed.does(deed, BEN, ticket=number).refusal is Refusal.CONFLICT


def test_a_watcher_comes_and_goes(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    boss = "Boss@Customer.example"
    staffed.does(Watch(kind=AddressKind.EMAIL, address=boss), BEN, ticket=number)
    assert [address.value for address in staffed.story(number).watchers] == ["boss@customer.example"]
    assert "already" in staffed.does(Watch(kind=AddressKind.EMAIL, address=boss), BEN, ticket=number).reason
    staffed.does(Unwatch(kind=AddressKind.EMAIL, address=boss), BEN, ticket=number)
    assert staffed.story(number).watchers == ()
    assert staffed.does(Unwatch(kind=AddressKind.EMAIL, address=boss), BEN, ticket=number).refusal is Refusal.NOT_FOUND


def test_a_work_note_is_no_message_and_nothing_leaves_with_it(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    before = staffed.story(number)
    staffed.does(Note(text="Ask facilities first."), BEN, ticket=number)
    after = staffed.story(number)
    assert [(note.author, note.text) for note in after.notes] == [("Ben", "Ask facilities first.")]
    assert (after.messages, after.deliveries) == (before.messages, before.deliveries)
    assert "facilities" not in repr(after.events)


def test_the_requester_answers_the_desks_question_once(staffed: AtTheDesk) -> None:
    number = opened(staffed, UNSORTED)
    assert staffed.does(AnswerQuestion(kind=Kind.ENHANCEMENT), ANN.value, ticket=number).outcome is Outcome.APPLIED
    ticket = staffed.ticket(number)
    assert (ticket.kind, ticket.assignment_group) == (Kind.ENHANCEMENT, "cio")
    again = staffed.does(AnswerQuestion(kind=Kind.INCIDENT), ANN.value, ticket=number)
    assert (again.refusal, "sorted already" in again.reason) == (Refusal.CONFLICT, True)
    other = opened(staffed, UNSORTED)
    assert staffed.does(AnswerQuestion(kind=Kind.INCIDENT), MALLORY.value, ticket=other).refusal is Refusal.FORBIDDEN


def test_a_correction_keeps_what_was_and_what_is_and_sets_priority_by_the_matrix(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    deed = Relabel(category=Category.UNAVAILABLE, impact=Level.HIGH, urgency=Level.MEDIUM, reason="the whole site")
    staffed.does(deed, BEN, ticket=number)
    story = staffed.story(number)
    assert (story.line.ticket.kind, story.line.ticket.priority) == (Kind.INCIDENT, Priority.P2)
    event = next(event for event in story.events if event.kind is EventKind.RELABELLED)
    changed = {change.field: (change.before, change.after) for change in event.changes}
    assert changed["category"] == ("how_to", "unavailable")
    assert changed["priority"] == ("P4", "P2")
    assert {item.says for item in event.evidence} == {
        "kind=incident",
        "category=unavailable",
        "impact=1",
        "urgency=2",
    }
    assert EventKind.PAGED in [event.kind for event in story.events]
    staffed.does(Relabel(impact=Level.LOW), BEN, ticket=number)
    staffed.clock.advance(hours=2)
    assert staffed.fires_what_is_due() == 0  # nobody is paged for what is no P2 any more


def test_a_correction_sends_the_ticket_to_the_team_of_its_new_kind(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Take(), BEN, ticket=number)
    staffed.does(Relabel(kind=Kind.ENHANCEMENT), BEN, ticket=number)
    ticket = staffed.ticket(number)
    assert (ticket.assignment_group, ticket.assigned_to, ticket.state, ticket.category) == ("cio", "", State.NEW, None)


def test_a_reply_goes_out_under_the_agents_name_inside_only(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Reply(text="We look."), BEN, ticket=number)
    message = staffed.story(number).messages[-1]
    assert (message.author and message.author.name, message.public, message.body) == ("Ben", True, "We look.")
