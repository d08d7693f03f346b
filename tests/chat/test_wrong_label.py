"""Whoever asked says that the desk has read them wrongly."""

import pytest

from intake.domain.deed import CorrectKind, Relabel, Undo
from intake.domain.event import EventKind
from intake.domain.label import Kind, Level
from intake.domain.page import RunState
from intake.domain.receipt import Outcome, Refusal
from storage.store import SqlStore
from tests.chat.chat_desk import ChatDesk, chat_desk
from tests.desk.on_call import states
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]


@pytest.fixture
def desk(store: SqlStore) -> ChatDesk:
    return chat_desk(store)


def asked(desk: ChatDesk, text: str = "the printer is broken", label: str = "broken") -> int:
    number = desk.hears(desk.said("ann", text), label).ticket
    assert number is not None
    return number


def test_their_word_counts_and_the_desk_learns_from_it(desk: ChatDesk) -> None:
    number = asked(desk)
    assert desk.does("ann", CorrectKind(kind=Kind.SERVICE_REQUEST), ticket=number).outcome is Outcome.APPLIED
    ticket = desk.at.ticket(number)
    assert (ticket.kind, ticket.category) == (Kind.SERVICE_REQUEST, None)
    with desk.at.store.begin() as books:
        correction = books.corrections.newest(number)
    assert correction is not None
    assert correction.after.kind is Kind.SERVICE_REQUEST


def test_it_counts_once_and_staff_can_undo_it(desk: ChatDesk) -> None:
    number = asked(desk)
    desk.does("ann", CorrectKind(kind=Kind.SERVICE_REQUEST), ticket=number)
    assert desk.does("ann", CorrectKind(kind=Kind.ENHANCEMENT), ticket=number).refusal is Refusal.CONFLICT
    event = next(one for one in desk.at.story(number).events if one.kind is EventKind.RELABELLED)
    desk.at.does(Undo(event=event.id), "root", ticket=number)
    assert desk.at.ticket(number).kind is Kind.INCIDENT


def test_what_an_agent_has_judged_stands(desk: ChatDesk) -> None:
    number = asked(desk)
    desk.at.does(Relabel(impact=Level.MEDIUM), "root", ticket=number)
    assert desk.does("ann", CorrectKind(kind=Kind.SERVICE_REQUEST), ticket=number).refusal is Refusal.CONFLICT
    assert desk.at.ticket(number).kind is Kind.INCIDENT


def test_nobody_sends_away_by_a_menu_who_was_woken(desk: ChatDesk) -> None:
    number = asked(desk, "the whole plant is down", "burning")
    assert desk.does("ann", CorrectKind(kind=Kind.SERVICE_REQUEST), ticket=number).refusal is Refusal.CONFLICT
    assert desk.at.ticket(number).kind is Kind.INCIDENT
    assert states(desk.at, number) == [RunState.RUNNING]


def test_it_is_for_whoever_asked(desk: ChatDesk) -> None:
    number = asked(desk)
    for who in ("bob", "kim"):
        assert desk.does(who, CorrectKind(kind=Kind.SERVICE_REQUEST), ticket=number).refusal is Refusal.FORBIDDEN


def test_what_nobody_could_label_is_answered_as_the_question_is(desk: ChatDesk) -> None:
    number = asked(desk, "hello there, about the thing", "none")
    assert desk.does("ann", CorrectKind(kind=Kind.INCIDENT), ticket=number).outcome is Outcome.APPLIED
    assert any(one.kind is EventKind.QUESTION_ANSWERED for one in desk.at.story(number).events)
