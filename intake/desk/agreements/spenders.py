"""Who may reserve and book in an agreement, and who may let a change have more than is left."""

from collections.abc import Iterable

from intake.desk.case import Case
from intake.desk.changes.approvers import is_same, known_as, planners_of
from intake.desk.policy import Policy
from intake.domain.agreement import Agreement
from intake.domain.change import Change
from intake.domain.errors import Forbidden, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.principal import Principal, Role
from intake.domain.ticket import spoken

MOST_OVERDRAFTS = 1_000  # of one change
_LEADING = frozenset({Role.LEAD, Role.ADMIN})


def known_spenders(names: Iterable[str], policy: Policy) -> tuple[str, ...]:
    """Each once. Raises PolicyViolation that names those which are neither a team nor somebody who works here."""
    given = tuple(dict.fromkeys(name.strip() for name in names))
    unknown = [name for name in given if name not in policy.teams and name not in policy.agents]
    if unknown:
        raise PolicyViolation(f"spenders: no team and nobody in desk.toml is called {', '.join(map(repr, unknown))}")
    return given


def demand_spender(agreement: Agreement, by: Principal, policy: Policy) -> None:
    """Raises Forbidden. Whoever works at the desk belongs to the teams of the directory, whatever a token says. The name of a
    token that nobody there has counts for nothing: it may be called like a team, or like somebody who left."""
    name = known_as(by.name, policy)
    agent = policy.agents.get(name)
    teams = agent.teams if agent is not None else by.teams
    is_named = agent is not None and any(
        is_same(agent.name, spender) for spender in agreement.spenders if spender not in policy.teams
    )
    if not is_named and not teams & frozenset(agreement.spenders):
        spenders = ", ".join(policy.teams[name].title if name in policy.teams else name for name in agreement.spenders)
        raise Forbidden(f"{name} spends nothing of {agreement.name}: it is for {spenders}")


def demand_lead(change: Change, case: Case, policy: Policy) -> None:
    """Raises Forbidden. A lead of the change's teams whom the directory knows, and whose own change it is not."""
    number = spoken(change.ticket)
    agent = policy.agents.get(known_as(case.by.name, policy))
    if agent is None or agent.role not in _LEADING:
        raise Forbidden(f"{case.by.name} is no lead in the directory ([[agent]] in desk.toml), and allows no overdraft")
    if case.ticket.assignment_group not in policy.reach(agent.teams):
        title = policy.team(case.ticket.assignment_group).title
        raise Forbidden(f"{number} is with {title}: one of their leads can allow an overdraft, {agent.name} is none")
    own = [(change.author, "asked for its approval"), (change.implemented_by, "carries it out")]
    own += [(name, "planned it, or a part of it") for name in (change.assessed_by, *planners_of(change.ticket, case))]
    for who, did in own:
        if is_same(who, agent.name):
            raise Forbidden(f"{agent.name} {did}: another lead can allow {number} an overdraft")


def demand_allowed_by_another(case: Case, policy: Policy) -> None:
    """Raises Forbidden where whoever is about to become a change's author has allowed the overdraft that it has."""
    if has_allowed(known_as(case.by.name, policy), case):
        raise Forbidden(
            f"{case.by.name} allowed {spoken(case.ticket.number)} an overdraft: somebody else asks for its approval"
        )


def has_allowed(name: str, case: Case) -> bool:
    """Did this person allow an overdraft that the change still has?"""
    number = case.ticket.number
    if not any(one.overdraft for one in case.books.agreements.of_change(number).values()):
        return False
    allowed = case.books.tickets.events_of(number, (EventKind.OVERDRAFT_APPROVED,), MOST_OVERDRAFTS)
    return any(is_same(event.actor, name) for event in allowed)
