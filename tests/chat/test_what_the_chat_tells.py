"""What a chat tells the desk beside messages is written down, and asked about where it does not say enough."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.desk.policy import MirrorRule
from intake.desk.policy_file.chat import ChatPolicy, RequestRoom
from intake.domain.channel import Channel
from intake.domain.chat import Installation, LookupKind
from intake.domain.deed import (
    Deed,
    GroupChanged,
    InstallationEnded,
    MarkMessage,
    PersonChanged,
    RoomShared,
    Throttled,
)
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome, Refusal
from storage.store import SqlStore
from tests.chat.people_desk import ANN, GROUP, KIM, OURS, ROOM, PeopleDesk, people_desk, slack
from tests.desk.at_the_desk import ANN as ANN_BY_MAIL
from tests.desk.at_the_desk import mail
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

NAME = f"{ROOM}/1770000000.000100"
MARK = MarkMessage(workspace=OURS, message=NAME, emoji="ticket", author=ANN.id)
INSTALLED = Installation(
    id=0,
    enterprise="",
    workspace=OURS,
    name="Ours",
    bot_user="U0DESK00001",
    bot="B0DESK00001",
    scopes=("chat:write",),
    sealed="sealed",
    installed_by=KIM.id,
    installed_at=ANN.looked_up_at,  # type: ignore[arg-type] # it has one
)


@pytest.fixture
def desk(store: SqlStore) -> PeopleDesk:
    return people_desk(store)


only_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def test_a_marked_message_is_looked_up_with_who_marked_it(desk: PeopleDesk) -> None:
    desk.learns(KIM)
    assert desk.does(KIM.id, MARK).outcome is Outcome.APPLIED
    assert desk.does(ANN.id, MARK).outcome is Outcome.APPLIED
    found = {one.subject: one for one in desk.asks()}
    lookup = found[NAME]
    assert (lookup.kind, lookup.by, lookup.author, lookup.workspace) == (LookupKind.MESSAGE, KIM.id, ANN.id, OURS)
    assert set(found) == {NAME, ANN.id}  # who is not known yet is looked up as well


def test_a_message_that_is_on_a_ticket_is_not_looked_up(desk: PeopleDesk) -> None:
    name = ThreadRef(channel=Channel.SLACK, kind=ThreadKind.MESSAGE_ID, value=NAME)
    desk.at.hears(mail(author=ANN_BY_MAIL, known_as=(name,)))
    assert "already" in desk.does(KIM.id, MARK).reason
    assert NAME not in {one.subject for one in desk.asks()}


@only_sqlite
def test_what_a_team_says_in_its_own_channel_becomes_no_ticket(desk: PeopleDesk) -> None:
    rule = MirrorRule(team="support", channel=Channel.SLACK, address=ROOM)
    desk.at.policy = replace(desk.at.policy, mirrors=(rule,))
    assert desk.does(KIM.id, MARK).refusal is Refusal.CONFLICT
    assert NAME not in {one.subject for one in desk.asks()}


@only_sqlite
def test_each_channel_has_its_own_reaction(desk: PeopleDesk) -> None:
    rooms = {ROOM: RequestRoom(id=ROOM, emoji="sos")}
    desk.at.policy = replace(desk.at.policy, chat=ChatPolicy(rooms=rooms))
    assert desk.does(KIM.id, MARK).outcome is Outcome.SUPPRESSED
    assert desk.does(KIM.id, replace(MARK, emoji="sos")).outcome is Outcome.APPLIED


@only_sqlite
@pytest.mark.parametrize(
    "deed",
    [
        RoomShared(workspace=OURS, room=ROOM, shared=False),
        PersonChanged(workspace=OURS, person=KIM.id),
        GroupChanged(workspace=OURS, group=GROUP),
        InstallationEnded(workspace=OURS, why="app_uninstalled"),
        Throttled(workspace=OURS),
    ],
    ids=lambda deed: deed.verb,
)
def test_only_the_chat_itself_says_what_becomes_of_it(desk: PeopleDesk, deed: Deed) -> None:
    by = Principal(name=KIM.id, role=Role.REQUESTER, address=slack(KIM.id))
    assert desk.hears_of(deed, by).refusal is Refusal.FORBIDDEN
    assert desk.hears_of(deed).outcome is Outcome.APPLIED


def test_a_room_is_shared_with_another_company_and_no_longer(desk: PeopleDesk) -> None:
    desk.hears_of(RoomShared(workspace=OURS, room=ROOM, shared=True))
    assert desk.is_shared()
    desk.hears_of(RoomShared(workspace=OURS, room=ROOM, shared=False))
    assert not desk.is_shared()


def test_who_is_in_a_staff_group_is_asked_when_it_changes(desk: PeopleDesk) -> None:
    desk.hears_of(GroupChanged(workspace=OURS, group=GROUP))
    desk.hears_of(GroupChanged(workspace=OURS, group="S0SPORTS001"))
    assert [(one.kind, one.subject) for one in desk.asks()] == [(LookupKind.GROUP, GROUP)]


@only_sqlite
def test_staff_groups_are_asked_every_ten_minutes_by_one_replica(desk: PeopleDesk) -> None:
    asked = []
    for _ in range(3):
        with desk.at.store.begin() as books:
            desk.at.desk.lookups.want_groups(books, desk.now)
        lookups = desk.asks()
        asked.append([one.subject for one in lookups])
        for lookup in lookups:
            desk.fails(lookup)
        desk.at.clock.advance(minutes=6)
    assert asked == [[GROUP], [], [GROUP]]


def test_a_profile_of_nobody_whom_the_desk_knows_is_not_looked_up(desk: PeopleDesk) -> None:
    desk.hears_of(PersonChanged(workspace=OURS, person=KIM.id))
    assert not desk.asks()
    desk.learns(KIM)
    desk.hears_of(PersonChanged(workspace=OURS, person=KIM.id))
    assert [one.subject for one in desk.asks()] == [KIM.id]


def test_where_somebody_takes_the_desk_out_it_is_installed_no_longer(desk: PeopleDesk) -> None:
    with desk.at.store.begin() as books:
        books.installations.add(replace(INSTALLED, id=books.next_id()))
        books.installations.add(replace(INSTALLED, id=books.next_id(), workspace="T0OTHER0001"))
    desk.hears_of(InstallationEnded(workspace=OURS, why="app_uninstalled"))
    with desk.at.store.begin() as books:
        assert [one.workspace for one in books.installations.living()] == ["T0OTHER0001"]


def test_what_comes_late_does_not_end_what_was_installed_since(desk: PeopleDesk) -> None:
    """Slack brings an event again for five minutes: somebody may have installed the desk anew by then."""
    with desk.at.store.begin() as books:
        books.installations.add(replace(INSTALLED, id=books.next_id(), installed_at=desk.now + timedelta(minutes=3)))
    assert "anew" in desk.hears_of(InstallationEnded(workspace=OURS, why="app_uninstalled")).reason
    with desk.at.store.begin() as books:
        assert [one.workspace for one in books.installations.living()] == [OURS]


@only_sqlite
def test_what_nobody_can_answer_is_given_up(desk: PeopleDesk) -> None:
    """A message sooner than the rest: somebody waits for it."""
    desk.does(ANN.id, MARK)
    tries, waits = dict[LookupKind, int](), dict[LookupKind, timedelta]()
    begun = desk.now
    for _ in range(200):
        for lookup in desk.asks():
            desk.fails(lookup, permanent=False)
            tries[lookup.kind] = lookup.attempts
            waits[lookup.kind] = desk.now - begun
        desk.at.clock.advance(minutes=10)
    assert timedelta(minutes=50) <= waits[LookupKind.MESSAGE] <= timedelta(hours=1)
    assert timedelta(hours=23) <= waits[LookupKind.PERSON] <= timedelta(days=1)
    assert tries[LookupKind.MESSAGE] >= 5
