"""A ticket's card stands in the channel of the team that has it, is never older than the ticket, and never stands twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from intake.desk.outbound import Outbound
from intake.desk.policy import MirrorRule
from intake.domain import deed as d
from intake.domain.channel import Channel
from intake.domain.delivery import DeliveryState
from intake.domain.errors import DeliveryError
from intake.domain.event import EventKind
from intake.domain.label import Kind, Level
from intake.domain.message import ThreadKind
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal, Role
from intake.domain.ticket import State
from storage.store import SqlStore
from tests.chat.chat_desk import ROOMS, ChatDesk, chat_desk, chat_policy
from tests.chat.posted import CIO_ROOM, cards, claims, post, posts, told, with_rooms_for_both
from tests.desk.at_the_desk import mail
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

Path = Callable[[ChatDesk, int], Sequence[Outbound] | None]
TRIAGE = ROOMS["triage"]
BOSS = Principal(name="Boss", role=Role.ADMIN)
only_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def desk(store: SqlStore) -> ChatDesk:
    return with_rooms_for_both(chat_desk(store))


def ticket_of(desk: ChatDesk, text: str = "The printer is broken") -> int:
    number = desk.hears(desk.said("ann", text, room="help"), "broken").ticket
    assert number is not None
    return number


def test_a_card_tells_who_asked_where_and_what(desk: ChatDesk) -> None:
    number = ticket_of(desk)
    (card,) = [one for one in posts(desk) if one.delivery.mirror is not None]
    shown = card.shown
    assert card.delivery.address == TRIAGE
    assert shown is not None
    assert shown.asked is not None
    assert shown.asked.body == "The printer is broken"
    assert shown.caller is not None
    assert shown.caller.name == "Ann"
    assert shown.clocks is not None
    assert shown.clocks.ticket == number
    assert shown.room is None or shown.room.id == ROOMS["help"]


def test_a_ticket_that_is_handed_over_leaves_a_line_and_gets_a_card_at_its_new_team(desk: ChatDesk) -> None:
    number = ticket_of(desk)
    posts(desk)
    desk.at.does(d.Escalate(reason="needs the database", tried="restarted it"), BOSS, ticket=number)
    posted = posts(desk)
    assert cards(posted) == [(number, TRIAGE, True), (number, CIO_ROOM, False)]
    desk.at.does(d.Return(reason="it is the printer after all"), BOSS, ticket=number)
    again = posts(desk)
    assert sorted(cards(again)) == sorted([(number, TRIAGE, False), (number, CIO_ROOM, True)])
    anew = next(one.mirror for one in again if one.mirror is not None and one.mirror.address == TRIAGE)
    assert anew.ref == ""  # a new one, below what was said since
    former = next(ref for one in again if one.mirror is anew for ref in one.elsewhere)
    assert former == next(one.mirror.ref for one in posted if one.mirror is not None and one.mirror.over)


def test_why_it_was_handed_over_stands_under_the_new_card(desk: ChatDesk) -> None:
    number = ticket_of(desk)
    posts(desk)
    desk.at.does(d.Escalate(reason="needs the database", tried="restarted it"), BOSS, ticket=number)
    posts(desk)
    desk.at.clock.advance(seconds=4)
    (news,) = [one for one in posts(desk) if one.delivery.notice is not None]
    assert news.delivery.notice is not None
    assert news.delivery.notice.kind is NoticeKind.ARRIVAL
    assert (news.delivery.notice.fields["why"], news.delivery.notice.fields["tried"]) == ("needs the database", "restarted it")
    assert news.mirror is not None
    assert (news.mirror.address, news.mirror.ticket) == (CIO_ROOM, number)


def test_a_team_without_a_channel_has_no_card(desk: ChatDesk) -> None:
    desk.at.policy = chat_policy()
    number = ticket_of(desk)
    posts(desk)
    desk.at.does(d.Escalate(reason="x", tried="y"), BOSS, ticket=number)
    assert cards(posts(desk)) == [(number, TRIAGE, True)]


def test_a_ticket_that_moves_before_its_card_was_posted_is_never_shown_there(desk: ChatDesk) -> None:
    number = ticket_of(desk)
    desk.at.does(d.Escalate(reason="x", tried="y"), BOSS, ticket=number)
    assert cards(posts(desk)) == [(number, CIO_ROOM, False)]


def test_a_card_that_was_on_its_way_when_the_ticket_moved_says_that_it_has(desk: ChatDesk) -> None:
    number = ticket_of(desk)
    (card,) = [one for one in claims(desk) if one.delivery.mirror is not None]
    desk.at.does(d.Escalate(reason="x", tried="y"), BOSS, ticket=number)
    ref = post(desk, card)
    posted = posts(desk)
    assert sorted(cards(posted)) == sorted([(number, TRIAGE, True), (number, CIO_ROOM, False)])
    old = next(one.mirror for one in posted if one.mirror is not None and one.mirror.over)
    assert old.ref == ref


def test_while_a_card_is_on_its_way_no_second_one_is(desk: ChatDesk) -> None:
    number = ticket_of(desk)
    (card,) = [one for one in claims(desk) if one.delivery.mirror is not None]
    desk.at.does(d.Take(), "kim", ticket=number)
    assert cards(claims(desk)) == []
    ref = post(desk, card)
    desk.at.clock.advance(seconds=2)
    assert [one.mirror.ref for one in posts(desk) if one.mirror is not None] == [ref]


def test_notes_find_their_way_from_the_old_card_and_from_the_new_one(desk: ChatDesk) -> None:
    number = ticket_of(desk)
    old = next(post(desk, one) for one in claims(desk) if one.delivery.mirror is not None)
    desk.at.does(d.Escalate(reason="x", tried="y"), BOSS, ticket=number)
    new = next(post(desk, one) for one in claims(desk) if one.mirror is not None and not one.mirror.over)
    desk.hears(desk.said("kim", "I had restarted it", room="triage", thread=old))
    desk.hears(desk.said("kim", "And the log is full", room="triage", thread=new))
    assert [note.text for note in desk.at.story(number).notes] == ["I had restarted it", "And the log is full"]


def test_a_record_elsewhere_stays_the_tickets_record_wherever_it_goes(desk: ChatDesk) -> None:
    rule = MirrorRule(team="support", channel=Channel.SERVICENOW, address="incident")
    desk.at.policy = replace(chat_policy(), mirrors=(rule,))
    desk.at.senders = (Channel.EMAIL, Channel.SERVICENOW)
    number = ticket_of(desk)
    desk.at.does(d.Escalate(reason="x", tried="y"), BOSS, ticket=number)
    with desk.at.store.begin() as books:
        assert [(one.channel, one.over) for one in books.mirrors.of(number)] == [(Channel.SERVICENOW, False)]


def hold_is_over(desk: ChatDesk, number: int) -> None:
    until = desk.at.clock() + timedelta(hours=1)
    desk.at.does(d.Hold(reason="waits for a part", until=until), BOSS, ticket=number)
    posts(desk)
    desk.at.clock.advance(hours=1)
    desk.at.fires_what_is_due()


def answered(desk: ChatDesk, number: int) -> Sequence[Outbound]:
    desk.at.does(d.Resolve(text="It prints again."), BOSS, ticket=number)
    return posts(desk)


def nobody_objects(desk: ChatDesk, number: int) -> None:
    answered(desk, number)
    desk.at.clock.advance(days=15)
    desk.at.fires_what_is_due()
    assert desk.at.ticket(number).state is State.CLOSED


def clock_runs_out(desk: ChatDesk, number: int) -> None:
    for _ in range(12):
        desk.at.clock.advance(hours=4)
        desk.at.fires_what_is_due()
    assert desk.at.ticket(number).tier > 1


def undone(desk: ChatDesk, number: int) -> None:
    desk.at.does(d.Relabel(kind=Kind.INCIDENT, impact=Level.HIGH, urgency=Level.MEDIUM), BOSS, ticket=number)
    posts(desk)
    event = next(one for one in desk.at.story(number).events if one.kind is EventKind.RELABELLED)
    desk.at.does(d.Undo(event=event.id), BOSS, ticket=number)


def merged(desk: ChatDesk, number: int) -> None:
    into = desk.hears(desk.said("bob", "The printer on floor 3 is on fire", room="help"), "broken").ticket
    assert into is not None
    posts(desk)
    desk.at.does(d.Merge(into=into), BOSS, ticket=number)


def thanks(desk: ChatDesk, number: int) -> None:
    answered(desk, number)
    asked = desk.at.story(number).messages[0]
    with desk.at.store.begin() as books:
        root = next(ref.value for ref in books.threads.names(asked.id) if ref.kind is ThreadKind.CONVERSATION)
    desk.hears(desk.said("ann", "It broke again, the same error", room="help", thread=root), "broken")


def taken(desk: ChatDesk, number: int) -> None:
    desk.does("kim", d.Take(), ticket=number)


def canceled(desk: ChatDesk, number: int) -> None:
    desk.at.does(d.Cancel(reason="a test"), BOSS, ticket=number)


PATHS: tuple[tuple[str, Path], ...] = (
    ("taken", taken),
    ("the time of a hold is over", hold_is_over),
    ("answered for good", answered),
    ("nobody objected", nobody_objects),
    ("a clock ran out", clock_runs_out),
    ("a correction is undone", undone),
    ("merged", merged),
    ("whoever asked says more", thanks),
    ("canceled", canceled),
)


@pytest.mark.parametrize("path", [path for _, path in PATHS], ids=[name for name, _ in PATHS])
@only_sqlite
def test_a_card_is_never_older_than_its_ticket(desk: ChatDesk, path: Path) -> None:
    number = ticket_of(desk)
    drawn = revisions(posts(desk))
    drawn |= revisions(path(desk, number) or ())
    desk.at.clock.advance(seconds=5)
    drawn |= revisions(posts(desk))
    assert drawn
    for shown, revision in drawn.items():
        assert revision == desk.at.ticket(shown).revision


def refuse_cards(desk: ChatDesk) -> None:
    fault = DeliveryError("that channel is not private", permanent=True)
    for outbound in claims(desk):
        if outbound.delivery.mirror is None:
            post(desk, outbound)
            continue
        with desk.at.store.begin() as books:
            desk.at.dispatcher.failed(outbound, fault, books, desk.at.clock())


def revisions(posted: Sequence[Outbound]) -> dict[int, int]:
    """As each ticket was when its card was drawn last."""
    return {one.ticket.number: one.ticket.revision for one in posted if one.delivery.mirror is not None}


def test_what_whoever_asked_adds_stands_under_the_card_when_that_is_posted(desk: ChatDesk) -> None:
    message = desk.said("ann", "The printer is broken", room="help")
    number = desk.hears(message, "broken").ticket
    card = next(one for one in claims(desk) if one.delivery.mirror is not None)
    desk.at.clock.advance(seconds=20)
    desk.hears(desk.said("ann", "It smells of smoke now", room="help", thread=message.external_id), "broken")
    assert NoticeKind.ADDITION not in [kind for kind, _ in told(posts(desk))]
    ref = post(desk, card)
    desk.at.clock.advance(seconds=4)
    (news,) = [one for one in posts(desk) if one.delivery.notice and one.delivery.notice.kind is NoticeKind.ADDITION]
    assert news.mirror is not None
    assert (news.mirror.ref, news.mirror.ticket) == (ref, number)
    assert news.said is not None
    assert news.said.body == "It smells of smoke now"


def test_news_of_a_card_that_can_not_be_posted_is_dropped_in_the_end(desk: ChatDesk) -> None:
    message = desk.said("ann", "The printer is broken", room="help")
    number = desk.hears(message, "broken").ticket
    refuse_cards(desk)
    desk.at.clock.advance(minutes=10)
    desk.hears(desk.said("ann", "It smells of smoke now", room="help", thread=message.external_id), "broken")
    refuse_cards(desk)
    desk.at.clock.advance(hours=2)
    assert NoticeKind.ADDITION not in [kind for kind, _ in told(posts(desk))]
    news = [one for one in desk.at.story(number).deliveries if one.notice and one.notice.kind is NoticeKind.ADDITION]
    assert {one.state for one in news if one.channel is Channel.SLACK} == {DeliveryState.CANCELED}


@only_sqlite
def test_the_gate_bounds_what_is_told_in_one_room(desk: ChatDesk) -> None:
    gate = replace(desk.at.policy.gate, digest_lines_per_recipient=3)
    desk.at.policy = replace(desk.at.policy, gate=gate)
    message = desk.said("ann", "The printer is broken", room="help")
    number = desk.hears(message, "broken").ticket
    for count in range(5):
        desk.at.clock.advance(seconds=30)
        desk.hears(desk.said("ann", f"page {count} is blank", room="help", thread=message.external_id), "broken")
    states = [one.state for one in desk.at.story(number).deliveries if one.address == TRIAGE and one.notice is not None]
    assert states.count(DeliveryState.HELD) == 2
    assert [one.state for one in desk.at.story(number).deliveries if one.mirror is not None] == [DeliveryState.QUEUED]


@only_sqlite
def test_a_card_that_is_refused_is_not_tried_again_and_again(desk: ChatDesk) -> None:
    ticket_of(desk)
    refuse_cards(desk)
    assert cards(claims(desk)) == []


@only_sqlite
def test_a_ticket_from_mail_is_shown_as_well(desk: ChatDesk) -> None:
    number = desk.at.hears(mail()).ticket
    (card,) = [one for one in posts(desk) if one.delivery.mirror is not None]
    assert card.ticket.number == number
    assert card.shown is not None
    assert card.shown.room is None
