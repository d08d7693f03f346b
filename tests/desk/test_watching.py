"""Who watches a ticket: for how long, who is brought back, and how often they hear of it."""

from collections.abc import Sequence

import pytest

from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Note, Reply, Take, Unwatch, Watch
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.notice import NoticeKind
from tests.desk.at_the_desk import ANN, AtTheDesk, mail
from tests.desk.staff import ADMIN, BEN
from tests.desk.test_trust import CAROL, DESK_ITSELF, opened, pointing

EVERYBODY = (DESK_ITSELF, CAROL)


def reply_all(desk: AtTheDesk, number: int, text: str = "And another thing.") -> None:
    desk.hears(mail(text, recipients=EVERYBODY, answers=pointing("reply address", number)))


def without_carol(desk: AtTheDesk) -> int:
    """A ticket that she was in copy of, until an agent took her off."""
    number = opened(desk, recipients=EVERYBODY)
    assert desk.story(number).watchers == (CAROL,)
    desk.does(Unwatch(kind=AddressKind.EMAIL, address=CAROL.value), BEN, ticket=number)
    return number


def test_who_was_taken_off_is_not_brought_back_by_the_next_reply_to_all(staffed: AtTheDesk) -> None:
    number = without_carol(staffed)
    reply_all(staffed, number)
    staffed.does(Reply(text="We look."), BEN, ticket=number)
    story = staffed.story(number)
    assert story.watchers == ()
    assert [delivery.address for delivery in story.deliveries if delivery.reply] == [ANN.value]


def test_who_was_taken_off_and_writes_again_may_be_brought_back(staffed: AtTheDesk) -> None:
    number = without_carol(staffed)
    staffed.hears(mail("Count me in.", author=CAROL, answers=pointing("reply address", number)))
    assert staffed.story(number).watchers == (), "what she writes alone lets her hear no answers"
    reply_all(staffed, number)
    assert staffed.story(number).watchers == (CAROL,)


def test_what_she_wrote_before_she_was_taken_off_brings_nobody_back(staffed: AtTheDesk) -> None:
    number = opened(staffed, recipients=EVERYBODY)
    staffed.hears(mail("Me too.", author=CAROL, answers=pointing("reply address", number)))
    staffed.does(Unwatch(kind=AddressKind.EMAIL, address=CAROL.value), BEN, ticket=number)
    reply_all(staffed, number)
    assert staffed.story(number).watchers == ()


def test_what_waits_in_her_name_does_not_bring_her_back(staffed: AtTheDesk) -> None:
    number = without_carol(staffed)
    staffed.hears(mail("Count me in.", author=CAROL, authentic=False, answers=pointing("subject tag", number)))
    reply_all(staffed, number)
    assert staffed.story(number).watchers == ()


def test_who_is_put_back_by_hand_watches_until_they_are_taken_off_again(staffed: AtTheDesk) -> None:
    number = without_carol(staffed)
    staffed.does(Watch(kind=AddressKind.EMAIL, address=CAROL.value), BEN, ticket=number)
    reply_all(staffed, number)
    assert [watcher.value for watcher in staffed.story(number).watchers] == [CAROL.value]
    staffed.does(Unwatch(kind=AddressKind.EMAIL, address=CAROL.value), BEN, ticket=number)
    reply_all(staffed, number)
    assert staffed.story(number).watchers == ()


def test_a_ticket_that_somebody_was_taken_off_is_still_open_to_others(staffed: AtTheDesk) -> None:
    number = without_carol(staffed)
    dave = Address(kind=AddressKind.EMAIL, value="dave@partner.example")
    staffed.hears(mail("Dave knows.", recipients=(*EVERYBODY, dave), answers=pointing("reply address", number)))
    assert staffed.story(number).watchers == (dave,)


def watched(desk: AtTheDesk, number: int) -> Sequence[Delivery]:
    return [d for d in desk.story(number).deliveries if d.notice and d.notice.kind is NoticeKind.WATCHED]


def test_who_watches_a_busy_ticket_gets_one_mail_of_what_happened_before_it_left(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Watch(kind=AddressKind.EMAIL, address="cleo@desk.example"), BEN, ticket=number)
    staffed.does(Take(), BEN, ticket=number)
    for count in range(20):
        staffed.does(Note(text=f"Step {count}"), BEN, ticket=number)
    staffed.clock.advance(seconds=10)
    (one,) = [out for out in staffed.sends(Channel.EMAIL) if out.delivery.address == "cleo@desk.example"]
    assert len(one.deliveries) == 21, "nothing that happened is left out of it"


def test_who_watches_gets_no_more_mails_than_anybody_gets_digests(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Watch(kind=AddressKind.EMAIL, address="cleo@desk.example"), BEN, ticket=number)
    mails = 0
    for _ in range(60):
        staffed.does(Note(text="One more step"), BEN, ticket=number)
        staffed.clock.advance(seconds=55)
        mails += sum(out.delivery.address == "cleo@desk.example" for out in staffed.sends(Channel.EMAIL))
    assert 0 < mails <= staffed.policy.gate.per_recipient
    assert DeliveryState.HELD not in {delivery.state for delivery in watched(staffed, number)}


@pytest.mark.parametrize(("kind", "address"), [(AddressKind.EMAIL, "ben@desk.example")])
def test_who_did_it_themselves_is_not_told(staffed: AtTheDesk, kind: AddressKind, address: str) -> None:
    number = opened(staffed)
    staffed.does(Watch(kind=kind, address=address), ADMIN, ticket=number)
    staffed.does(Take(), BEN, ticket=number)
    assert watched(staffed, number) == []
