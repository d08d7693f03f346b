"""Whom the desk takes somebody in a chat for: by what the store and desk.toml say when they do something."""

import unicodedata
from dataclasses import dataclass

from intake.desk.directory import Directory
from intake.desk.parties import is_caller
from intake.desk.permissions import MAY
from intake.desk.policy import Policy
from intake.desk.policy_file.chat import StaffGroup
from intake.desk.ports import UnitOfWork
from intake.desk.ports_of_chat import KnowsPeople
from intake.domain.action import Action
from intake.domain.agent import Agent
from intake.domain.channel import Address, AddressKind
from intake.domain.chat import Person
from intake.domain.errors import Forbidden
from intake.domain.event import DESK
from intake.domain.principal import STAFF, Principal, Role
from intake.domain.ticket import Ticket

TRY_AGAIN = "try again in a moment"  # stands in the refusal of whoever has still to be looked up
_HIGHEST = (Role.ADMIN, Role.LEAD, Role.AGENT)
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    policy: Policy

    def agent(self, address: Address, knows: KnowsPeople) -> Agent | None:
        """Who of the staff that is: whom the directory knows by this id, or by the mail that the profile proves, or who is in a
        staff group. Nobody of another company, no guest but one whom the directory names by id, no bot, no account that is no
        more; and by mail or group nobody who has still to be looked up."""
        if address.kind is not AddressKind.SLACK:
            return None
        person = knows.person(address.value)
        if person is not None and _is_nobody_of_ours(person):
            return None
        if (named := Directory(policy=self.policy).at(address)) is not None:
            return named
        if person is None or person.looked_up_at is None or person.guest or not self.vouches(person):
            return None
        return self._by_mail(person) or self._by_group(person, knows)

    def principal(self, action: Action, ticket: Ticket, books: UnitOfWork) -> Principal:
        """Whoever does in a chat what only staff may do is one of them, or it is Forbidden; what whoever asked may do as well
        they do as who asked. Principals of other channels are who they are."""
        by = action.by
        if by.role is not Role.REQUESTER or by.address is None or by.address.kind is not AddressKind.SLACK:
            return by
        may = MAY.get(type(action.deed), frozenset())
        if not may & STAFF or (Role.REQUESTER in may and is_caller(by.address, ticket, books)):
            return by
        if (agent := self.agent(by.address, books.chat)) is not None:
            return agent.principal
        raise Forbidden(self.still_finding_out(by.address, books.chat) or "Only the desk's own people may do this")

    def still_finding_out(self, address: Address, knows: KnowsPeople) -> str:
        """Why somebody who is no agent now may be one in a moment; empty where the desk knows them."""
        person = knows.person(address.value)
        if person is not None and person.looked_up_at is not None:
            return ""
        return f"The desk is still finding out who {address.value} is: {TRY_AGAIN}"

    def id_of(self, agent: Agent, knows: KnowsPeople) -> str:
        """Where the chat reaches them: the directory's id, else that of whose mail is theirs; empty where nobody knows."""
        if agent.slack or not agent.mail:
            return agent.slack
        person = knows.person_with(agent.mail)
        return person.id if person is not None and self.proves_mail(person) else ""

    def vouches(self, person: Person) -> bool:
        """Is it one of our own workspaces that knows them?"""
        own = self.policy.chat.workspaces
        return not own or person.workspace in own

    def proves_mail(self, person: Person) -> bool:
        """Is the mail of their profile theirs, as far as the desk believes anybody?"""
        return bool(person.mail) and not person.guest and not _is_nobody_of_ours(person) and self.vouches(person)

    def _by_mail(self, person: Person) -> Agent | None:
        if not self.proves_mail(person):
            return None
        return next((agent for agent in self.policy.agents.values() if agent.mail and agent.mail == person.mail), None)

    def _by_group(self, person: Person, knows: KnowsPeople) -> Agent | None:
        known = self.policy.chat.groups
        groups = [known[name] for name in sorted(knows.groups_of(person.id)) if name in known] if known else []
        if not groups:
            return None
        return Agent(
            name=self._name(person),
            role=next(role for role in _HIGHEST if role in _roles(groups)),
            teams=frozenset(group.team for group in groups),
            mail=person.mail,
            slack=person.id,
        )

    def _name(self, person: Person) -> str:
        """People choose it themselves: none that the desk has for somebody, or something, else."""
        name = " ".join(person.name.split())[:_LONGEST_NAME]
        taken = {DESK, *self.policy.agents, *(team.title for team in self.policy.teams.values()), *self.policy.teams}
        if not name:
            return person.id
        return f"{name} ({person.id})" if _heard(name) in {_heard(one) for one in taken} else name


def _is_nobody_of_ours(person: Person) -> bool:
    return person.stranger or person.bot or person.deactivated


def _roles(groups: list[StaffGroup]) -> frozenset[Role]:
    return frozenset(group.role for group in groups)


def _heard(name: str) -> str:
    """Names that only look different are the same."""
    return unicodedata.normalize("NFKC", name).casefold()
