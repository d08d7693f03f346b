"""The people who work at the desk: who is staff, and who belongs to which team."""

from dataclasses import dataclass

from intake.desk.policy import Policy
from intake.domain.agent import Agent
from intake.domain.channel import Address, AddressKind
from intake.domain.principal import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    policy: Policy

    def named(self, name: str) -> Agent | None:
        return self.policy.agents.get(name)

    def at(self, address: Address) -> Agent | None:
        """Whoever of the staff this address belongs to."""
        return next((agent for agent in self.policy.agents.values() if address.value in _addresses(agent, address.kind)), None)

    def writer(self, address: Address) -> Agent | None:
        """Who of the staff writes from there; a team's own mailbox is one of its members, whoever that was."""
        if (agent := self.at(address)) is not None or address.kind is not AddressKind.EMAIL:
            return agent
        team = next((team for team in self.policy.teams.values() if team.mail and team.mail == address.value), None)
        if team is None:
            return None
        return Agent(name=team.title, role=Role.AGENT, teams=frozenset({team.name}), mail=team.mail)

    def is_a_team(self, mail: str) -> bool:
        return any(team.mail == mail for team in self.policy.teams.values() if team.mail)

    def mail_of(self, agent: Agent) -> Address | None:
        return Address(kind=AddressKind.EMAIL, value=agent.mail, name=agent.name) if agent.mail else None

    def members(self, team: str) -> tuple[Agent, ...]:
        return tuple(agent for agent in self.policy.agents.values() if team in agent.teams)

    def mail_of_holder(self, assigned_to: str, assignment_group: str) -> str:
        """Where whoever has the ticket is told by mail: the agent, else the team; empty if neither has an address."""
        agent = self.policy.agents.get(assigned_to)
        return (agent.mail if agent else "") or self.policy.team(assignment_group).mail


def _addresses(agent: Agent, kind: AddressKind) -> tuple[str, ...]:
    known = {AddressKind.EMAIL: agent.mail, AddressKind.PHONE: agent.phone, AddressKind.SLACK: agent.slack}[kind]
    return (known,) if known else ()
