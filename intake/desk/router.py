"""Which team owns a ticket: a look-up in the routing table."""

from dataclasses import dataclass

from intake.desk.policy import Policy
from intake.domain.label import Kind
from intake.domain.ticket import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    tier: Tier
    team: str
    reason: str


def first_route(policy: Policy, kind: Kind) -> Route:
    tier = policy.first_tier[kind]
    return route(policy, kind, tier)


def route(policy: Policy, kind: Kind, tier: Tier) -> Route:
    """A kind that skips a tier goes to the next one up."""
    tiers = policy.routes[kind]
    at = min(known for known in tiers if known >= tier)
    called = "a ticket without a label" if kind is Kind.NONE else kind.value
    return Route(tier=at, team=tiers[at], reason=f"desk.toml [route]: {called} at tier {at.value} belongs to {tiers[at]}")


def next_tier(policy: Policy, kind: Kind, tier: Tier) -> Tier | None:
    """The next tier up that this kind has, or None at the top."""
    return min((known for known in policy.routes[kind] if known > tier), default=None)


def lower_tier(policy: Policy, kind: Kind, tier: Tier) -> Tier | None:
    """The next tier down that this kind has, or None at the bottom."""
    return max((known for known in policy.routes[kind] if known < tier), default=None)
