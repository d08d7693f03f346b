"""Whoever asked in a chat reads there how it goes: one line, now and then, and never what the desk's people say."""

from datetime import timedelta

import pytest

from intake.desk.outbound import Outbound
from intake.domain import deed as d
from intake.domain.channel import Channel
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal, Role
from intake.domain.ticket import State
from tests.chat.chat_desk import WHO, ChatDesk, person
from tests.chat.posted import claims, posts, with_rooms_for_both
from tests.desk.at_the_desk import mail

BOSS = Principal(name="Boss", role=Role.ADMIN)
only_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def asked(desk: ChatDesk, who: str = "ann") -> int:
    number = desk.hears(desk.said(who, "The printer is broken"), "broken").ticket
    assert number is not None
    posts(desk)
    return number


def lines(desk: ChatDesk) -> list[Outbound]:
    found = [(one.delivery.notice, one) for one in posts(desk)]
    return [one for notice, one in found if notice is not None and notice.kind is NoticeKind.PROGRESS]


def test_who_asked_hears_that_it_is_worked_on_in_their_own_thread(desk: ChatDesk) -> None:
    message = desk.said("ann", "The printer is broken")
    number = desk.hears(message, "broken").ticket
    posts(desk)
    desk.does("kim", d.Take(), ticket=number or 0)
    (line,) = lines(desk)
    assert line.delivery.address == WHO["ann"]
    assert [ref.value for ref in line.answers] == [message.external_id]
    assert line.ticket.state is State.IN_PROGRESS
    assert line.delivery.notice is not None
    assert line.delivery.notice.fields == {}  # what it says the ticket tells


@only_sqlite
def test_of_what_happens_within_five_minutes_only_the_end_is_told(desk: ChatDesk) -> None:
    number = asked(desk)
    desk.at.does(d.Take(), BOSS, ticket=number)
    assert len(lines(desk)) == 1
    desk.at.does(d.Hold(reason="secret reason", until=desk.at.clock() + timedelta(days=1)), BOSS, ticket=number)
    desk.at.does(d.Resume(), BOSS, ticket=number)
    desk.at.does(d.Escalate(reason="secret reason", tried="nothing"), BOSS, ticket=number)
    assert lines(desk) == []
    desk.at.clock.advance(minutes=5)
    (line,) = lines(desk)
    assert line.ticket.assignment_group == "cio"


@only_sqlite
def test_the_end_of_a_hold_and_a_clock_are_told_as_deeds_are(desk: ChatDesk) -> None:
    number = asked(desk)
    desk.at.does(d.Hold(reason="x", until=desk.at.clock() + timedelta(minutes=30)), BOSS, ticket=number)
    assert [line.ticket.state for line in lines(desk)] == [State.ON_HOLD]
    desk.at.clock.advance(minutes=30)
    desk.at.fires_what_is_due()
    assert [line.ticket.state for line in lines(desk)] == [State.NEW]
    for _ in range(12):
        desk.at.clock.advance(hours=4)
        desk.at.fires_what_is_due()
    assert lines(desk)[-1].ticket.assignment_group != "support"


@only_sqlite
def test_nothing_is_told_of_what_they_cannot_see(desk: ChatDesk) -> None:
    number = asked(desk)
    for deed in (d.Note(text="x"), d.Link(other=asked(desk, "bob"))):
        desk.at.does(deed, BOSS, ticket=number)
    assert lines(desk) == []


@only_sqlite
def test_an_answer_and_an_end_say_it_themselves(desk: ChatDesk) -> None:
    number = asked(desk)
    desk.at.does(d.Take(), BOSS, ticket=number)
    desk.at.does(d.Resolve(text="It prints again."), BOSS, ticket=number)
    assert [line.ticket.state for line in lines(desk)] in ([], [State.IN_PROGRESS])
    assert desk.at.ticket(number).state is State.RESOLVED
    desk.at.does(d.Reopen(reason="x"), BOSS, ticket=number)
    desk.at.does(d.Resolve(text="Now it does."), BOSS, ticket=number)
    posts(desk)
    desk.at.clock.advance(minutes=6)
    assert lines(desk) == []  # "it is worked on" would come after the final response


@only_sqlite
def test_a_ticket_that_was_merged_is_not_called_ended(desk: ChatDesk) -> None:
    number, other = asked(desk), asked(desk, "bob")
    desk.at.does(d.Merge(into=other), BOSS, ticket=number)
    assert lines(desk) == []
    desk.at.does(d.Cancel(reason="a test"), BOSS, ticket=other)
    assert [line.ticket.state for line in lines(desk)] == [State.CANCELED]


@only_sqlite
def test_whoever_wrote_a_mail_hears_nothing_of_it(desk: ChatDesk) -> None:
    number = desk.at.hears(mail()).ticket
    posts(desk)
    desk.at.does(d.Take(), BOSS, ticket=number or 0)
    assert [one for one in desk.at.claims(Channel.EMAIL, Channel.SLACK) if _is_progress(one)] == []


@only_sqlite
def test_no_reason_and_no_name_is_in_it(desk: ChatDesk) -> None:
    with_rooms_for_both(desk)
    number = asked(desk)
    desk.at.does(d.Hold(reason="waits for SECRET"), BOSS, ticket=number)
    (line,) = [one for one in claims(desk) if _is_progress(one)]
    assert line.about == ()
    assert line.shown is None
    assert line.person is None or line.person.id == person("ann").value


def _is_progress(outbound: Outbound) -> bool:
    notice = outbound.delivery.notice
    return notice is not None and notice.kind is NoticeKind.PROGRESS
