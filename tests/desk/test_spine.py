"""The ports carried end to end by the thinnest channels: a Slack card that is refreshed, a call, and two replicas."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from intake.desk.outbound import Outbound
from intake.desk.policy import MirrorRule
from intake.domain.call import Ringing
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import AcknowledgePage, PressKey, Take
from intake.domain.delivery import SentRef
from intake.domain.errors import DeliveryError
from intake.domain.label import Level
from intake.domain.message import InboundMessage, ThreadKind, ThreadRef
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import State, spoken
from tests.desk.at_the_desk import CALM, MONDAY, AtTheDesk, mail


@dataclass
class FakeSlack:
    """Shows each ticket as one card, which it edits; it finds its own half-done posts again by their delivery's mirror."""

    cards: dict[str, str] = field(default_factory=dict)
    posted: int = 0

    def send(self, outbound: Outbound) -> SentRef:
        assert outbound.mirror is not None
        ref = outbound.mirror.ref
        if not ref:
            self.posted += 1
            ref = f"{outbound.mirror.address}/{self.posted}"
        ticket = outbound.ticket
        self.cards[ref] = f"{spoken(ticket.number)} {ticket.state.value} {ticket.assigned_to}".strip()
        return SentRef(value=ref)


@pytest.fixture
def with_cards(at_the_desk: AtTheDesk) -> AtTheDesk:
    rule = MirrorRule(team="support", channel=Channel.SLACK, address="C0SUPPORT")
    at_the_desk.policy = replace(at_the_desk.policy, mirrors=(rule,))
    return at_the_desk


def deliver(at_the_desk: AtTheDesk, slack: FakeSlack) -> int:
    claimed = at_the_desk.claims(Channel.SLACK)
    for outbound in claimed:
        ref = slack.send(outbound)
        with at_the_desk.store.begin() as books:
            at_the_desk.dispatcher.sent(outbound, ref, books, at_the_desk.clock())
    return len(claimed)


def test_a_new_ticket_is_shown_on_a_card_that_follows_it(with_cards: AtTheDesk) -> None:
    slack = FakeSlack()
    number = with_cards.hears(mail()).ticket
    assert number is not None
    deliver(with_cards, slack)
    with_cards.does(Take(), "bob", ticket=number)
    deliver(with_cards, slack)
    assert slack.cards == {"C0SUPPORT/1": f"HD-{number} in_progress bob"}


def test_many_changes_before_the_card_is_drawn_refresh_it_once(with_cards: AtTheDesk) -> None:
    slack = FakeSlack()
    number = with_cards.hears(mail()).ticket
    assert number is not None
    for key in (PressKey(impact=Level.MEDIUM), PressKey(urgency=Level.MEDIUM), PressKey(impact=Level.LOW)):
        with_cards.does(key, "+33140000000", ticket=number)
    assert deliver(with_cards, slack) == 1


def test_a_change_while_the_card_is_being_drawn_draws_it_again(with_cards: AtTheDesk) -> None:
    slack = FakeSlack()
    number = with_cards.hears(mail()).ticket
    assert number is not None
    under_way = with_cards.claims(Channel.SLACK)
    with_cards.does(Take(), "bob", ticket=number)
    for outbound in under_way:
        ref = slack.send(outbound)
        with with_cards.store.begin() as books:
            with_cards.dispatcher.sent(outbound, ref, books, with_cards.clock())
    assert deliver(with_cards, slack) == 1
    assert slack.cards == {"C0SUPPORT/1": f"HD-{number} in_progress bob"}


def test_a_card_that_could_not_be_drawn_is_due_again_while_newer_changes_wait(with_cards: AtTheDesk) -> None:
    """The failed refresh and the one queued meanwhile must not clash: at most one of them is queued."""
    slack = FakeSlack()
    number = with_cards.hears(mail()).ticket
    assert number is not None
    under_way = with_cards.claims(Channel.SLACK)[0]
    with_cards.does(Take(), "bob", ticket=number)
    with with_cards.store.begin() as books:
        with_cards.dispatcher.failed(under_way, DeliveryError("slow down", permanent=False), books, with_cards.clock())
    with_cards.clock.advance(minutes=5)
    deliver(with_cards, slack)
    assert slack.cards == {"C0SUPPORT/1": f"HD-{number} in_progress bob"}


CALL = ThreadRef(channel=Channel.PHONE, kind=ThreadKind.CONVERSATION, value="CA0001")
CALLER = Address(kind=AddressKind.PHONE, value="+33140000000")


def ring(at_the_desk: AtTheDesk) -> Receipt:
    call = InboundMessage(
        channel=Channel.PHONE,
        external_id="CA0001",
        received_at=MONDAY,
        author=CALLER,
        subject="Call from +33140000000",
        known_as=(CALL,),
        ringing=Ringing(line="+4930901820"),
    )
    return at_the_desk.hears(call, CALM)


def test_a_call_has_its_ticket_at_the_first_webhook(at_the_desk: AtTheDesk) -> None:
    ticket = at_the_desk.story(ring(at_the_desk).ticket).line.ticket
    assert (ticket.contact_type, ticket.state) == ("phone", State.NEW)


def test_keys_pressed_in_the_call_reach_its_ticket_and_the_page_is_acknowledged_by_key(at_the_desk: AtTheDesk) -> None:
    number = ring(at_the_desk).ticket
    for key in (PressKey(impact=Level.HIGH), PressKey(urgency=Level.HIGH)):
        assert at_the_desk.does(key, CALLER.value, thread=CALL).ticket == number
    page = next(outbound.delivery for outbound in at_the_desk.claims(Channel.EMAIL) if outbound.delivery.notice)
    receipt = at_the_desk.does(AcknowledgePage(), "bob", delivery=page.id)
    assert (receipt.outcome, receipt.ticket, receipt.reason) == (
        Outcome.APPLIED,
        number,
        "acknowledge_page: acknowledged",
    )
    at_the_desk.clock.advance(minutes=11)  # the next page would come after ten
    assert at_the_desk.fires_what_is_due() == 0


def test_a_repeated_key_press_is_applied_once(at_the_desk: AtTheDesk) -> None:
    ring(at_the_desk)
    first = at_the_desk.does(PressKey(impact=Level(1)), CALLER.value, thread=CALL)
    at_the_desk._count -= 1  # the vendor sends the same webhook again
    assert at_the_desk.does(PressKey(impact=Level(1)), CALLER.value, thread=CALL) == replace(first, duplicate=True)


def test_a_caller_is_acknowledged_by_sms(at_the_desk: AtTheDesk) -> None:
    number = ring(at_the_desk).ticket
    assert at_the_desk.story(number).deliveries == ()
    at_the_desk.does(PressKey(impact=Level.LOW), CALLER.value, thread=CALL)
    story = at_the_desk.story(number)
    assert (story.deliveries[0].channel, story.deliveries[0].address) == (Channel.SMS, CALLER.value)


def test_two_replicas_never_hold_the_same_delivery(at_the_desk: AtTheDesk) -> None:
    for _ in range(10):
        at_the_desk.hears(mail())
    other = replace(at_the_desk, replica="two")
    with at_the_desk.store.begin() as books:
        ours = at_the_desk.dispatcher.claim([Channel.EMAIL], 4, books, at_the_desk.clock())
    theirs = other.claims(Channel.EMAIL)
    ids = [outbound.delivery.id for outbound in [*ours, *theirs]]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 10


def test_what_a_dead_replica_had_claimed_is_taken_over_when_its_lease_ends(at_the_desk: AtTheDesk) -> None:
    at_the_desk.hears(mail())
    claimed = at_the_desk.claims(Channel.EMAIL)
    other = replace(at_the_desk, replica="two")
    assert other.claims(Channel.EMAIL) == []
    at_the_desk.clock.now += at_the_desk.policy.delivery.lease + timedelta(seconds=1)
    taken_over = other.claims(Channel.EMAIL)
    assert claimed[0].delivery.id in [outbound.delivery.id for outbound in taken_over]
    assert taken_over[0].delivery.attempts == 2
