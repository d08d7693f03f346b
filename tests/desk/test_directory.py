"""Who is staff, and where they are told."""

import pytest

from intake.desk.directory import Directory
from intake.desk.policy_file.whole import parse_policy
from intake.domain.agent import Agent
from intake.domain.channel import Address, AddressKind
from tests.desk.test_policy_file import SHIPPED

STAFF = """
[[agent]]
name = "Robin"
teams = ["support"]
mail = "robin@desk.example"
phone = "+4930901820"
slack = "U0123456789"

[[agent]]
name = "Lea"
role = "lead"
teams = ["cio_leads", "support"]
"""
HERE = Directory(policy=parse_policy(SHIPPED + STAFF, "desk.toml"))


def named(name: str) -> Agent:
    agent = HERE.named(name)
    assert agent is not None
    return agent


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (AddressKind.EMAIL, "robin@desk.example"),
        (AddressKind.PHONE, "+4930901820"),
        (AddressKind.SLACK, "U0123456789"),
    ],
)
def test_an_agent_is_known_by_each_address(kind: AddressKind, value: str) -> None:
    assert HERE.at(Address(kind=kind, value=value)) is named("Robin")


@pytest.mark.parametrize("kind", list(AddressKind))
@pytest.mark.parametrize("value", ["", "robin@desk.example", "+4930901820", "U0123456789", "stranger@elsewhere.example"])
def test_an_address_of_another_kind_or_none_at_all_is_nobody(kind: AddressKind, value: str) -> None:
    right = {AddressKind.EMAIL: "robin@desk.example", AddressKind.PHONE: "+4930901820", AddressKind.SLACK: "U0123456789"}
    assert (HERE.at(Address(kind=kind, value=value)) is not None) == (right[kind] == value)


def test_a_team_has_its_members() -> None:
    assert [agent.name for agent in HERE.members("support")] == ["Robin", "Lea"]
    assert HERE.members("process") == ()


def test_whoever_has_the_ticket_is_told_else_the_team() -> None:
    assert HERE.mail_of_holder("Robin", "support") == "robin@desk.example"
    assert HERE.mail_of_holder("Lea", "support") == "support@localhost"
    assert HERE.mail_of_holder("", "support") == "support@localhost"
    assert HERE.mail_of_holder("Somebody who left", "cio") == "cio@localhost"


def test_the_leads_reach_the_teams_below_and_nobody_else_does() -> None:
    assert HERE.policy.reach(named("Robin").teams) == {"support"}
    assert HERE.policy.reach({"cio_leads"}) == {"cio_leads", "cio", "support"}
    assert HERE.policy.reach({"cio"}) == {"cio"}


def test_an_agent_acts_in_the_own_name_and_role() -> None:
    lea = named("Lea")
    assert (lea.principal.name, lea.principal.role, lea.principal.teams) == ("Lea", lea.role, lea.teams)
