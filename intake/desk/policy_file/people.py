"""Who is who in desk.toml: teams, the people who work in them, and where their tickets are shown as well."""

import re
from collections.abc import Mapping

from intake.desk.policy import MirrorRule, Team
from intake.desk.policy_file.table import PolicyTable, Row
from intake.domain.agent import Agent
from intake.domain.channel import Channel
from intake.domain.event import DESK
from intake.domain.principal import STAFF, Role

_ADDRESS = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,255}\Z")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}\Z", re.ASCII)
_AGENT_KEYS = ("name", "teams", "role", "mail", "phone", "slack", "working_hours")


def read_teams(table: PolicyTable) -> dict[str, Team]:
    teams: dict[str, Team] = {}
    for index, row in enumerate(table.rows("team", ("name", "title", "mail"))):
        name = table.word("team", row, "name", index)
        mail = table.word("team", row, "mail", index, default="").lower()
        if mail and not _ADDRESS.match(mail):
            table.fault(f"{mail!r} is not a mail address", "team", "mail", index)
        if name in teams:
            table.fault(f"the team {name!r} is there twice", "team", "name", index)
        teams[name] = Team(name=name, title=table.word("team", row, "title", index, default=name), mail=mail)
    return teams


def read_mirrors(table: PolicyTable, teams: Mapping[str, Team]) -> tuple[MirrorRule, ...]:
    rules = []
    for index, row in enumerate(table.rows("mirror", ("team", "channel", "address"))):
        team, address = table.word("mirror", row, "team", index), table.word("mirror", row, "address", index)
        channel = table.word("mirror", row, "channel", index)
        if team not in teams:
            table.fault(f"the team {team!r} has no [[team]]", "mirror", "team", index)
        if channel not in list(Channel):
            table.fault(f"{channel!r} is not a channel; known are {', '.join(Channel)}", "mirror", "channel", index)
            continue
        rules.append(MirrorRule(team=team, channel=Channel(channel), address=address))
    return tuple(rules)


def read_agents(table: PolicyTable, teams: Mapping[str, Team]) -> dict[str, Agent]:
    agents: dict[str, Agent] = {}
    for index, row in enumerate(table.rows("agent", _AGENT_KEYS)):
        agent = _agent(table, row, index, teams)
        if agent.name == DESK or not agent.name.isprintable():
            table.fault(f"nobody can be called {agent.name!r}: it is what the desk itself is called", "agent", "name", index)
        if agent.name in agents:
            table.fault(f"the agent {agent.name!r} is there twice", "agent", "name", index)
        for other in agents.values():
            _demand_apart(table, agent, other, index)
        agents[agent.name] = agent
    return agents


def _agent(table: PolicyTable, row: Row, index: int, teams: Mapping[str, Team]) -> Agent:
    name = table.word("agent", row, "name", index)
    named = table.words("agent", row, "teams", index)
    for team in named:
        if team not in teams:
            table.fault(f"the team {team!r} has no [[team]]", "agent", "teams", index)
    mail, phone, slack, hours = (
        table.word("agent", row, key, index, default="") for key in ("mail", "phone", "slack", "working_hours")
    )
    if mail and not _ADDRESS.match(mail):
        table.fault(f"{mail!r} is not a mail address", "agent", "mail", index)
    if phone and not _PHONE.match(phone):
        table.fault(f"{phone!r} is not a phone number such as +4930901820 (E.164)", "agent", "phone", index)
    role = _role(table, row, index)
    return Agent(name=name, role=role, teams=frozenset(named), mail=mail.lower(), phone=phone, slack=slack, working_hours=hours)


def _role(table: PolicyTable, row: Row, index: int) -> Role:
    role = table.word("agent", row, "role", index, default=Role.AGENT.value)
    if role not in STAFF:
        table.fault(f"{role!r} is not a role; known are agent, lead and admin", "agent", "role", index)
        return Role.AGENT
    return Role(role)


def _demand_apart(table: PolicyTable, agent: Agent, other: Agent, index: int) -> None:
    """An address says who speaks: two people cannot share one."""
    for key, mine, theirs in (
        ("mail", agent.mail, other.mail),
        ("phone", agent.phone, other.phone),
        ("slack", agent.slack, other.slack),
    ):
        if mine and mine == theirs:
            table.fault(f"{mine!r} belongs to {other.name!r} already", "agent", key, index)
