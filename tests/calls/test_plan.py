"""Whom a caller is connected with: pure, from the policy alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from intake.desk.calls.plan import MOST_AT_ONCE, Attempt, connecting_takes, people_to_connect
from intake.desk.policy import Policy
from intake.domain.label import Kind, Priority
from intake.domain.ticket import Tier
from tests.calls.call_desk import PHONES, call_policy

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # Kim's week


def plan(
    policy: Policy, tier: Tier = Tier.SUPPORT, group: str = "support", priority: Priority = Priority.P1
) -> list[list[str]]:
    return [[one.phone for one in attempt.callees] for attempt in attempts(policy, tier, group, priority)]


def attempts(
    policy: Policy, tier: Tier = Tier.SUPPORT, group: str = "support", priority: Priority = Priority.P1
) -> tuple[Attempt, ...]:
    return people_to_connect(policy, kind=Kind.INCIDENT, priority=priority, tier=tier, assignment_group=group, now=NOW)


def on_call_of(policy: Policy) -> str:
    found = plan(policy, Tier.TEAM, "cio")
    return found[0][0]


def test_the_ladders_people_are_rung_step_by_step_whatever_it_pages_them_by() -> None:
    by_mail = call_policy(
        '[[ladder]]\nname = "x"\npriorities = ["P1"]\nsteps = [{ page = "on_call", tier = 1, wait_minutes = 5 }]'
    )
    assert plan(by_mail) == [[PHONES["Ben"]]]
    found = attempts(call_policy())
    assert [len(one.callees) for one in found] == [1, 1, 1]
    assert found[0].whom == "Ben (on call for IT Support)"
    assert found[0].callees[0].agent == "Ben"


def test_steps_below_the_tickets_tier_are_left_out_and_nobody_is_rung_twice() -> None:
    assert PHONES["Ben"] not in [phone for step in plan(call_policy(), Tier.TEAM, "cio") for phone in step]
    twice = call_policy(
        '[[ladder]]\nname = "x"\npriorities = ["P1"]\nsteps = ['
        '{ page = "Kim", by = ["phone"], wait_minutes = 5, repeat = 3 }, { page = "team", tier = 2, wait_minutes = 5 }]'
    )
    assert plan(twice) == [[PHONES["Kim"]], [PHONES["Cleo"]]]


def test_without_a_ladder_whoever_is_on_call_at_its_tier_then_tier_two_then_the_leads() -> None:
    policy = call_policy(
        '[[ladder]]\nname = "x"\npriorities = ["P1"]\nsteps = [{ page = "on_call", tier = 1, wait_minutes = 5 }]'
    )
    found = plan(policy, priority=Priority.P2)
    assert [len(one) for one in found] == [1, 1, 1]
    assert found[0] == [PHONES["Ben"]]
    assert found[2] == [PHONES["Lee"]]


def test_a_ladder_that_reaches_nobody_by_phone_leaves_it_to_those_on_call() -> None:
    policy = call_policy()
    without = {name: replace(agent, phone="") if name == "Ben" else agent for name, agent in policy.agents.items()}
    assert plan(replace(policy, agents=without))[0] == [on_call_of(policy)]
    nobody = {name: replace(agent, phone="") for name, agent in policy.agents.items()}
    assert plan(replace(policy, agents=nobody)) == []


def test_one_number_of_several_people_is_rung_once_and_ten_at_most() -> None:
    policy = call_policy('[[ladder]]\nname = "x"\npriorities = ["P1"]\nsteps = [{ page = "team", tier = 1, wait_minutes = 5 }]')
    ben = policy.agents["Ben"]
    crowd = {f"Ben {n}": replace(ben, name=f"Ben {n}", phone=f"+49301000{n:02}") for n in range(30)}
    assert [len(step) for step in plan(replace(policy, agents=crowd))] == [MOST_AT_ONCE]
    one_phone = {f"Ben {n}": replace(ben, name=f"Ben {n}") for n in range(30)}
    assert plan(replace(policy, agents=one_phone)) == [[PHONES["Ben"]]]


@pytest.mark.parametrize(("together", "seconds"), [(True, 90), (False, 90)])
def test_connecting_takes_as_long_as_everybody_can_be_rung(together: bool, seconds: int) -> None:
    policy = call_policy()
    policy = replace(policy, phone=replace(policy.phone, together=together))
    assert connecting_takes(attempts(policy), policy) == timedelta(seconds=seconds)
    slow = replace(policy, phone=replace(policy.phone, ring=timedelta(minutes=2)))
    assert connecting_takes(attempts(slow), slow) == timedelta(minutes=5)
    assert connecting_takes((), policy) == timedelta()
