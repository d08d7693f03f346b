"""Whose words join a ticket by themselves, and whose wait for an agent."""

from dataclasses import replace

import pytest

from intake.desk.policy import Mailbox
from intake.desk.signed_names import bounce_tag, message_id, note_tag, reply_tag
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import AcceptReply, LinkAddress, Merge, Reply
from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.message import Bounce, Nature, ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from intake.domain.ticket import spoken
from tests.desk.at_the_desk import ANN, BURNING, KEYS, MALLORY, AtTheDesk, mail
from tests.desk.staff import ADMIN, BEN

COLLEAGUE = Address(kind=AddressKind.EMAIL, value="bob@customer.example", name="Bob")
CAROL = Address(kind=AddressKind.EMAIL, value="carol@partner.example", name="Carol")
DESK_ITSELF = Address(kind=AddressKind.EMAIL, value="desk@localhost")

SIGNED = ("reply address", "own message-id")
UNSIGNED = ("foreign message-id", "subject tag")


def pointing(how: str, number: int) -> tuple[ThreadRef, ...]:
    kind, value = {
        "reply address": (ThreadKind.REPLY_ADDRESS, reply_tag(KEYS, number)),
        "note address": (ThreadKind.REPLY_ADDRESS, note_tag(KEYS, number)),
        "own message-id": (ThreadKind.MESSAGE_ID, message_id(KEYS, number, 77, "localhost")),
        "foreign message-id": (ThreadKind.MESSAGE_ID, "first@customer.example"),
        "subject tag": (ThreadKind.SUBJECT_TAG, spoken(number)),
    }[how]
    return (ThreadRef(channel=Channel.EMAIL, kind=kind, value=value),)


def opened(desk: AtTheDesk, *, author: Address = ANN, recipients: tuple[Address, ...] = (), authentic: bool = True) -> int:
    first = mail(name="first@customer.example", author=author, recipients=recipients, authentic=authentic)
    number = desk.hears(first).ticket
    assert number is not None
    return number


@pytest.mark.parametrize("authentic", [True, False])
@pytest.mark.parametrize("author", [ANN, COLLEAGUE, CAROL, MALLORY], ids=lambda author: author.name)
@pytest.mark.parametrize("how", [*SIGNED, *UNSIGNED, "note address"])
def test_who_is_added_and_who_waits(staffed: AtTheDesk, how: str, author: Address, *, authentic: bool) -> None:
    """Ann asked, Carol was in copy, Bob is from Ann's company, Mallory is nobody."""
    number = opened(staffed, recipients=(DESK_ITSELF, CAROL))
    receipt = staffed.hears(mail("More.", author=author, authentic=authentic, answers=pointing(how, number)))
    joins = how in SIGNED or (how in UNSIGNED and authentic and author is not MALLORY)
    last = staffed.story(number).messages[-1]
    assert receipt.ticket == number
    assert receipt.outcome is (Outcome.APPENDED if joins else Outcome.HELD)
    assert (last.public, last.held) == (joins, not joins)


def test_two_people_at_a_public_provider_are_no_colleagues(staffed: AtTheDesk) -> None:
    ann, bob = (Address(kind=AddressKind.EMAIL, value=f"{name}@gmail.com") for name in ("ann", "bob"))
    number = opened(staffed, author=ann)
    held = staffed.hears(mail("More.", author=bob, answers=pointing("subject tag", number)))
    assert held.outcome is Outcome.HELD


def test_somebody_new_with_a_signed_address_is_added_and_hears_no_answers(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.hears(mail("I have it too.", author=MALLORY, answers=pointing("reply address", number)))
    staffed.does(Reply(text="We look."), BEN, ticket=number)
    story = staffed.story(number)
    assert "new to it" in story.events[-2].reason
    assert {d.address for d in story.deliveries if d.reply} == {ANN.value}


@pytest.mark.parametrize(("authentic", "heard_by"), [(True, {ANN.value, CAROL.value}), (False, {ANN.value})])
def test_people_in_copy_hear_the_answers_if_it_is_certain_who_put_them_there(
    staffed: AtTheDesk, *, authentic: bool, heard_by: set[str]
) -> None:
    number = opened(staffed, recipients=(DESK_ITSELF, CAROL), authentic=authentic)
    staffed.does(Reply(text="We look."), BEN, ticket=number)
    assert {d.address for d in staffed.story(number).deliveries if d.reply} == heard_by


def test_people_who_are_put_in_copy_later_join_as_well(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.hears(mail("Carol knows.", recipients=(DESK_ITSELF, CAROL), answers=pointing("reply address", number)))
    assert staffed.story(number).watchers == (CAROL,)


def test_the_desk_its_teams_and_machines_do_not_join(staffed: AtTheDesk) -> None:
    nobody = ("desk+77.abc@localhost", "support@localhost", "no-reply@shop.example", ANN.value)
    in_copy = tuple(Address(kind=AddressKind.EMAIL, value=value) for value in nobody)
    assert staffed.story(opened(staffed, recipients=(DESK_ITSELF, *in_copy))).watchers == ()


def test_a_whole_mailing_list_in_copy_does_not_join(staffed: AtTheDesk) -> None:
    crowd = tuple(Address(kind=AddressKind.EMAIL, value=f"p{n}@customer.example") for n in range(50))
    story = staffed.story(opened(staffed, recipients=(DESK_ITSELF, *crowd)))
    assert len(story.watchers) == staffed.policy.trust.most_joining
    assert "30 more were in copy" in story.events[-1].reason


def test_a_mail_to_two_of_our_addresses_is_one_ticket_that_both_teams_know(staffed: AtTheDesk) -> None:
    boxes = {
        name: Mailbox(address=name, team=team, language="")
        for name, team in (("desk@localhost", ""), ("people@localhost", "process"))
    }
    staffed.policy = replace(staffed.policy, mailboxes=boxes)
    staffed.own = ("desk@localhost", "people@localhost")
    people = Address(kind=AddressKind.EMAIL, value="people@localhost")
    story = staffed.story(opened(staffed, recipients=(people, DESK_ITSELF)))
    assert (story.line.ticket.assignment_group, story.line.ticket.mailbox) == ("process", "people@localhost")
    assert [watcher.value for watcher in story.watchers] == ["support@localhost"]
    told = {d.address for d in story.deliveries if d.notice and d.notice.kind is NoticeKind.WATCHED}
    assert told == {"support@localhost"}


def test_an_accepted_alias_is_heard_again_only_when_it_is_proven(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.hears(mail("From home.", author=MALLORY, answers=pointing("subject tag", number)))
    staffed.does(AcceptReply(message=staffed.story(number).messages[-1].id), BEN, ticket=number)
    again = [
        staffed.hears(mail("Again.", author=MALLORY, authentic=proven, answers=pointing("subject tag", number))).outcome
        for proven in (True, False)
    ]
    assert again == [Outcome.APPENDED, Outcome.HELD]


@pytest.mark.parametrize("how", UNSIGNED)
@pytest.mark.parametrize("nature", [Nature.OUT_OF_OFFICE, Nature.BOUNCE, Nature.AUTO_REPLY])
def test_machine_mail_that_proves_nothing_is_not_filed(staffed: AtTheDesk, nature: Nature, how: str) -> None:
    number = opened(staffed)
    receipt = staffed.hears(mail(nature=nature, authentic=False, author=ANN, answers=pointing(how, number)))
    assert receipt.outcome is Outcome.SUPPRESSED
    assert len(staffed.story(number).messages) == 1


def bounce(*recipients: str, temporary: bool = False) -> Bounce:
    return Bounce(recipients=recipients, temporary=temporary, status="4.2.2" if temporary else "5.1.1")


def came_back(desk: AtTheDesk, number: int, what: Bounce, *, to_the_envelope: bool) -> None:
    delivery = next(d for d in desk.story(number).deliveries if d.address == ANN.value)
    kind = ThreadKind.REPLY_ADDRESS if to_the_envelope else ThreadKind.MESSAGE_ID
    value = bounce_tag(KEYS, number, delivery.id) if to_the_envelope else message_id(KEYS, number, delivery.id, "localhost")
    ref = ThreadRef(channel=Channel.EMAIL, kind=kind, value=value)
    nature = Nature.DELAYED if what.temporary else Nature.BOUNCE
    desk.hears(mail(nature=nature, author=MALLORY, authentic=False, answers=(ref,), bounce=what))


@pytest.mark.parametrize(
    ("to_the_envelope", "named", "failed"),
    [(True, ANN.value, True), (True, "somebody.else@x.example", True), (False, ANN.value, True), (False, "x@x.example", False)],
)
def test_a_bounce_needs_the_envelopes_address_or_the_right_recipient(
    staffed: AtTheDesk, named: str, *, to_the_envelope: bool, failed: bool
) -> None:
    number = opened(staffed)
    staffed.sends(Channel.EMAIL)
    came_back(staffed, number, bounce(named), to_the_envelope=to_the_envelope)
    states = [d.state for d in staffed.story(number).deliveries if d.address == ANN.value]
    assert states == [DeliveryState.FAILED if failed else DeliveryState.SENT]


def test_a_hard_bounce_marks_the_address_and_the_next_answer_takes_another_way(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(LinkAddress(kind=AddressKind.PHONE, address="+4930123456"), BEN, ticket=number)
    staffed.sends(Channel.EMAIL)
    came_back(staffed, number, bounce(ANN.value), to_the_envelope=True)
    acknowledged = [d for d in staffed.story(number).deliveries if d.notice and d.notice.kind is NoticeKind.ACKNOWLEDGEMENT]
    assert [(d.channel, d.state) for d in acknowledged] == [
        (Channel.EMAIL, DeliveryState.FAILED),
        (Channel.SMS, DeliveryState.QUEUED),
    ]
    staffed.does(Reply(text="We look."), BEN, ticket=number)
    assert [d.address for d in staffed.story(number).deliveries if d.reply] == ["+4930123456"]
    staffed.hears(mail("I am back."))
    staffed.hears(mail("Here as well.", answers=pointing("reply address", number)))
    staffed.does(Reply(text="Good."), BEN, ticket=number)
    assert [d.address for d in staffed.story(number).deliveries if d.reply][-1] == ANN.value


def test_an_acknowledgement_that_bounced_and_has_no_other_way_is_told_to_whoever_has_the_ticket(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.sends(Channel.EMAIL)
    came_back(staffed, number, bounce(ANN.value), to_the_envelope=True)
    story = staffed.story(number)
    assert story.events[-1].kind is EventKind.UNDELIVERABLE
    assert [d.address for d in story.deliveries if d.notice and d.notice.kind is NoticeKind.UNREACHED] == ["support@localhost"]


def test_a_delay_is_a_warning_and_no_failure(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Reply(text="We look."), BEN, ticket=number)
    staffed.sends(Channel.EMAIL)
    reply = next(d for d in staffed.story(number).deliveries if d.reply)
    ref = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.REPLY_ADDRESS, value=bounce_tag(KEYS, number, reply.id))
    staffed.hears(mail(nature=Nature.DELAYED, answers=(ref,), bounce=bounce(ANN.value, temporary=True)))
    story = staffed.story(number)
    assert next(d for d in story.deliveries if d.reply).state is DeliveryState.SENT
    assert "not reached yet" in story.events[-1].reason
    assert NoticeKind.UNREACHED in [d.notice.kind for d in story.deliveries if d.notice]


def test_somebody_new_brings_nobody_in(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.hears(mail("Me too.", author=MALLORY, recipients=(DESK_ITSELF, CAROL), answers=pointing("reply address", number)))
    assert staffed.story(number).watchers == ()


def test_a_ticket_takes_no_more_people_in_copy_than_one_mail_does(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    for crowd in range(3):
        people = tuple(Address(kind=AddressKind.EMAIL, value=f"p{crowd}.{n}@customer.example") for n in range(15))
        staffed.hears(mail("More.", recipients=(DESK_ITSELF, *people), answers=pointing("reply address", number)))
    assert len(staffed.story(number).watchers) == staffed.policy.trust.most_joining


def test_a_second_address_of_ours_that_is_added_later_brings_its_team(staffed: AtTheDesk) -> None:
    people = Address(kind=AddressKind.EMAIL, value="people@localhost")
    staffed.policy = replace(
        staffed.policy, mailboxes={people.value: Mailbox(address=people.value, team="process", language="")}
    )
    staffed.own = ("desk@localhost", people.value)
    number = opened(staffed, recipients=(DESK_ITSELF,))
    staffed.hears(mail("You too.", recipients=(DESK_ITSELF, people), answers=pointing("reply address", number)))
    assert [watcher.value for watcher in staffed.story(number).watchers] == ["process@localhost"]


def test_what_is_held_for_a_merged_ticket_stays_with_it(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    other = staffed.hears(mail("Mine.", author=MALLORY)).ticket
    assert other is not None
    staffed.does(Merge(into=other), ADMIN, ticket=number)
    staffed.hears(mail("A secret of Ann's.", author=CAROL, answers=pointing("subject tag", number)))
    assert [message.held for message in staffed.story(number).messages] == [False, True]
    staffed.does(AcceptReply(message=staffed.story(number).messages[-1].id), ADMIN, ticket=number)
    assert "A secret of Ann's." not in [message.body for message in staffed.story(other).messages]


def test_an_answer_to_an_absurdly_long_message_id_finds_its_ticket(staffed: AtTheDesk) -> None:
    name = f"{'x' * 500}@customer.example"
    number = staffed.hears(mail(name=name)).ticket
    ref = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value=name)
    assert staffed.hears(mail("More.", answers=(ref,))).ticket == number


def test_what_burns_in_a_mailbox_with_a_team_of_its_own_wakes_that_team(staffed: AtTheDesk) -> None:
    staffed.policy = replace(
        staffed.policy, mailboxes={"desk@localhost": Mailbox(address="desk@localhost", team="process", language="")}
    )
    number = staffed.hears(mail(recipients=(DESK_ITSELF,)), BURNING).ticket
    woken = [d.address for d in staffed.story(number).deliveries if d.notice and d.notice.kind is NoticeKind.PAGE]
    assert woken == ["process@localhost", "pia@desk.example"]
