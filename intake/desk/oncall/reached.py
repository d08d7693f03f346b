"""Whom a step of a ladder reaches, and where."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from intake.desk.directory import Directory
from intake.desk.oncall.rotation import on_call
from intake.desk.policy import Policy
from intake.desk.router import route
from intake.domain.agent import Agent
from intake.domain.channel import Channel
from intake.domain.label import Kind
from intake.domain.page import ON_CALL, TEAM, Step
from intake.domain.ticket import Tier


class Placed(Protocol):
    """What is asked of a ticket, or of what is known of one while the store is away."""

    @property
    def kind(self) -> Kind: ...
    @property
    def tier(self) -> Tier: ...
    @property
    def assignment_group(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """`agent` is empty for a team's own address, `team` for somebody whom the ladder names."""

    channel: Channel
    address: str
    agent: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """`whom` is for people: `Robin Example (on call for CIO team)`."""

    whom: str
    addressees: tuple[Addressee, ...]


def in_no_chat(_agent: Agent) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """`channels` are those that are configured. Mail counts as one even without a relay: such a page waits in the outbox, where
    it shows. `in_chat` says who in the chat an agent is whose id there the directory does not have; empty: nobody knows."""

    policy: Policy
    channels: Collection[Channel]
    in_chat: Callable[[Agent], str] = in_no_chat

    def reached(self, step: Step, ticket: Placed, now: datetime) -> Reached:
        match step.page:
            case page if page == ON_CALL:
                return self._on_call(step, ticket, now)
            case page if page == TEAM:
                return self._team(step, self._team_at(step, ticket))
            case name:
                agent = self.policy.agents.get(name)
                found = tuple(self._agent(agent, step.by)) if agent is not None else ()
                return Reached(whom=name, addressees=found)

    def _on_call(self, step: Step, ticket: Placed, now: datetime) -> Reached:
        """Several rotations of one team may each have somebody."""
        team = self._team_at(step, ticket)
        title = self.policy.team(team).title
        names = [on_call(one, now).agent for one in self.policy.rotations.values() if one.team == team]
        names = [name for name in dict.fromkeys(names) if name]
        found = [one for name in names if (agent := self.policy.agents.get(name)) for one in self._agent(agent, step.by, team)]
        if found:
            return Reached(whom=f"{', '.join(names)} (on call for {title})", addressees=tuple(found))
        whole = self._team(step, team)
        return Reached(whom=f"{whole.whom} (nobody is on call)" if not names else whole.whom, addressees=whole.addressees)

    def _team(self, step: Step, team: str) -> Reached:
        """Its own address, and everybody in it who can be reached: no two pages to one address."""
        known = self.policy.team(team)
        found: dict[tuple[Channel, str], Addressee] = {}
        if known.mail and Channel.EMAIL in step.by:
            found[Channel.EMAIL, known.mail] = Addressee(channel=Channel.EMAIL, address=known.mail, team=team)
        for agent in Directory(policy=self.policy).members(team):
            for one in self._agent(agent, step.by, team):
                found.setdefault((one.channel, one.address), one)
        return Reached(whom=known.title, addressees=tuple(found.values()))

    def _team_at(self, step: Step, ticket: Placed) -> str:
        """Whoever has the ticket, at its own tier; above that, and where nobody there can be reached, whom the routes name."""
        tier = step.tier or ticket.tier
        named = route(self.policy, ticket.kind, max(tier, ticket.tier)).team
        holder = ticket.assignment_group
        if tier is ticket.tier and (self.policy.team(holder).mail or Directory(policy=self.policy).members(holder)):
            return holder
        return named

    def _agent(self, agent: Agent, by: Collection[Channel], team: str = "") -> Iterator[Addressee]:
        for channel in by:
            address = address_of(agent, channel)
            if not address and channel is Channel.SLACK and channel in self.channels:
                address = self.in_chat(agent)
            if address and (channel is Channel.EMAIL or channel in self.channels):
                yield Addressee(channel=channel, address=address, agent=agent.name, team=team)


def address_of(agent: Agent, channel: Channel) -> str:
    """Where that channel reaches somebody; empty where it does not."""
    match channel:
        case Channel.EMAIL:
            return agent.mail
        case Channel.SLACK:
            return agent.slack
        case Channel.SMS | Channel.PHONE:
            return agent.phone
        case _:
            return ""
