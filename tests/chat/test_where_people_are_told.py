"""In which conversation whoever asked in a chat is told, and what becomes of it where the chat will not take it."""

from datetime import date

import pytest

from intake.domain import deed as d
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.delivery import DeliveryState
from intake.domain.errors import DeliveryError
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome
from intake.domain.ticket import State
from storage.store import SqlStore
from tests.changes.change_desk import ChangeDesk, policy
from tests.chat.chat_desk import ROOMS, WHO, WORKSPACE, ChatDesk
from tests.chat.posted import claims, posts, refuse, told
from tests.desk.at_the_desk import mail

BOSS = Principal(name="Boss", role=Role.ADMIN)
GONE = DeliveryError("account_inactive", permanent=True, dead=True)
ANN_MAIL = "ann@ours.example"
only_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def link_ann(desk: ChatDesk, number: int) -> None:
    desk.at.does(d.LinkAddress(kind=AddressKind.EMAIL, address=ANN_MAIL), BOSS, ticket=number)


def test_what_came_by_a_form_goes_on_in_one_thread_of_the_direct_messages(desk: ChatDesk) -> None:
    number = desk.hears(desk.command("ann", "The printer is broken"), "broken").ticket
    (acknowledged,) = [one for one in posts(desk) if one.delivery.address == WHO["ann"]]
    assert acknowledged.answers == ()
    desk.at.does(d.Reply(text="Which floor?"), BOSS, ticket=number or 0)
    (answer,) = [one for one in posts(desk) if one.reply is not None]
    (root,) = answer.answers
    assert root.value.startswith(f"D{WHO['ann']}/")
    assert desk.hears(desk.said("ann", "Floor 3", thread=root.value)).ticket == number
    desk.at.does(d.Reply(text="Thank you."), BOSS, ticket=number or 0)
    (again,) = [one for one in posts(desk) if one.reply is not None]
    assert again.answers == (root,)


def test_of_several_messages_on_one_ticket_the_first_ones_thread_is_the_conversation(desk: ChatDesk) -> None:
    first = desk.said("ann", "The printer is broken", room="help")
    number = desk.hears(first, "broken").ticket
    desk.at.clock.advance(seconds=20)
    assert desk.hears(desk.said("ann", "on floor 3", room="help")).ticket == number
    assert {one.answers[0].value for one in posts(desk) if one.delivery.address == WHO["ann"]} == {first.external_id}


def test_whoever_goes_on_in_person_is_answered_there(desk: ChatDesk) -> None:
    """Where they spoke last."""
    number = desk.hears(desk.said("ann", "The printer is broken", room="help"), "broken").ticket
    posts(desk)
    desk.at.clock.advance(minutes=5)
    personal = desk.said("ann", "any news?")
    assert desk.hears(personal).ticket == number
    desk.at.does(d.Reply(text="Soon."), BOSS, ticket=number or 0)
    (answer,) = [one for one in posts(desk) if one.reply is not None]
    assert [ref.value for ref in answer.answers] == [personal.external_id]


@only_sqlite
def test_the_room_and_the_person_are_told_as_far_as_they_are_known(desk: ChatDesk) -> None:
    desk.knows("ann", name="Ann", language="de")
    desk.hears(desk.said("ann", "Der Drucker ist kaputt", room="help", shared=True), "broken")
    (acknowledged,) = [one for one in posts(desk) if one.delivery.address == WHO["ann"]]
    assert acknowledged.person is not None
    assert acknowledged.person.language == "de"
    assert acknowledged.room is not None
    assert (acknowledged.room.id, acknowledged.room.workspace, acknowledged.room.shared) == (ROOMS["help"], WORKSPACE, True)


def test_an_answer_that_the_chat_will_not_take_goes_by_mail(desk: ChatDesk) -> None:
    number = desk.hears(desk.said("ann", "The printer is broken"), "broken").ticket
    assert number is not None
    posts(desk)
    link_ann(desk, number)
    desk.at.does(d.Resolve(text="It prints again."), BOSS, ticket=number)
    refuse(desk, GONE)
    (by_mail,) = [one for one in desk.at.claims(Channel.EMAIL) if one.reply is not None]
    assert by_mail.delivery.address == ANN_MAIL
    assert EventKind.DELIVERY_DIVERTED in [one.kind for one in desk.at.story(number).events]
    assert desk.at.ticket(number).state is not State.RESOLVED


def test_a_notice_that_the_chat_will_not_take_goes_by_mail_without_the_chats_names(desk: ChatDesk) -> None:
    number = desk.hears(desk.said("ann", "The printer is broken"), "broken").ticket
    assert number is not None
    link_ann(desk, number)
    refuse(desk, GONE)
    (acknowledged,) = [one for one in desk.at.claims(Channel.EMAIL) if one.delivery.address == ANN_MAIL]
    assert acknowledged.delivery.notice is not None
    assert acknowledged.delivery.notice.kind is NoticeKind.ACKNOWLEDGEMENT
    assert "answers" not in acknowledged.delivery.notice.fields


@only_sqlite
def test_where_no_other_way_is_known_whoever_has_the_ticket_must_look(desk: ChatDesk) -> None:
    number = desk.hears(desk.said("ann", "The printer is broken"), "broken").ticket
    assert number is not None
    for outbound in claims(desk):
        with desk.at.store.begin() as books:
            if outbound.delivery.mirror is None:
                desk.at.dispatcher.failed(outbound, GONE, books, desk.at.clock())
    assert EventKind.UNDELIVERABLE in [one.kind for one in desk.at.story(number).events]
    kinds = [one.notice.kind for one in desk.at.story(number).deliveries if one.notice is not None]
    assert NoticeKind.UNREACHED in kinds


@only_sqlite
def test_how_it_goes_is_told_nowhere_else(desk: ChatDesk) -> None:
    number = desk.hears(desk.said("ann", "The printer is broken"), "broken").ticket
    assert number is not None
    posts(desk)
    link_ann(desk, number)
    desk.at.does(d.Take(), BOSS, ticket=number)
    refuse(desk, GONE)
    assert [one for one in desk.at.claims(Channel.EMAIL) if one.delivery.address == ANN_MAIL] == []


@only_sqlite
def test_an_account_that_is_no_more_is_alive_again_when_somebody_speaks_from_it(desk: ChatDesk) -> None:
    number = desk.hears(desk.said("ann", "The printer is broken"), "broken").ticket
    assert number is not None
    link_ann(desk, number)
    refuse(desk, GONE)
    ann = Address(kind=AddressKind.SLACK, value=WHO["ann"])
    with desk.at.store.begin() as books:
        known = books.contacts.at(ann)
        assert known is not None
        assert known.dead
    desk.at.clock.advance(minutes=20)
    desk.hears(desk.said("ann", "I cannot log in to the payroll at all, error 17"), "broken")
    assert WHO["ann"] in [address for _, address in told(posts(desk))]


@only_sqlite
def test_whoever_must_agree_to_a_change_is_asked_in_the_chat_that_proves_who_they_are(store: SqlStore) -> None:
    desk = ChangeDesk(store=store, policy=policy(), senders=(Channel.EMAIL, Channel.SLACK))
    chat = ChatDesk(at=desk)
    chat.knows("bob", mail="olga@acme.example")
    agreement = d.OpenAgreement(
        agreement="ACME 2026",
        party="ACME",
        starts=date(2026, 1, 1),
        ends=date(2026, 12, 31),
        minutes=6_000,
        spenders=("cio",),
        product_owners=("olga@acme.example", "otto@acme.example"),
    )
    assert desk.does(agreement, desk.policy.agents["Lee"].principal).outcome is Outcome.APPLIED
    ticket = desk.assessed()
    desk.must(d.EstimateChange(agreement="ACME 2026", minutes=60), ticket)
    desk.must(d.RequestApproval(), ticket)
    assert set(desk.told_to(NoticeKind.CONSENT_WANTED, ticket)) == {WHO["bob"], "otto@acme.example"}
    (asks,) = [one for one in claims(chat) if one.delivery.address == WHO["bob"]]
    assert asks.answers == ()
    assert chat.does("ann", d.ConsentToChange(), ticket=ticket).outcome is Outcome.SUPPRESSED
    assert chat.does("bob", d.ConsentToChange(), ticket=ticket).outcome is Outcome.APPLIED
    assert [one.by for one in desk.change_story(ticket).decisions] == ["olga@acme.example"]


@only_sqlite
def test_a_mail_of_somebody_whose_chat_is_known_is_answered_by_mail(desk: ChatDesk) -> None:
    number = desk.at.hears(mail()).ticket
    assert number is not None
    desk.at.does(d.LinkAddress(kind=AddressKind.SLACK, address=WHO["ann"]), BOSS, ticket=number)
    desk.at.does(d.Reply(text="Soon."), BOSS, ticket=number)
    states = {one.channel: one.state for one in desk.at.story(number).deliveries if one.reply is not None}
    assert states == {Channel.EMAIL: DeliveryState.QUEUED}
