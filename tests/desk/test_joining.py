"""Merge, split, link, undo: tickets that belong together, and those that do not."""

import pytest

from intake.desk.signed_names import reply_tag
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Dispute, Link, Merge, Relabel, Reopen, Resolve, Split, Take, Undo, Unlink
from intake.domain.event import EventKind
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome, Refusal
from intake.domain.story import TicketStory
from intake.domain.ticket import State
from tests.desk.at_the_desk import ANN, KEYS, AtTheDesk, mail
from tests.desk.staff import ADMIN, BEN

BOB = Address(kind=AddressKind.EMAIL, value="bob@customer.example", name="Bob")
OUTAGE = Label(
    kind=Kind.INCIDENT, category=Category.UNAVAILABLE, impact=Level.LOW, urgency=Level.LOW, confidence=0.9, version="test"
)


def opened(desk: AtTheDesk, author: Address = ANN, name: str = "") -> int:
    number = desk.hears(mail(author=author, name=name), OUTAGE).ticket
    assert number is not None
    return number


def to(number: int) -> tuple[ThreadRef, ...]:
    return (ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.REPLY_ADDRESS, value=reply_tag(KEYS, number)),)


def event_of(story: TicketStory, kind: EventKind) -> int:
    return next(event.id for event in reversed(story.events) if event.kind is kind)


def essence(story: TicketStory) -> tuple[object, ...]:
    """The ticket without what changes with everything."""
    ticket = story.line.ticket
    return (
        ticket.kind, ticket.category, ticket.priority, ticket.state, ticket.tier, ticket.assignment_group, ticket.assigned_to,
        ticket.merged_into, ticket.final_response, story.links, story.merged, [m.id for m in story.messages],
    )  # fmt: skip


def test_a_merge_folds_one_ticket_into_another_and_undoing_it_restores_both(staffed: AtTheDesk) -> None:
    one, two = opened(staffed), opened(staffed, BOB)
    staffed.does(Take(), BEN, ticket=two)
    before = essence(staffed.story(one)), essence(staffed.story(two))
    assert staffed.does(Merge(into=one), BEN, ticket=two).outcome is Outcome.APPLIED
    assert (staffed.ticket(two).state, staffed.ticket(two).merged_into) == (State.CANCELED, one)
    assert staffed.story(one).merged == (two,)
    assert staffed.does(Reopen(reason="x"), BEN, ticket=two).refusal is Refusal.CONFLICT
    assert staffed.does(Dispute(), BOB.value, ticket=two).refusal is Refusal.CONFLICT
    staffed.does(Undo(event=event_of(staffed.story(two), EventKind.MERGED)), BEN, ticket=two)
    assert (essence(staffed.story(one)), essence(staffed.story(two))) == before


def test_what_comes_for_a_merged_ticket_goes_to_the_other_one(staffed: AtTheDesk) -> None:
    one, two, three = opened(staffed), opened(staffed, BOB, name="bobs@customer.example"), opened(staffed)
    staffed.does(Merge(into=one), BEN, ticket=two)
    staffed.does(Merge(into=three), BEN, ticket=one)
    unsigned = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value="bobs@customer.example")
    for ref in (to(two), (unsigned,)):
        receipt = staffed.hears(mail("Still down.", author=BOB, answers=ref))
        assert (receipt.outcome, receipt.ticket) == (Outcome.APPENDED, three)


def test_everybody_who_asked_hears_the_final_response_once_under_their_own_number(staffed: AtTheDesk) -> None:
    one, two, also_anns = opened(staffed), opened(staffed, BOB), opened(staffed)
    for number in (two, also_anns):
        staffed.does(Merge(into=one), BEN, ticket=number)
    staffed.does(Resolve(text="It is up again."), BEN, ticket=one)
    sent = [outbound for outbound in staffed.sends() if outbound.reply is not None]
    assert [(o.ticket.number, o.delivery.address) for o in sent] == [(one, ANN.value), (two, BOB.value)]
    staffed.clock.advance(minutes=11)
    staffed.fires_what_is_due()
    assert staffed.ticket(one).state is State.RESOLVED
    assert staffed.ticket(two).state is State.CANCELED


@pytest.mark.parametrize("how", ["itself", "merged", "unknown"])
def test_what_cannot_be_merged_into(staffed: AtTheDesk, how: str) -> None:
    one, two = opened(staffed), opened(staffed)
    staffed.does(Merge(into=one), BEN, ticket=two)
    three = opened(staffed)
    into = {"itself": three, "merged": two, "unknown": 4711}[how]
    receipt = staffed.does(Merge(into=into), BEN, ticket=three)
    assert receipt.refusal is (Refusal.NOT_FOUND if how == "unknown" else Refusal.CONFLICT)


def test_a_split_gives_a_message_and_its_answers_a_ticket_of_their_own(staffed: AtTheDesk) -> None:
    one = opened(staffed)
    staffed.hears(mail("By the way, I need a new chair.", subject="Chair", name="chair@x.example", answers=to(one)))
    chair = staffed.story(one).messages[-1]
    receipt = staffed.does(Split(message=chair.id), BEN, ticket=one)
    new = staffed.ticket(chair_ticket := int(receipt.reason.rpartition("-")[2]))
    assert (new.short_description, new.kind, new.caller) == ("Chair", Kind.NONE, staffed.ticket(one).caller)
    assert [message.id for message in staffed.story(chair_ticket).messages] == [chair.id]
    answer = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value="chair@x.example")
    assert staffed.hears(mail("A blue one.", answers=(answer,))).ticket == chair_ticket
    told = [d.address for d in staffed.story(chair_ticket).deliveries if d.notice]
    assert told == ["support@localhost", ANN.value, "support@localhost"]


def test_the_message_that_a_ticket_began_with_stays(staffed: AtTheDesk) -> None:
    one = opened(staffed)
    first = staffed.story(one).messages[0]
    assert staffed.does(Split(message=first.id), BEN, ticket=one).refusal is Refusal.CONFLICT
    assert staffed.does(Split(message=4711), BEN, ticket=one).refusal is Refusal.NOT_FOUND


def test_an_addition_undone_leaves_the_ticket_as_it_was(staffed: AtTheDesk) -> None:
    one = opened(staffed)
    before = essence(staffed.story(one))
    staffed.hears(mail("Something else.", name="else@x.example", answers=to(one)))
    event = event_of(staffed.story(one), EventKind.APPENDED)
    assert staffed.does(Undo(event=event), BEN, ticket=one).outcome is Outcome.APPLIED
    assert essence(staffed.story(one)) == before
    assert "undone already" in staffed.does(Undo(event=event), BEN, ticket=one).reason
    answer = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value="else@x.example")
    assert staffed.hears(mail("More.", answers=(answer,))).ticket not in {one, None}


def test_an_addition_undone_that_had_reopened_closes_again(staffed: AtTheDesk) -> None:
    one = opened(staffed)
    staffed.does(Resolve(text="Done."), BEN, ticket=one)
    staffed.sends()
    staffed.clock.advance(minutes=11)
    staffed.fires_what_is_due()
    before = essence(staffed.story(one))
    staffed.hears(mail("Thank you!", answers=to(one)))
    assert staffed.ticket(one).state is State.IN_PROGRESS
    staffed.does(Undo(event=event_of(staffed.story(one), EventKind.APPENDED)), BEN, ticket=one)
    assert essence(staffed.story(one)) == before
    staffed.clock.advance(days=10)
    staffed.fires_what_is_due()
    assert staffed.ticket(one).state is State.CLOSED


def test_a_label_and_a_route_undone_give_the_ticket_to_whoever_sorts(staffed: AtTheDesk) -> None:
    one = opened(staffed)
    staffed.does(Undo(event=event_of(staffed.story(one), EventKind.LABELLED)), BEN, ticket=one)
    ticket = staffed.ticket(one)
    assert (ticket.kind, ticket.category, ticket.assignment_group) == (Kind.NONE, None, "support")


def test_a_route_undone_brings_the_ticket_back_and_tells_its_team(staffed: AtTheDesk) -> None:
    one = opened(staffed)
    staffed.does(Relabel(kind=Kind.ENHANCEMENT), BEN, ticket=one)
    assert staffed.ticket(one).assignment_group == "cio"
    staffed.does(Undo(event=event_of(staffed.story(one), EventKind.ROUTED)), ADMIN, ticket=one)
    assert staffed.ticket(one).assignment_group == "support"
    notices = [d for d in staffed.story(one).deliveries if d.notice and d.notice.kind is NoticeKind.ARRIVAL]
    assert [d.address for d in notices] == ["support@localhost", "cio@localhost", "support@localhost"]


def test_what_was_changed_since_cannot_be_undone(staffed: AtTheDesk) -> None:
    one = opened(staffed)
    event = event_of(staffed.story(one), EventKind.LABELLED)
    staffed.does(Relabel(category=Category.DATA_PROBLEM), BEN, ticket=one)
    receipt = staffed.does(Undo(event=event), BEN, ticket=one)
    assert (receipt.refusal, "changed again since" in receipt.reason) == (Refusal.CONFLICT, True)
    taken = staffed.does(Undo(event=event_of(staffed.story(one), EventKind.OPENED)), BEN, ticket=one)
    assert "cannot be undone" in taken.reason


def test_a_link_is_there_both_ways_and_goes_again(staffed: AtTheDesk) -> None:
    one, two = opened(staffed), opened(staffed)
    staffed.does(Link(other=two), BEN, ticket=one)
    assert (staffed.story(one).links, staffed.story(two).links) == ((two,), (one,))
    assert "linked already" in staffed.does(Link(other=one), BEN, ticket=two).reason
    staffed.does(Unlink(other=one), BEN, ticket=two)
    assert (staffed.story(one).links, staffed.story(two).links) == ((), ())
    assert staffed.does(Unlink(other=one), BEN, ticket=two).refusal is Refusal.NOT_FOUND
