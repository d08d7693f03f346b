"""A major incident is shown as any ticket is, though nobody asked for it, and its reports' cards say what they are part of."""

from dataclasses import replace

import pytest

from intake.desk.policy import MirrorRule
from intake.domain import deed as d
from intake.domain.channel import Channel
from intake.domain.principal import Principal, Role
from intake.domain.ticket import State
from storage.store import SqlStore
from tests.chat.chat_desk import ChatDesk
from tests.chat.posted import posts
from tests.storms.stormy_desk import StormyDesk, policy

ROOM = "C0TRIAGE"
BOSS = Principal(name="Boss", role=Role.ADMIN)
pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def stormy(store: SqlStore) -> StormyDesk:
    rules = tuple(MirrorRule(team=team, channel=Channel.SLACK, address=ROOM) for team in ("support", "cio"))
    desk = StormyDesk(store=store, policy=policy(), senders=(Channel.EMAIL, Channel.SLACK))
    desk.policy = replace(desk.policy, mirrors=rules)
    return desk


def shown(desk: StormyDesk) -> dict[int, tuple[int | None, State]]:
    """By ticket, as each card was drawn last: what it is part of, and its state."""
    return {
        one.ticket.number: (one.ticket.parent, one.ticket.state)
        for one in posts(ChatDesk(at=desk))
        if one.delivery.mirror is not None
    }


def test_parent_and_reports_are_shown_and_end_together(stormy: StormyDesk) -> None:
    drawn: dict[int, tuple[int | None, State]] = {}
    for number in range(1, 6):
        stormy.many_report(1, first=number)
        drawn |= shown(stormy)
    while not stormy.storm.formed_at:
        stormy.does(d.ConfirmStorm(), BOSS, ticket=stormy.parent)
    drawn |= shown(stormy)
    reports = [member.ticket for member in stormy.members()]
    assert drawn[stormy.parent][0] is None
    assert {drawn[number][0] for number in reports} == {stormy.parent}
    stormy.does(d.Resolve(text="The gateway is up again."), BOSS, ticket=stormy.parent)
    stormy.sends()
    stormy.clock.advance(minutes=11)
    stormy.fires_what_is_due()
    drawn |= shown(stormy)
    for number in (stormy.parent, *reports):
        assert drawn[number][1] is stormy.ticket(number).state
    assert drawn[stormy.parent][1] is State.RESOLVED


def test_a_report_that_leaves_is_shown_as_standing_alone(stormy: StormyDesk) -> None:
    stormy.many_report(5)
    if not stormy.storm.formed_at:
        stormy.does(d.ConfirmStorm(), BOSS, ticket=stormy.parent)
    assert any(parent == stormy.parent for parent, _ in shown(stormy).values())
    stormy.does(d.DissolveStorm(reason="two causes"), BOSS, ticket=stormy.parent)
    assert {parent for parent, _ in shown(stormy).values()} == {None}
