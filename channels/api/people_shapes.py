"""People as JSON: contacts, the desk's own directory, tokens (never their secret, nor its hash)."""

from channels.api import records as r
from channels.api.shapes import address, moment
from intake.desk.policy import Policy, Team
from intake.domain.agent import Agent
from intake.domain.contact import Contact
from intake.domain.token import Token


def contact(of: Contact) -> r.Contact:
    return {
        "id": of.id,
        "name": of.name,
        "since": moment(of.since),
        "addresses": [address(each) for each in of.addresses],
        "dead": [each.value for each in of.dead],
    }


def directory(policy: Policy) -> r.Directory:
    return {
        "teams": [_team(team) for team in policy.teams.values()],
        "agents": [_agent(agent) for agent in policy.agents.values()],
    }


def token(of: Token) -> r.Token:
    principal = of.principal
    return {
        "id": of.id,
        "name": principal.name,
        "role": principal.role,
        "teams": sorted(principal.teams),
        "address": address(principal.address) if principal.address else None,
        "created_at": moment(of.created_at),
        "created_by": of.created_by,
        "revoked_at": moment(of.revoked_at) if of.revoked_at else None,
    }


def _team(team: Team) -> r.Team:
    return {"name": team.name, "title": team.title, "mail": team.mail}


def _agent(agent: Agent) -> r.Agent:
    return {
        "name": agent.name,
        "role": agent.role,
        "teams": sorted(agent.teams),
        "mail": agent.mail,
        "phone": agent.phone,
        "slack": agent.slack,
        "working_hours": agent.working_hours,
    }
