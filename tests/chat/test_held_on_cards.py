"""What waits for somebody to accept or reject it stands on the card, however much came since."""

import pytest

from intake.domain import deed as d
from intake.domain.channel import Channel
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role
from storage.store import SqlStore
from tests.chat.chat_desk import WHO, ChatDesk, chat_desk
from tests.chat.posted import posts
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

BOSS = Principal(name="Boss", role=Role.ADMIN)


@pytest.fixture
def desk(store: SqlStore) -> ChatDesk:
    return chat_desk(store)


def held_on_the_card(desk: ChatDesk) -> tuple[list[str], int]:
    shown = [one.shown for one in posts(desk) if one.delivery.mirror is not None][-1]
    assert shown is not None
    return [one.body for one in shown.held], shown.held_in_all


def test_those_that_have_waited_longest_stand_there_and_the_rest_is_counted(desk: ChatDesk) -> None:
    number = desk.hears(desk.said("ann", "The printer is broken", room="help"), "broken").ticket
    assert number is not None
    posts(desk)
    news = f"D{WHO['bob']}/{desk.moment()}"
    with desk.at.store.begin() as books:
        thread = ThreadRef(channel=Channel.SLACK, kind=ThreadKind.CONVERSATION, value=news)
        books.threads.bind([thread], number)
    for count in range(30):
        desk.hears(desk.said("bob", f"me too {count}", thread=news))
    assert held_on_the_card(desk) == ([f"me too {count}" for count in range(5)], 30)
    newest = [one.id for one in desk.messages(number) if one.held][-20:]
    for message in newest:
        desk.at.does(d.RejectReply(message=message, reason="said before"), BOSS, ticket=number)
    assert held_on_the_card(desk) == ([f"me too {count}" for count in range(5)], 10)
    desk.at.does(d.AcceptReply(message=next(one.id for one in desk.messages(number) if one.held)), BOSS, ticket=number)
    assert held_on_the_card(desk) == ([f"me too {count}" for count in range(1, 6)], 9)
