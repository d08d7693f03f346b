"""What leaves the outbox, when it is tried again, and when the desk gives up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.desk.dispatch import pause
from intake.desk.policy import MirrorRule
from intake.desk.policy_file.whole import read_policy
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import LinkAddress, PressKey, Reply, Take, Watch
from intake.domain.delivery import DeliveryState, SentRef
from intake.domain.errors import DeliveryError
from intake.domain.event import EventKind
from intake.domain.label import Level
from intake.domain.notice import NoticeKind
from storage.store import SqlStore
from tests.desk.at_the_desk import ANN, AtTheDesk, mail

POLICY = read_policy(None).delivery


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (50, 3600)])
def test_the_pause_doubles_up_to_the_longest(attempts: int, seconds: int) -> None:
    assert pause(POLICY, attempts, None, 1.0) == timedelta(seconds=seconds)


def test_the_other_sides_wish_to_wait_is_honoured() -> None:
    assert pause(POLICY, 1, 300.0, 0.8) == timedelta(seconds=300)
    assert pause(POLICY, 5, 1.0, 1.0) == timedelta(seconds=480)


def fail(at_the_desk: AtTheDesk, *, permanent: bool = False) -> None:
    for outbound in at_the_desk.claims(Channel.EMAIL):
        with at_the_desk.store.begin() as books:
            fault = DeliveryError("the relay said no", permanent=permanent)
            at_the_desk.dispatcher.failed(outbound, fault, books, at_the_desk.clock())


def test_a_passing_failure_is_tried_again_later_and_shown(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail()).ticket
    fail(at_the_desk)
    acknowledgement = at_the_desk.story(number).deliveries[0]
    assert (acknowledgement.state, acknowledgement.attempts) == (DeliveryState.QUEUED, 1)
    assert acknowledgement.error == "the relay said no"
    assert at_the_desk.claims(Channel.EMAIL) == []
    at_the_desk.clock.advance(seconds=31)
    assert acknowledgement.id in [outbound.delivery.id for outbound in at_the_desk.claims(Channel.EMAIL)]


def test_what_only_waited_its_turn_has_not_been_tried(at_the_desk: AtTheDesk) -> None:
    """Its own pauses do not grow by somebody else's refusal, and it is due as soon as the wait is over."""
    number = at_the_desk.hears(mail()).ticket
    for _ in range(5):
        for outbound in at_the_desk.claims(Channel.EMAIL):
            fault = DeliveryError("waiting, for x.example said later", permanent=False, retry_after=40.0, tried=False)
            with at_the_desk.store.begin() as books:
                at_the_desk.dispatcher.failed(outbound, fault, books, at_the_desk.clock())
        acknowledgement = at_the_desk.story(number).deliveries[0]
        assert (acknowledgement.state, acknowledgement.attempts) == (DeliveryState.QUEUED, 0)
        assert acknowledgement.due_at == at_the_desk.clock() + timedelta(seconds=40)
        at_the_desk.clock.advance(seconds=40)
    fail(at_the_desk)
    assert at_the_desk.story(number).deliveries[0].attempts == 1


def test_who_waits_for_others_for_days_is_given_up_too(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail()).ticket
    for _ in range(200):
        for outbound in at_the_desk.claims(Channel.EMAIL):
            fault = DeliveryError("waiting", permanent=False, retry_after=3600.0, tried=False)
            with at_the_desk.store.begin() as books:
                at_the_desk.dispatcher.failed(outbound, fault, books, at_the_desk.clock())
        at_the_desk.clock.advance(hours=1)
    assert at_the_desk.story(number).deliveries[0].state is DeliveryState.FAILED


def test_a_permanent_failure_is_a_dead_letter_with_an_event(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail()).ticket
    fail(at_the_desk, permanent=True)
    story = at_the_desk.story(number)
    assert story.deliveries[0].state is DeliveryState.FAILED
    assert EventKind.DELIVERY_FAILED in [event.kind for event in story.events]


def test_the_desk_gives_up_after_four_days(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail()).ticket
    for _ in range(200):
        fail(at_the_desk)
        at_the_desk.clock.advance(hours=1)
    acknowledgement = at_the_desk.story(number).deliveries[0]
    assert acknowledgement.state is DeliveryState.FAILED
    assert 90 <= acknowledgement.attempts <= 105


def test_what_waited_too_long_for_a_relay_is_not_sent_any_more(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail()).ticket
    at_the_desk.clock.advance(hours=97)
    assert at_the_desk.claims(Channel.EMAIL) == []
    assert at_the_desk.story(number).deliveries[0].state is DeliveryState.FAILED


def test_many_new_tickets_are_told_to_the_team_in_one_mail(at_the_desk: AtTheDesk) -> None:
    numbers = [at_the_desk.hears(mail()).ticket for _ in range(5)]
    at_the_desk.clock.advance(seconds=6)
    digests = [
        o for o in at_the_desk.claims(Channel.EMAIL) if o.delivery.notice and o.delivery.notice.kind is NoticeKind.ARRIVAL
    ]
    assert [[ticket.number for ticket in digest.tickets] for digest in digests] == [numbers]
    with at_the_desk.store.begin() as books:
        at_the_desk.dispatcher.sent(digests[0], SentRef(value="x@localhost"), books, at_the_desk.clock())
    assert {at_the_desk.story(number).deliveries[1].state for number in numbers} == {DeliveryState.SENT}


def test_no_more_leaves_in_a_minute_than_the_gate_allows(at_the_desk: AtTheDesk) -> None:
    gate = replace(at_the_desk.policy.gate, per_instance_per_minute=2)
    at_the_desk.policy = replace(at_the_desk.policy, gate=gate)
    for _ in range(4):
        at_the_desk.hears(mail())
    claimed = at_the_desk.claims(Channel.EMAIL)
    for outbound in claimed:
        with at_the_desk.store.begin() as books:
            at_the_desk.dispatcher.sent(outbound, SentRef(value="x"), books, at_the_desk.clock())
    assert len(claimed) == 2
    assert at_the_desk.claims(Channel.EMAIL) == []
    at_the_desk.clock.advance(seconds=61)
    assert len(at_the_desk.claims(Channel.EMAIL)) == 2


def test_what_found_no_relay_elsewhere_leaves_with_whoever_can_send(at_the_desk: AtTheDesk) -> None:
    able, at_the_desk.senders = at_the_desk.senders, ()  # a command line that knows of no relay
    at_the_desk.hears(mail())
    assert at_the_desk.claims() == []
    at_the_desk.senders = able
    assert [outbound.delivery.address for outbound in at_the_desk.claims(Channel.EMAIL)] == [ANN.value]


def test_of_refreshes_that_found_no_relay_the_newest_is_drawn_once(store: SqlStore) -> None:
    policy = replace(read_policy(None), mirrors=(MirrorRule(team="support", channel=Channel.SLACK, address="C0SUPPORT"),))
    desk = AtTheDesk(store=store, policy=policy, senders=())
    number = desk.hears(mail()).ticket or 0
    desk.does(Take(), "bob", ticket=number)
    desk.does(PressKey(impact=Level.MEDIUM), "+33140000000", ticket=number)
    desk.senders = (Channel.SLACK,)
    assert len(desk.claims(Channel.SLACK)) == 1


BOB = Address(kind=AddressKind.EMAIL, value="bob@customer.example", name="Bob")


def answered(desk: AtTheDesk, number: int) -> dict[str, list[str]]:
    """By recipient, the Message-IDs that the answer to them refers to."""
    desk.sends()
    desk.does(Reply(text="Please switch it off and on again."), "lea", ticket=number)
    return {o.delivery.address: [ref.value for ref in o.answers] for o in desk.claims() if o.reply is not None}


def test_an_answer_refers_to_a_mail_of_whoever_gets_it_and_to_none_that_they_never_got(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail(name="ann-1@customer.example")).ticket or 0
    opened = mail(name="ann-1@customer.example").known_as
    at_the_desk.does(Watch(kind=BOB.kind, address=BOB.value), "lea", ticket=number)
    assert answered(at_the_desk, number) == {ANN.value: ["ann-1@customer.example"], BOB.value: ["ann-1@customer.example"]}
    at_the_desk.clock.advance(minutes=10)
    at_the_desk.hears(mail(author=BOB, name="bob-1@customer.example", answers=opened, received_at=at_the_desk.clock()))
    assert answered(at_the_desk, number) == {ANN.value: ["ann-1@customer.example"], BOB.value: ["bob-1@customer.example"]}


def test_who_wrote_from_another_address_of_theirs_is_answered_in_that_conversation(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail(name="ann-1@customer.example")).ticket or 0
    at_the_desk.does(LinkAddress(kind=AddressKind.EMAIL, address="ann@home.example"), "lea", ticket=number)
    home = Address(kind=AddressKind.EMAIL, value="ann@home.example", name="Ann")
    opened = mail(name="ann-1@customer.example").known_as
    at_the_desk.clock.advance(minutes=10)
    at_the_desk.hears(mail(author=home, name="home-1@home.example", answers=opened, received_at=at_the_desk.clock()))
    assert list(answered(at_the_desk, number).values()) == [["home-1@home.example"]]


def test_a_team_letter_has_what_opened_the_ticket_and_what_was_added(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail("It is out of toner.", name="ann-1@customer.example")).ticket
    at_the_desk.clock.advance(minutes=10)
    (arrival,) = [o for o in at_the_desk.sends() if o.delivery.notice and o.delivery.notice.kind is NoticeKind.ARRIVAL]
    assert arrival.asked is not None
    assert (arrival.asked.author, arrival.asked.body, arrival.said) == (ANN, "It is out of toner.", None)
    opened = mail(name="ann-1@customer.example").known_as
    at_the_desk.hears(mail("And it smokes.", answers=opened, received_at=at_the_desk.clock()))
    at_the_desk.clock.advance(hours=1)
    (more,) = [o for o in at_the_desk.sends() if o.delivery.notice and o.delivery.notice.kind is NoticeKind.ADDITION]
    assert more.ticket.number == number
    assert [one.body for one in (more.asked, more.said) if one] == ["It is out of toner.", "And it smokes."]


def test_a_digest_has_what_opened_each_of_its_tickets_but_of_a_flood_only_the_first(at_the_desk: AtTheDesk) -> None:
    for count in range(60):
        author = Address(kind=AddressKind.EMAIL, value=f"p{count}@customer.example")
        at_the_desk.hears(mail(f"Tray {count} is empty.", author=author))
    at_the_desk.clock.advance(seconds=10)
    (digest,) = [outbound for outbound in at_the_desk.sends() if outbound.delivery.group]
    assert len(digest.deliveries) == 60
    assert [one.asked.body for one in digest.about if one.asked] == [f"Tray {count} is empty." for count in range(50)]
