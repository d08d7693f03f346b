"""What once went wrong between final responses, merges, undoing and paging."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import (
    Assign,
    ConfirmUndeliverable,
    Hold,
    Merge,
    Relabel,
    Reply,
    Resolve,
    Undo,
    UnlinkAddress,
    Watch,
)
from intake.domain.delivery import DeliveryState, SentRef
from intake.domain.errors import DeliveryError
from intake.domain.event import EventKind
from intake.domain.label import Kind
from intake.domain.message import Nature, ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome, Refusal
from intake.domain.ticket import State
from tests.desk.at_the_desk import ANN, BURNING, AtTheDesk, mail
from tests.desk.staff import ADMIN, BEN
from tests.desk.test_final_response import answer_to, answers, bounce, taken
from tests.desk.test_joining import BOB, event_of, opened

BOSS = "boss@customer.example"


def arrives(desk: AtTheDesk) -> None:
    desk.sends()
    desk.clock.advance(minutes=11)
    desk.fires_what_is_due()


def test_a_watchers_copy_does_not_keep_an_agent_from_confirming(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Watch(kind=AddressKind.EMAIL, address=BOSS), BEN, ticket=number)
    staffed.does(Resolve(text="Done."), BEN, ticket=number)
    for outbound in staffed.claims(Channel.EMAIL):
        with staffed.store.begin() as books:
            if outbound.delivery.address == ANN.value:
                staffed.dispatcher.failed(outbound, DeliveryError("550", permanent=True), books, staffed.clock())
            else:
                staffed.dispatcher.sent(outbound, SentRef(value="x"), books, staffed.clock())
    assert staffed.does(ConfirmUndeliverable(reason="gone"), BEN, ticket=number).outcome is Outcome.APPLIED


def test_what_is_said_for_a_merged_ticket_stays_out_of_the_other_requesters_sight(staffed: AtTheDesk) -> None:
    one, two = opened(staffed), opened(staffed, BOB)
    staffed.does(Merge(into=one), BEN, ticket=two)
    receipt = staffed.hears(mail("my SECRET salary", author=BOB, answers=answer_to(two)))
    assert (receipt.outcome, receipt.ticket) == (Outcome.APPENDED, one)
    assert "SECRET" not in repr(staffed.story(one).messages)
    assert "SECRET" in staffed.story(two).messages[-1].body
    assert EventKind.APPENDED in [event.kind for event in staffed.story(one).events]


def test_a_final_response_that_arrived_while_it_was_withdrawn_resolves_when_that_is_undone(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Resolve(text="Done."), BEN, ticket=number)
    staffed.sends()
    staffed.hears(mail("Something else.", answers=answer_to(number)))
    staffed.clock.advance(minutes=11)
    staffed.fires_what_is_due()
    assert staffed.ticket(number).state is State.IN_PROGRESS
    staffed.does(Undo(event=event_of(staffed.story(number), EventKind.APPENDED)), BEN, ticket=number)
    assert staffed.ticket(number).state is State.RESOLVED


def test_an_address_that_is_unlinked_meanwhile_does_not_keep_the_ticket_open(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    home = Address(kind=AddressKind.EMAIL, value="ann@home.example")
    with staffed.store.begin() as books:
        caller = staffed.ticket(number).caller
        assert caller is not None
        books.contacts.link(home, caller)
    staffed.does(Resolve(text="Done."), BEN, ticket=number)
    staffed.sends()
    staffed.does(UnlinkAddress(kind=AddressKind.EMAIL, address=ANN.value), BEN, ticket=number)
    staffed.clock.advance(minutes=11)
    staffed.fires_what_is_due()
    assert staffed.ticket(number).state is State.RESOLVED


def test_who_was_answered_before_is_not_merged_into(staffed: AtTheDesk) -> None:
    one, two = opened(staffed), opened(staffed, BOB)
    staffed.does(Resolve(text="Done."), BEN, ticket=one)
    assert staffed.does(Merge(into=one), BEN, ticket=two).refusal is Refusal.CONFLICT


def test_a_bounce_that_overtakes_the_mark_is_not_forgotten(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Resolve(text="Done."), BEN, ticket=number)
    (outbound,) = [claimed for claimed in staffed.claims(Channel.EMAIL) if claimed.reply is not None]
    staffed.hears(bounce(number, outbound.delivery, "5.1.1"))
    with staffed.store.begin() as books:
        staffed.dispatcher.sent(outbound, SentRef(value="x"), books, staffed.clock())
    staffed.clock.advance(minutes=11)
    staffed.fires_what_is_due()
    assert [delivery.state for delivery in answers(staffed, number)] == [DeliveryState.FAILED]
    assert staffed.ticket(number).state is State.IN_PROGRESS


def test_a_machines_message_that_is_split_off_is_not_answered(staffed: AtTheDesk) -> None:
    monitor = Address(kind=AddressKind.EMAIL, value="monitor@infra.example")
    named = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.CONVERSATION, value="alert:disk")
    number = staffed.hears(mail("PROBLEM", author=monitor, nature=Nature.ALERT, known_as=(named,))).ticket or 0
    staffed.hears(mail("RECOVERY", author=monitor, answers=(named,), nature=Nature.ALERT, recovery=True))
    staffed.does(Undo(event=event_of(staffed.story(number), EventKind.APPENDED)), ADMIN, ticket=number)
    sent = [outbound.delivery.address for outbound in staffed.sends()]
    assert monitor.value not in sent


def test_nobody_is_paged_for_what_turned_out_to_be_no_p1(staffed: AtTheDesk) -> None:
    number = staffed.hears(mail(), BURNING).ticket or 0
    staffed.does(Undo(event=event_of(staffed.story(number), EventKind.LABELLED)), BEN, ticket=number)
    staffed.clock.advance(hours=3)
    assert staffed.fires_what_is_due() == 0


def test_a_p1_that_is_its_own_again_pages_again(staffed: AtTheDesk) -> None:
    one = opened(staffed)
    two = staffed.hears(mail(author=BOB), BURNING).ticket or 0
    staffed.does(Merge(into=one), BEN, ticket=two)
    assert staffed.fires_what_is_due() == 0
    staffed.does(Undo(event=event_of(staffed.story(two), EventKind.MERGED)), BEN, ticket=two)
    staffed.clock.advance(minutes=11)
    assert staffed.fires_what_is_due() == 1


def test_many_calm_tickets_do_not_use_up_the_page_of_a_burning_one(staffed: AtTheDesk) -> None:
    for _ in range(31):
        staffed.hears(mail())
    story = staffed.story(staffed.hears(mail(author=BOB), BURNING).ticket)
    page = next(d for d in story.deliveries if d.notice and d.notice.kind is NoticeKind.PAGE)
    assert page.state is DeliveryState.QUEUED


@pytest.mark.parametrize("deed", [Relabel(kind=Kind.ENHANCEMENT), Assign(assigned_to="Ben")])
def test_a_final_response_does_not_resolve_what_went_into_other_hands(staffed: AtTheDesk, deed: Relabel | Assign) -> None:
    number = opened(staffed)
    staffed.does(Resolve(text="Done."), ADMIN, ticket=number)
    staffed.does(deed, ADMIN, ticket=number)
    arrives(staffed)
    assert staffed.ticket(number).state is State.NEW


def test_an_undo_of_nothing_says_so(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    receipt = staffed.does(Undo(event=event_of(staffed.story(number), EventKind.ROUTED)), ADMIN, ticket=number)
    assert (receipt.refusal, "changed nothing" in receipt.reason) == (Refusal.CONFLICT, True)


def test_a_moment_beyond_all_calendars_is_no_moment() -> None:
    with pytest.raises(ValueError, match="beyond all calendars"):
        Hold(reason="x", until=datetime.max.replace(tzinfo=timezone(-timedelta(hours=12))))
    assert Hold(reason="x", until=datetime(2027, 1, 1, tzinfo=UTC)).until is not None
    assert Reply(text="x").channel is None
