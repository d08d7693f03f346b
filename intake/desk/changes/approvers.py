"""Who may approve a change for a side: its people and whoever stands in for them, never those whose own change it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from intake.desk.case import Case
from intake.desk.directory import Directory
from intake.desk.policy import Policy
from intake.desk.reading import Reader
from intake.domain.agent import Agent
from intake.domain.change import Change, ChangeDecision, ChangeStory, Side, Verdict
from intake.domain.channel import Address
from intake.domain.event import EventKind
from intake.domain.principal import STAFF

SIDES = (Side.CIO, Side.PROCESS)
PLANNED = frozenset({EventKind.CHANGE_PLANNED})
MOST_PLANS = 10_000  # of one change
TITLES = {Side.CIO: "CIO", Side.PROCESS: "Process", Side.PRODUCT_OWNER: "the product owner"}


class MayNot(NamedTuple):
    why: str


class Elector(NamedTuple):
    """`on_behalf_of` is who is stood in for; empty for who decides by right of their own team."""

    agent: Agent
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvers:
    """Of one change as it is now. `asked` are the people of the desk who asked for the ticket, `planned` those who planned any
    of it; `decided` is what was said in this round."""

    policy: Policy
    change: Change
    now: datetime
    asked: frozenset[str]
    planned: frozenset[str]
    decided: tuple[ChangeDecision, ...]

    def may(self, name: str, side: Side) -> str | MayNot:
        """On whose behalf this person decides: empty for themselves."""
        agent = self.named(name)
        if agent is None:
            return MayNot(f"{name} is nobody in the directory ([[agent]] in desk.toml), and approves nothing")
        if why := self._own(agent.name, side):
            return MayNot(f"{agent.name} {why}")
        if self._is_of(agent, side):
            return ""
        stood_in_for = [self.named(name) for name in self._stood_in_for(agent)]
        those = [other for other in stood_in_for if other is not None and self._is_of(other, side)]
        if not those:
            return MayNot(f"{agent.name} does not approve for {TITLES[side]}: {self._people(side)}")
        reasons = [self._own(other.name, side) for other in those]
        for other, why in zip(those, reasons, strict=True):
            if not why:
                return other.name
        return MayNot(f"{agent.name} stands in for {those[0].name}, who {reasons[0]}")

    def of(self, side: Side) -> Iterator[Elector]:
        """Everybody who may decide for this side now."""
        for agent in self.policy.agents.values():
            found = self.may(agent.name, side)
            if isinstance(found, str):
                yield Elector(agent, found)

    def speaks_for(self, name: str, side: Side) -> bool:
        """One of its people, or somebody who stands in for one; it may be their own change."""
        agent = self.named(name)
        if agent is None:
            return False
        others = (self.named(other) for other in self._stood_in_for(agent))
        return self._is_of(agent, side) or any(other is not None and self._is_of(other, side) for other in others)

    def nobody_left(self) -> str:
        """Why it cannot be approved as things are; empty where it can."""
        open_sides = [side for side in SIDES if not approved_by(self.change, side)]
        can = {side: [_people_in(elector) for elector in self.of(side)] for side in open_sides}
        empty = [side for side in open_sides if not can[side]]
        if empty:
            sides = " and ".join(TITLES[side] for side in empty)
            return f"nobody is there who may approve it for {sides}: {'; '.join(self._people(side) for side in empty)}"
        if len(open_sides) == len(SIDES) and not any(not a & b for a in can[Side.CIO] for b in can[Side.PROCESS]):
            only = ", ".join(sorted({elector.agent.name for side in SIDES for elector in self.of(side)}))
            return f"it takes two people, and only {only} may approve it"
        return ""

    def rejected_by(self) -> str:
        """Who rejected it in this round: of an emergency, after it was carried out."""
        return next((one.by for one in self.decided if one.verdict is Verdict.REJECTED), "")

    def named(self, name: str) -> Agent | None:
        """Whoever works at the desk by that name, be it written in other letters."""
        found = self.policy.agents.get(known_as(name, self.policy))
        return found if found is not None and found.role in STAFF else None

    def _is_of(self, agent: Agent, side: Side) -> bool:
        return bool(agent.teams & frozenset(self.policy.changes.approvers.get(side, ())))

    def _stood_in_for(self, agent: Agent) -> list[str]:
        delegates = self.policy.changes.delegates
        return [one.of for one in delegates if is_same(one.agent, agent.name) and one.starts <= self.now < one.ends]

    def _own(self, name: str, side: Side) -> str:
        """Why this person decides nothing here, whatever team they are of."""
        change = self.change
        for who, did in (
            (change.author, "asked for its approval"),
            (change.assessed_by, "planned it"),
            (change.implemented_by, "carries it out"),
        ):
            if is_same(who, name):
                return f"{did}: somebody else approves it"
        if any(is_same(one, name) for one in self.asked):
            return "asked for this ticket: somebody else approves it"
        if any(is_same(one, name) for one in self.planned):
            return "planned it, or a part of it: somebody else approves it"
        for one in self.decided:
            if one.verdict is Verdict.APPROVED and one.side is not side and name.casefold() in _people_in(one):
                return f"decided for {TITLES[one.side]} already: it takes two people"
        return ""

    def _people(self, side: Side) -> str:
        teams = self.policy.changes.approvers.get(side, ())
        return f"people of {' or '.join(self.policy.team(team).title for team in teams) or 'no team'} do"


def approvers_of(change: Change, case: Case, policy: Policy) -> Approvers:
    contact = case.books.contacts.get(case.ticket.caller) if case.ticket.caller is not None else None
    decisions, planned = case.books.changes.decisions(change.ticket), planners_of(change.ticket, case)
    return approvers_among(change, decisions, contact.addresses if contact is not None else (), planned, policy, case.now)


def approvers_looked_up(story: ChangeStory, reader: Reader, policy: Policy, now: datetime) -> Approvers:
    """For whoever only looks."""
    caller = story.line.ticket.caller
    contact = reader.contact(caller) if caller is not None else None
    plans = reader.newest_events(ticket=story.line.ticket.number, kinds=PLANNED, limit=MOST_PLANS)
    planned = frozenset(event.actor for event in plans)
    addresses = contact.addresses if contact is not None else ()
    return approvers_among(story.line.change, story.decisions, addresses, planned, policy, now)


def approvers_among(
    change: Change,
    decisions: Iterable[ChangeDecision],
    asked_from: Iterable[Address],
    planned: frozenset[str],
    policy: Policy,
    now: datetime,
) -> Approvers:
    """`asked_from` are the addresses of whoever asked for the ticket."""
    directory = Directory(policy=policy)
    found = (directory.at(address) for address in asked_from)
    return Approvers(
        policy=policy,
        change=change,
        now=now,
        asked=frozenset(agent.name for agent in found if agent is not None),
        planned=planned,
        decided=tuple(one for one in decisions if one.round == change.round and one.side is not Side.PRODUCT_OWNER),
    )


def planners_of(ticket: int, case: Case) -> frozenset[str]:
    """Whoever ever planned any of its change: what one of them wrote stays in the plan that the next one adds to."""
    return frozenset(event.actor for event in case.books.tickets.events_of(ticket, PLANNED, MOST_PLANS))


def approved_by(change: Change, side: Side) -> str:
    return change.cio_approved_by if side is Side.CIO else change.process_approved_by


def known_as(name: str, policy: Policy) -> str:
    """As the directory writes it; the name itself where it knows nobody who is called so."""
    if name in policy.agents:
        return name
    return next((agent.name for agent in policy.agents.values() if is_same(agent.name, name)), name)


def is_same(one: str, other: str) -> bool:
    """The same person? Names that differ in case alone are one."""
    return bool(one) and one.casefold() == other.casefold()


def _people_in(decision: ChangeDecision | Elector) -> frozenset[str]:
    by = decision.by if isinstance(decision, ChangeDecision) else decision.agent.name
    return frozenset(name.casefold() for name in (by, decision.on_behalf_of) if name)
