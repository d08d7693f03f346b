"""What is internal has no way to whoever asked, whoever queues it: it goes to the desk's own people, or under a card."""

from dataclasses import replace

import pytest

from intake.desk.outbox_by_hand import retry
from intake.domain import deed as d
from intake.domain.channel import AddressKind, Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import EventKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.principal import Principal, Role
from tests.chat.chat_desk import ROOMS, WHO, ChatDesk
from tests.chat.posted import claims, post, posts, told

INTERNAL = [kind for kind in NoticeKind if not kind.public]
PUBLIC = [kind for kind in NoticeKind if kind.public]
BOSS = Principal(name="Boss", role=Role.ADMIN)
pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def asked(desk: ChatDesk, who: str = "ann") -> int:
    number = desk.hears(desk.said(who, "The printer is broken", room="help"), "broken").ticket
    assert number is not None
    posts(desk)
    return number


def tell(desk: ChatDesk, number: int, notice: Notice, address: str) -> Delivery:
    with desk.at.store.begin() as books:
        ticket = books.tickets.get(number)
        assert ticket is not None
        teller = desk.at.desk.replies.teller
        teller.tell(ticket, notice, Channel.SLACK, address, books, desk.at.clock())
    return max(desk.at.story(number).deliveries, key=lambda one: one.id)


@pytest.mark.parametrize("kind", INTERNAL)
def test_what_is_internal_is_never_queued_for_whoever_asked(desk: ChatDesk, kind: NoticeKind) -> None:
    number = asked(desk)
    notice = Notice(kind=kind, fields={"why": "SECRET"})
    for address in (WHO["ann"], f"D{WHO['ann']}", ROOMS["help"], ROOMS["triage"], ""):
        assert tell(desk, number, notice, address).state is DeliveryState.FAILED
    assert claims(desk) == []
    assert tell(desk, number, notice, WHO["kim"]).state is DeliveryState.QUEUED


@pytest.mark.parametrize("kind", INTERNAL + PUBLIC)
def test_nothing_is_told_under_a_card_that_is_not_this_tickets(desk: ChatDesk, kind: NoticeKind) -> None:
    number, other = asked(desk), asked(desk, "bob")
    with desk.at.store.begin() as books:
        own, others = books.mirrors.of(number)[0], books.mirrors.of(other)[0]
    for mirror, address in ((others.id, ROOMS["triage"]), (own.id, ROOMS["help"]), (own.id, WHO["ann"]), (0, ROOMS["triage"])):
        notice = Notice(kind=kind, fields={"mirror": str(mirror)})
        assert tell(desk, number, notice, address).state is DeliveryState.FAILED
    assert tell(desk, number, Notice(kind=kind, fields={"mirror": "1; x"}), ROOMS["triage"]).state is DeliveryState.FAILED


@pytest.mark.parametrize("kind", PUBLIC)
def test_whoever_asked_is_told_in_person_and_never_in_a_room_by_name(desk: ChatDesk, kind: NoticeKind) -> None:
    number = asked(desk)
    assert tell(desk, number, Notice(kind=kind), ROOMS["triage"]).state is DeliveryState.FAILED
    assert tell(desk, number, Notice(kind=kind), WHO["ann"]).state is DeliveryState.QUEUED


def test_who_is_no_longer_of_the_staff_when_it_would_leave_gets_nothing(desk: ChatDesk) -> None:
    number = asked(desk)
    queued = tell(desk, number, Notice(kind=NoticeKind.WATCHED, fields={"what": "SECRET"}), WHO["kim"])
    assert queued.state is DeliveryState.QUEUED
    desk.at.policy = replace(desk.at.policy, agents={})
    assert told(claims(desk)) == []
    story = desk.at.story(number)
    assert next(one for one in story.deliveries if one.id == queued.id).state is DeliveryState.FAILED
    assert story.events[-1].kind is EventKind.DELIVERY_FAILED


def test_what_was_refused_is_refused_again_when_somebody_puts_it_back_by_hand(desk: ChatDesk) -> None:
    number = asked(desk)
    refused = tell(desk, number, Notice(kind=NoticeKind.WATCHED, fields={"what": "SECRET"}), WHO["ann"])
    with desk.at.store.begin() as books:
        retry(refused.id, books, "Boss", desk.at.clock())
    assert claims(desk) == []


def test_of_those_who_watch_in_the_chat_only_staff_hear_what_happens(desk: ChatDesk) -> None:
    number = asked(desk)
    for who in ("kim", "bob"):
        desk.at.does(d.Watch(kind=AddressKind.SLACK, address=WHO[who]), BOSS, ticket=number)
    desk.at.does(d.Hold(reason="SECRET"), BOSS, ticket=number)
    desk.at.does(d.Reply(text="We are on it."), BOSS, ticket=number)
    posted = posts(desk)
    assert {address for kind, address in told(posted) if kind is NoticeKind.WATCHED} == {WHO["kim"]}
    copies = [one for one in posted if one.reply is not None and one.delivery.copy]
    assert [(one.delivery.address, one.answers) for one in copies] == [(WHO["bob"], ())]  # never in Ann's channel


def test_who_answers_a_copy_answers_on_the_ticket_and_the_next_copy_stands_there(desk: ChatDesk) -> None:
    number = asked(desk)
    desk.at.does(d.Watch(kind=AddressKind.SLACK, address=WHO["bob"]), BOSS, ticket=number)
    desk.at.does(d.Reply(text="We are on it."), BOSS, ticket=number)
    posts(desk)
    desk.at.does(d.Reply(text="Still on it."), BOSS, ticket=number)
    (copy,) = [one for one in posts(desk) if one.delivery.copy]
    (root,) = copy.answers
    assert root.value.startswith(f"D{WHO['bob']}/")
    assert desk.hears(desk.said("bob", "Me too", thread=root.value)).ticket == number


def test_the_thread_of_a_page_is_one_for_notes(desk: ChatDesk) -> None:
    """What is written there would be an answer to whoever asked otherwise."""
    number = asked(desk)
    tell(desk, number, Notice(kind=NoticeKind.WATCHED, fields={"what": "taken"}), WHO["kim"])
    (page,) = claims(desk)
    ref = post(desk, page)
    desk.hears(desk.said("kim", "I look at it tomorrow", thread=ref))
    assert [note.text for note in desk.at.story(number).notes] == ["I look at it tomorrow"]
    assert [one for one in claims(desk) if one.reply is not None] == []


def test_an_acknowledgement_that_comes_too_late_names_who_was_quicker(desk: ChatDesk) -> None:
    number = desk.hears(desk.said("ann", "Everything is down", room="help"), "burning").ticket
    assert number is not None
    with desk.at.store.begin() as books:
        run = books.ladders.of(number)[0]
        page = next(one.delivery for one in books.ladders.pages(run.id) if one.delivery is not None)
    desk.at.does(d.AcknowledgePage(), BOSS, ticket=number)
    late = desk.does("kim", d.AcknowledgePage(), ticket=number, delivery=page)
    assert late.reason.endswith("nobody was being paged: Boss was quicker")


def test_a_button_under_the_page_of_an_earlier_run_takes_no_later_one(desk: ChatDesk) -> None:
    number = desk.hears(desk.said("ann", "Everything is down", room="help"), "burning").ticket
    assert number is not None
    with desk.at.store.begin() as books:
        run = books.ladders.of(number)[0]
        page = next(one.delivery for one in books.ladders.pages(run.id) if one.delivery is not None)
    desk.at.does(d.Resolve(text="It is up."), BOSS, ticket=number)
    posts(desk)
    desk.at.does(d.Reopen(reason="down again"), BOSS, ticket=number)
    desk.does("kim", d.AcknowledgePage(), ticket=number, delivery=page)
    with desk.at.store.begin() as books:
        assert [one.is_open for one in books.ladders.of(number)].count(True) == 1
