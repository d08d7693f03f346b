"""Conversations as the workspace tells of them, read by the channel and heard by the desk."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from channels.slack.reading.parse import parse
from intake.desk.incoming import understand
from intake.desk.policy_file.chat import ChatPolicy, RequestRoom, Take
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.receipt import Outcome, Receipt
from storage.store import SqlStore
from tests.chat.chat_desk import ChatDesk, chat_policy
from tests.desk.at_the_desk import AtTheDesk
from tests.slack.events import app_mention, changed, direct_message, message
from tests.slack.ids import BEN, GENERAL, HELP, MENTION, Payload, ts
from tests.stores import sqlite_template, store
from tests.texts.text_desk import BROKEN

__all__ = ["sqlite_template", "store"]


def told_of(store: SqlStore) -> ChatDesk:
    policy = replace(chat_policy(), chat=ChatPolicy(rooms={HELP: RequestRoom(id=HELP)}))
    desk = ChatDesk(at=AtTheDesk(store=store, policy=policy, senders=(Channel.EMAIL, Channel.SLACK)))
    desk.at.classifier.label = BROKEN
    return desk


def tells(desk: ChatDesk, payload: Payload, at: str) -> Receipt:
    desk.at.clock.now = datetime.fromtimestamp(float(at) + 1, UTC)
    raw = json.dumps(payload).encode()
    arrival = Arrival(channel=Channel.SLACK, received_at=desk.at.clock(), raw=raw, envelope={"kind": "event", "retry": ""})
    with desk.at.store.begin() as books:
        return desk.at.desk.receive(understand(arrival, parse, desk.at.classifier), books)


def test_a_message_that_names_the_desk_comes_as_two_events_and_is_one_ticket(store: SqlStore) -> None:
    desk = told_of(store)
    words = f"{MENTION} the printer is broken"
    first = tells(desk, app_mention(words, room=GENERAL, at=ts(0)), ts(0))
    second = tells(desk, message(words, room=GENERAL, at=ts(0)), ts(1))
    assert (first.outcome, second.duplicate, second.ticket) == (Outcome.OPENED, True, first.ticket)
    assert len(desk.numbers()) == 1


def test_talk_into_which_somebody_puts_the_desks_name_is_a_ticket(store: SqlStore) -> None:
    desk = told_of(store)
    desk.at.policy = replace(desk.at.policy, chat=ChatPolicy(rooms={HELP: RequestRoom(id=HELP, take=Take.MENTION)}))
    words, edited = f"{MENTION} the printer is broken", ts(20)
    assert tells(desk, message("the printer is broken", at=ts(0)), ts(0)).outcome is Outcome.SUPPRESSED
    assert tells(desk, app_mention(words, at=ts(0), edited=edited), ts(20)).outcome is Outcome.OPENED
    assert tells(desk, app_mention(words, at=ts(0), edited=edited), ts(21)).duplicate
    (number,) = desk.numbers()
    assert [one.body for one in desk.messages(number)] == ["the printer is broken"]


def test_what_is_on_a_ticket_is_not_opened_again_by_the_desks_name(store: SqlStore) -> None:
    desk = told_of(store)
    tells(desk, message("the printer is broken", at=ts(0)), ts(0))
    receipt = tells(desk, app_mention(f"{MENTION} the printer is broken", at=ts(0), edited=ts(20)), ts(20))
    assert (receipt.outcome, len(desk.numbers())) == (Outcome.SUPPRESSED, 1)


def test_a_conversation_in_a_request_channel_is_one_ticket(store: SqlStore) -> None:
    desk = told_of(store)
    opened = tells(desk, message("hi", at=ts(0)), ts(0))
    for payload, second, outcome in (
        (message("the printer is brokn", at=ts(30)), 30, Outcome.APPENDED),
        (changed("the printer is broken", before="the printer is brokn", at=ts(30), edited=ts(40)), 40, Outcome.APPLIED),
        (message("mine too", user=BEN, at=ts(400), thread=ts(0)), 400, Outcome.APPENDED),
        (message("and the second one", at=ts(500), thread=ts(30)), 500, Outcome.APPENDED),
    ):
        receipt = tells(desk, payload, ts(second))
        assert (receipt.outcome, receipt.ticket) == (outcome, opened.ticket), receipt
    assert [one.body for one in desk.messages(desk.numbers()[0])] == [
        "hi",
        "the printer is broken",
        "mine too",
        "and the second one",
    ]


def test_what_is_said_to_the_desk_alone_goes_on_with_it(store: SqlStore) -> None:
    desk = told_of(store)
    opened = tells(desk, direct_message("the printer is broken", at=ts(0)), ts(0))
    more = tells(desk, direct_message("it shows error 4", at=ts(60)), ts(60))
    below = tells(desk, direct_message("and it beeps", at=ts(7200), thread=ts(60)), ts(7200))
    assert {opened.ticket} == {more.ticket, below.ticket} == set(desk.numbers())
