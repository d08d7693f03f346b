"""Where an answer goes, and who reads along."""

from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Confirm, LinkAddress, Reply, Resolve, Watch
from intake.domain.delivery import DeliveryState
from intake.domain.errors import DeliveryError
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Refusal
from tests.desk.at_the_desk import ANN, AtTheDesk, mail
from tests.desk.staff import BEN
from tests.desk.test_final_response import answer_to, answers, taken


def test_the_answer_names_the_mail_that_it_answers(staffed: AtTheDesk) -> None:
    number = staffed.hears(mail(name="first@customer.example")).ticket
    assert number is not None
    staffed.hears(mail(name="second@customer.example", answers=answer_to(number)))
    staffed.does(Reply(text="We look."), BEN, ticket=number)
    (sent,) = [outbound for outbound in staffed.sends() if outbound.reply is not None]
    assert [ref.value for ref in sent.answers] == ["second@customer.example"]
    assert not sent.resolves


def test_the_answer_goes_where_the_requester_wrote_last(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    home = Address(kind=AddressKind.EMAIL, value="ann@home.example")
    staffed.does(LinkAddress(kind=home.kind, address=home.value), BEN, ticket=number)
    staffed.hears(mail("From home now.", author=home, answers=answer_to(number)))
    staffed.does(Reply(text="Thanks."), BEN, ticket=number)
    assert [delivery.address for delivery in answers(staffed, number)] == [home.value]


def test_a_conversation_is_not_cut_off_but_a_flood_is(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    for count in range(31):
        staffed.does(Reply(text=f"Answer {count}"), BEN, ticket=number)
    states = [delivery.state for delivery in answers(staffed, number)]
    assert states == [DeliveryState.QUEUED] * 29 + [DeliveryState.HELD] * 2  # the acknowledgement is the thirtieth
    assert [event.kind for event in staffed.story(number).events].count(EventKind.HELD_BACK) == 2


def test_a_watcher_from_outside_reads_the_answers_and_staff_hear_of_them(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Watch(kind=AddressKind.EMAIL, address="boss@customer.example"), BEN, ticket=number)
    staffed.does(Watch(kind=AddressKind.EMAIL, address="cleo@desk.example"), BEN, ticket=number)
    staffed.does(Reply(text="We look."), BEN, ticket=number)
    assert [delivery.address for delivery in answers(staffed, number)] == [ANN.value, "boss@customer.example"]
    watched = [d for d in staffed.story(number).deliveries if d.notice and d.notice.kind is NoticeKind.WATCHED]
    assert [delivery.address for delivery in watched] == ["cleo@desk.example"]
    assert staffed.does(Confirm(), "boss@customer.example", ticket=number).refusal is Refusal.FORBIDDEN


def test_a_copy_that_fails_changes_nothing_for_the_requester(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Watch(kind=AddressKind.EMAIL, address="boss@customer.example"), BEN, ticket=number)
    staffed.does(Resolve(text="Done."), BEN, ticket=number)
    for outbound in staffed.claims(Channel.EMAIL):
        with staffed.store.begin() as books:
            if outbound.delivery.address == "boss@customer.example":
                staffed.dispatcher.failed(outbound, DeliveryError("550", permanent=True), books, staffed.clock())
    assert EventKind.UNDELIVERABLE not in [event.kind for event in staffed.story(number).events]


def test_only_whoever_asked_is_asked_whether_it_is_solved(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Watch(kind=AddressKind.EMAIL, address="boss@customer.example"), BEN, ticket=number)
    staffed.does(Resolve(text="Done."), BEN, ticket=number)
    sent = {outbound.delivery.address: outbound.resolves for outbound in staffed.sends() if outbound.reply is not None}
    assert sent == {ANN.value: True, "boss@customer.example": False}
