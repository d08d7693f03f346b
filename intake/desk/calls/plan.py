"""Whom a caller is connected with: pure, so that it can be worked out while the store is away."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.desk.oncall.reached import Finder, Reached
from intake.desk.policy import Policy
from intake.domain.channel import Channel
from intake.domain.label import Kind, Priority
from intake.domain.page import ON_CALL, Step
from intake.domain.ticket import Tier

MOST_AT_ONCE = 10  # numbers that the vendor rings in one attempt
LONGEST = timedelta(minutes=5)  # that a ladder waits for a call, whatever happens
_AROUND = timedelta(seconds=30)  # the questions before the first ring, and what the callee hears
_BY_PHONE = (Channel.PHONE,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callee:
    """`agent` is empty where only a team has the number, `team` for somebody whom the ladder names."""

    agent: str
    team: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One step's people, at most ten. `whom` is for people: `Robin Example (on call for CIO team)`."""

    whom: str
    callees: tuple[Callee, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    kind: Kind
    tier: Tier
    assignment_group: str


def people_to_connect(
    policy: Policy, *, kind: Kind, priority: Priority, tier: Tier, assignment_group: str, now: datetime
) -> tuple[Attempt, ...]:
    """Those of the ticket's ladder, step by step as it stands and as far as they have a phone, whatever it pages them by; where
    it has nobody, whoever is on call at the ticket's tier, then tier 2, then the leads. Nobody twice, no number twice."""
    place = _Place(kind=kind, tier=tier, assignment_group=assignment_group)
    finder = Finder(policy=policy, channels=frozenset(_BY_PHONE))
    ladder = policy.ladder_for(kind, priority)
    steps = [step for step in ladder.steps if step.tier is None or step.tier >= tier] if ladder is not None else []
    plan = _once(finder.reached(_by_phone(step), place, now) for step in steps)
    if plan:
        return plan
    tiers = dict.fromkeys(at for at in (tier, Tier.TEAM, Tier.LEADS) if at >= tier)
    return _once(finder.reached(_on_call(at), place, now) for at in tiers)


def connecting_takes(plan: tuple[Attempt, ...], policy: Policy) -> timedelta:
    """Until everybody has been rung, at most `LONGEST`; nothing where nobody can be."""
    rings = len(plan) if policy.phone.together else sum(len(attempt.callees) for attempt in plan)
    return min(rings * policy.phone.ring + _AROUND, LONGEST) if rings else timedelta()


def _by_phone(step: Step) -> Step:
    return Step(page=step.page, tier=step.tier, by=_BY_PHONE, wait=step.wait)


def _on_call(tier: Tier) -> Step:
    return Step(page=ON_CALL, tier=tier, by=_BY_PHONE, wait=timedelta())


def _once(found: Iterable[Reached]) -> tuple[Attempt, ...]:
    """Whom an earlier attempt rings is left out of a later one."""
    plan, names, numbers = list[Attempt](), set[str](), set[str]()
    for reached in found:
        callees = tuple(_fresh(reached, names, numbers))[:MOST_AT_ONCE]
        if callees:
            plan.append(Attempt(whom=reached.whom, callees=callees))
            names.update(one.agent for one in callees if one.agent)
            numbers.update(one.phone for one in callees)
    return tuple(plan)


def _fresh(reached: Reached, names: set[str], numbers: set[str]) -> Iterator[Callee]:
    here = set[str]()
    for one in reached.addressees:
        if one.agent in names or one.address in numbers or one.address in here:
            continue
        here.add(one.address)
        yield Callee(agent=one.agent, team=one.team, phone=one.address)
