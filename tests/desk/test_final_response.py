"""Nothing is resolved without a final response that arrived, or that an agent confirms could not."""

from dataclasses import replace
from datetime import timedelta

from intake.desk.signed_names import message_id, reply_tag
from intake.domain.channel import AddressKind, Channel
from intake.domain.deed import (
    Close,
    Confirm,
    ConfirmUndeliverable,
    Escalate,
    LinkAddress,
    Reply,
    ReportDelivery,
    Resolve,
    Take,
)
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import EventKind
from intake.domain.message import Bounce, InboundMessage, Nature, ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome, Refusal
from intake.domain.ticket import State
from tests.desk.at_the_desk import ANN, KEYS, MALLORY, AtTheDesk, mail
from tests.desk.staff import ADMIN, BEN

VENDOR = Principal(name="the SMS vendor", role=Role.DEVICE)
PHONE = "+4930123456"


def taken(desk: AtTheDesk) -> int:
    number = desk.hears(mail()).ticket
    assert number is not None
    desk.sends()
    desk.does(Take(), BEN, ticket=number)
    return number


def answers(desk: AtTheDesk, number: int) -> list[Delivery]:
    return [delivery for delivery in desk.story(number).deliveries if delivery.reply is not None]


def answer_to(number: int) -> tuple[ThreadRef, ...]:
    return (ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.REPLY_ADDRESS, value=reply_tag(KEYS, number)),)


def unreached(desk: AtTheDesk, number: int) -> list[str]:
    notices = [delivery.notice for delivery in desk.story(number).deliveries]
    return [notice.fields["why"] for notice in notices if notice and notice.kind is NoticeKind.UNREACHED]


def bounce(number: int, sent: Delivery, status: str) -> InboundMessage:
    """The mail came back, and it says which one."""
    name = message_id(KEYS, number, sent.id, "desk.example")
    named = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value=name)
    report = Bounce(recipients=(sent.address,), temporary=False, status=status)
    return replace(mail(author=None, answers=(named,)), nature=Nature.BOUNCE, bounce=report)


def resolved(desk: AtTheDesk) -> int:
    number = taken(desk)
    desk.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    desk.sends()
    desk.clock.advance(minutes=11)
    desk.fires_what_is_due()
    assert desk.ticket(number).state is State.RESOLVED
    return number


def test_a_mail_that_does_not_come_back_resolves_the_ticket(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    receipt = staffed.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    assert receipt.outcome is Outcome.APPLIED
    assert staffed.ticket(number).state is State.IN_PROGRESS
    (sent,) = [outbound for outbound in staffed.sends() if outbound.reply is not None]
    assert sent.reply is not None
    assert (sent.reply.body, sent.resolves, sent.delivery.address) == ("The plug was loose.", True, ANN.value)
    staffed.clock.advance(minutes=9)
    staffed.fires_what_is_due()
    assert staffed.ticket(number).state is State.IN_PROGRESS
    staffed.clock.advance(minutes=2)
    staffed.fires_what_is_due()
    assert (staffed.ticket(number).state, answers(staffed, number)[0].state) == (State.RESOLVED, DeliveryState.DELIVERED)


def test_a_bounced_final_response_returns_to_the_agent(staffed: AtTheDesk) -> None:
    number = resolved(staffed)
    (sent,) = answers(staffed, number)
    staffed.hears(bounce(number, sent, "5.1.1"))
    story = staffed.story(number)
    assert story.line.ticket.state is State.IN_PROGRESS
    reasons = [event.reason for event in story.events]
    assert "the final response did not arrive: bounced 5.1.1" in reasons
    assert f"{ANN.value} cannot be reached, and no other way is known" in reasons
    assert unreached(staffed, number) == [f"{ANN.value} cannot be reached (bounced 5.1.1), and no other way is known"]


def test_a_dead_channel_makes_the_same_answer_take_the_next_one(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(LinkAddress(kind=AddressKind.PHONE, address=PHONE), BEN, ticket=number)
    staffed.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    staffed.fails_to_send(Channel.EMAIL)
    first, second = answers(staffed, number)
    assert (first.state, second.channel, second.address) == (DeliveryState.FAILED, Channel.SMS, PHONE)
    assert second.reply == first.reply
    assert "sent to +4930123456 instead" in unreached(staffed, number)[0]
    staffed.sends()
    assert staffed.ticket(number).state is State.IN_PROGRESS
    staffed.does(ReportDelivery(delivery=second.id, state=DeliveryState.DELIVERED), VENDOR, ticket=number)
    assert staffed.ticket(number).state is State.RESOLVED


def test_a_vendor_that_reports_a_failure_makes_an_agent_look(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(LinkAddress(kind=AddressKind.PHONE, address=PHONE), BEN, ticket=number)
    staffed.does(Resolve(text="Done.", channel=Channel.SMS), BEN, ticket=number)
    (sms,) = answers(staffed, number)
    assert sms.channel is Channel.SMS
    staffed.sends()
    report = ReportDelivery(delivery=sms.id, state=DeliveryState.FAILED, error="30003 unreachable")
    staffed.does(report, VENDOR, ticket=number)
    assert [d.channel for d in answers(staffed, number)] == [Channel.SMS, Channel.EMAIL]


def test_undeliverable_is_confirmed_only_when_nothing_is_left(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    confirm = ConfirmUndeliverable(reason="the mailbox is gone")
    assert "no final response yet" in staffed.does(confirm, BEN, ticket=number).reason
    staffed.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    assert "may still arrive" in staffed.does(confirm, BEN, ticket=number).reason
    staffed.fails_to_send(Channel.EMAIL)
    assert staffed.does(confirm, BEN, ticket=number).outcome is Outcome.APPLIED
    ticket = staffed.ticket(number)
    assert ticket.state is State.RESOLVED
    event = next(event for event in staffed.story(number).events if event.kind is EventKind.RESOLVED)
    assert event.reason == "the final response could not be delivered: the mailbox is gone"


def test_without_a_relay_an_agent_can_still_resolve(staffed: AtTheDesk) -> None:
    staffed.senders = ()
    number = staffed.hears(mail()).ticket
    staffed.does(Resolve(text="Done."), BEN, ticket=number or 0)
    assert staffed.does(ConfirmUndeliverable(reason="no relay here"), BEN, ticket=number or 0).outcome is Outcome.APPLIED
    assert staffed.ticket(number).state is State.RESOLVED


def test_what_an_agent_confirmed_stays_when_the_late_try_fails_as_well(staffed: AtTheDesk) -> None:
    staffed.senders = ()
    number = staffed.hears(mail()).ticket or 0
    staffed.does(Resolve(text="Done."), BEN, ticket=number)
    staffed.does(ConfirmUndeliverable(reason="no relay here"), BEN, ticket=number)
    staffed.senders = (Channel.EMAIL,)  # the administrator names a relay after all
    staffed.fails_to_send()
    assert EventKind.UNDELIVERABLE in [event.kind for event in staffed.story(number).events]
    assert staffed.ticket(number).state is State.RESOLVED


def test_a_ticket_that_nobody_can_be_answered_on_is_resolved_by_confirmation(staffed: AtTheDesk) -> None:
    number = staffed.hears(mail(author=None)).ticket
    assert number is not None
    assert staffed.does(Reply(text="x"), BEN, ticket=number).refusal is Refusal.CONFLICT
    assert "nobody can be reached" in staffed.does(Resolve(text="Done."), BEN, ticket=number).reason
    assert staffed.does(ConfirmUndeliverable(reason="no author"), BEN, ticket=number).outcome is Outcome.APPLIED


def test_two_final_responses_are_not_on_their_way_at_once(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Resolve(text="one"), BEN, ticket=number)
    assert staffed.does(Resolve(text="two"), ADMIN, ticket=number).refusal is Refusal.CONFLICT
    assert len(answers(staffed, number)) == 1


def test_the_requesters_yes_closes_even_before_the_bounce_window_is_over(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    staffed.sends()
    assert staffed.does(Confirm(), ANN.value, ticket=number).outcome is Outcome.APPLIED
    assert staffed.ticket(number).state is State.CLOSED
    assert answers(staffed, number)[0].state is DeliveryState.DELIVERED
    staffed.clock.advance(days=30)
    staffed.fires_what_is_due()
    assert staffed.ticket(number).state is State.CLOSED
    assert "was closed already" in staffed.does(Confirm(), ANN.value, ticket=number).reason


def test_somebody_elses_yes_is_refused(staffed: AtTheDesk) -> None:
    number = resolved(staffed)
    assert staffed.does(Confirm(), MALLORY.value, ticket=number).refusal is Refusal.FORBIDDEN
    assert staffed.ticket(number).state is State.RESOLVED


def test_what_the_requester_says_meanwhile_keeps_the_ticket_open(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    staffed.sends()
    staffed.hears(mail("And the screen flickers.", answers=answer_to(number)))
    staffed.clock.advance(minutes=11)
    staffed.fires_what_is_due()
    assert (staffed.ticket(number).state, staffed.ticket(number).final_response) == (State.IN_PROGRESS, None)


def test_a_hand_over_withdraws_the_final_response(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    staffed.does(Escalate(reason="no, wait"), BEN, ticket=number)
    staffed.sends()
    staffed.clock.advance(minutes=11)
    staffed.fires_what_is_due()
    assert staffed.ticket(number).state is State.NEW


def test_only_a_resolved_ticket_is_closed_by_hand(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    assert staffed.does(Close(reason="done"), BEN, ticket=number).refusal is Refusal.CONFLICT
    other = resolved(staffed)
    staffed.does(Close(reason="they said so on the phone"), BEN, ticket=other)
    assert staffed.ticket(other).state is State.CLOSED


def test_a_bounce_after_the_requester_confirmed_changes_nothing(staffed: AtTheDesk) -> None:
    number = resolved(staffed)
    staffed.does(Confirm(), ANN.value, ticket=number)
    (sent,) = answers(staffed, number)
    staffed.hears(bounce(number, sent, "5.2.2"))
    assert staffed.ticket(number).state is State.CLOSED


def closed_by_silence(desk: AtTheDesk) -> int:
    number = resolved(desk)
    desk.clock.advance(days=8)
    desk.fires_what_is_due()
    assert desk.ticket(number).state is State.CLOSED
    return number


def test_a_bounce_after_the_ticket_closed_by_itself_opens_it_again(staffed: AtTheDesk) -> None:
    number = closed_by_silence(staffed)
    (sent,) = answers(staffed, number)
    staffed.hears(bounce(number, sent, "5.1.1"))
    story = staffed.story(number)
    ticket = story.line.ticket
    assert (ticket.state, ticket.assigned_to, ticket.final_response) == (State.IN_PROGRESS, "Ben", sent.reply)
    (reopened,) = [event.reason for event in story.events if event.kind is EventKind.REOPENED]
    assert reopened.startswith("the final response did not arrive: bounced 5.1.1; it was closed because nobody objected")
    assert unreached(staffed, number) == [f"{ANN.value} cannot be reached (bounced 5.1.1), and no other way is known"]
    staffed.does(ConfirmUndeliverable(reason="the mailbox is gone"), BEN, ticket=number)
    assert staffed.ticket(number).state is State.RESOLVED


def test_after_a_late_bounce_the_next_channel_resolves_the_ticket_anew(staffed: AtTheDesk) -> None:
    number = closed_by_silence(staffed)
    staffed.does(LinkAddress(kind=AddressKind.PHONE, address=PHONE), BEN, ticket=number)
    staffed.hears(bounce(number, answers(staffed, number)[0], "5.1.1"))
    assert staffed.ticket(number).state is State.IN_PROGRESS
    staffed.sends()
    sms = answers(staffed, number)[-1]
    staffed.does(ReportDelivery(delivery=sms.id, state=DeliveryState.DELIVERED), VENDOR, ticket=number)
    assert (sms.channel, staffed.ticket(number).state) == (Channel.SMS, State.RESOLVED)


def test_a_bounce_of_what_an_agent_has_closed_is_told_and_opens_nothing(staffed: AtTheDesk) -> None:
    number = resolved(staffed)
    staffed.does(Close(reason="they said so on the phone"), BEN, ticket=number)
    staffed.hears(bounce(number, answers(staffed, number)[0], "5.1.1"))
    assert staffed.ticket(number).state is State.CLOSED
    assert len(unreached(staffed, number)) == 1


def test_a_bounce_from_long_ago_is_told_and_opens_nothing(staffed: AtTheDesk) -> None:
    number = closed_by_silence(staffed)
    staffed.clock.advance(days=40)
    staffed.hears(bounce(number, answers(staffed, number)[0], "5.1.1"))
    assert staffed.ticket(number).state is State.CLOSED
    assert len(unreached(staffed, number)) == 1


def test_a_weekend_does_not_shorten_the_wait(staffed: AtTheDesk) -> None:
    staffed.clock.advance(days=4)  # Friday
    number = resolved(staffed)
    due = staffed.clock() + timedelta(days=7)
    staffed.clock.now = due - timedelta(minutes=1)
    staffed.fires_what_is_due()
    assert staffed.ticket(number).state is State.RESOLVED
    staffed.clock.now = due + timedelta(minutes=1)
    staffed.fires_what_is_due()
    assert staffed.ticket(number).state is State.CLOSED
