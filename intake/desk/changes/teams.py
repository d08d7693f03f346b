"""Whose change it is: the teams that work on it, whichever of them has its ticket at the moment."""

from intake.desk.case import Case
from intake.desk.changes.in_the_way import may_carry
from intake.desk.policy import Policy
from intake.domain.ticket import Tier


def teams_of_change(case: Case, policy: Policy) -> frozenset[str]:
    """Those of its ticket's kind from the second tier on, and that of its template. None where it may carry no change."""
    if not may_carry(case.ticket):
        return frozenset()
    teams = {team for tier, team in policy.routes.get(case.ticket.kind, {}).items() if tier >= Tier.TEAM}
    change = case.books.changes.get(case.ticket.number)
    template = policy.changes.templates.get(change.template) if change is not None else None
    return frozenset(teams | ({template.team} if template is not None else set()))
