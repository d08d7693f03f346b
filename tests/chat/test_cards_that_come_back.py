"""A ticket that comes back to a team: one card of it can be pressed there, whatever had left before."""

import pytest

from intake.domain import deed as d
from intake.domain.delivery import DeliveryState, SentRef
from intake.domain.errors import DeliveryError
from intake.domain.principal import Principal, Role
from storage.store import SqlStore
from tests.chat.chat_desk import ROOMS, ChatDesk, chat_desk
from tests.chat.posted import CIO_ROOM, cards, claims, post, posts, with_rooms_for_both
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

TRIAGE = ROOMS["triage"]
BOSS = Principal(name="Boss", role=Role.ADMIN)


@pytest.fixture
def desk(store: SqlStore) -> ChatDesk:
    return with_rooms_for_both(chat_desk(store))


def ticket_of(desk: ChatDesk) -> int:
    number = desk.hears(desk.said("ann", "The printer is broken", room="help"), "broken").ticket
    assert number is not None
    return number


def there_and_back(desk: ChatDesk, number: int) -> None:
    desk.at.does(d.Escalate(reason="x", tried="y"), BOSS, ticket=number)
    desk.at.does(d.Return(reason="it is the printer"), BOSS, ticket=number)


def test_one_that_comes_back_before_anybody_saw_it_go_stays_the_same_card(desk: ChatDesk) -> None:
    number = ticket_of(desk)
    old = next(post(desk, one) for one in claims(desk) if one.delivery.mirror is not None)
    there_and_back(desk, number)
    posted = posts(desk)
    assert cards(posted) == [(number, TRIAGE, False)]
    assert [one.mirror.ref for one in posted if one.delivery.mirror is not None and one.mirror is not None] == [old]


def test_one_whose_line_is_on_its_way_when_it_comes_back_is_drawn_once_more(desk: ChatDesk) -> None:
    """Whether that line gets there or not."""
    number = ticket_of(desk)
    old = next(post(desk, one) for one in claims(desk) if one.delivery.mirror is not None)
    desk.at.does(d.Escalate(reason="x", tried="y"), BOSS, ticket=number)
    on_their_way = claims(desk)
    desk.at.does(d.Return(reason="it is the printer"), BOSS, ticket=number)
    for outbound in on_their_way:
        with desk.at.store.begin() as books:
            desk.at.dispatcher.failed(outbound, DeliveryError("broken", permanent=False), books, desk.at.clock())
    desk.at.clock.advance(seconds=2)
    again = posts(desk)
    assert cards(again) == [(number, TRIAGE, False)]
    assert [one.mirror.ref for one in again if one.delivery.mirror is not None and one.mirror is not None] == [old]


def test_one_that_had_gone_for_all_to_see_comes_back_as_a_new_one(desk: ChatDesk) -> None:
    number = ticket_of(desk)
    old = next(post(desk, one) for one in claims(desk) if one.delivery.mirror is not None)
    desk.at.does(d.Escalate(reason="x", tried="y"), BOSS, ticket=number)
    posts(desk)
    desk.at.does(d.Return(reason="it is the printer"), BOSS, ticket=number)
    again = [one for one in posts(desk) if one.delivery.mirror is not None]
    (anew,) = [one for one in again if one.mirror is not None and one.mirror.address == TRIAGE]
    assert anew.mirror is not None
    assert (anew.mirror.ref, anew.mirror.over) == ("", False)
    assert old in anew.elsewhere  # it is not what an earlier try may have left there
    assert (number, CIO_ROOM, True) in cards(again)


def test_the_answer_to_a_room_that_is_gone_begins_a_thread_in_the_direct_messages(desk: ChatDesk) -> None:
    number = ticket_of(desk)
    posts(desk)
    desk.at.does(d.Reply(text="Please turn it off and on"), BOSS, ticket=number)
    (answer,) = [one for one in claims(desk) if one.reply is not None]
    root = f"D{answer.delivery.address}/{desk.moment()}"
    with desk.at.store.begin() as books:
        desk.at.dispatcher.sent(answer, SentRef(value=root), books, desk.at.clock())
    with desk.at.store.begin() as books:
        sent = books.outbox.get(answer.delivery.id)
        assert sent is not None
        assert sent.state is DeliveryState.DELIVERED
        assert root in {ref.value for ref in books.threads.conversations(number, answer.delivery.channel)}
