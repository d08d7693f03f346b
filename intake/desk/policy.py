"""What the administrator decided: desk.toml, read once and checked whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from intake.domain.channel import Channel
from intake.domain.label import Kind, Level, Priority
from intake.domain.ticket import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """`title` is how people call it. `mail` is empty when the team is told of nothing by mail."""

    name: str
    title: str
    mail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorRule:
    """Tickets that open at this team are shown there."""

    team: str
    channel: Channel
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePolicy:
    priorities: frozenset[Priority]
    climb_after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePolicy:
    """How many deliveries may be queued in one `window`; `per_instance_per_minute` bounds what leaves at all."""

    window: timedelta
    per_recipient_and_ticket: int
    per_recipient: int
    per_instance_per_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    """`lease` is how long a claimed delivery or timer belongs to one replica before another may take it over."""

    first_retry: timedelta
    longest_retry: timedelta
    give_up_after: timedelta
    digest: timedelta
    lease: timedelta


@dataclass(frozen=True, kw_only=True)
class Policy:
    """`version` is a short hash of the file's text; a ticket remembers the one that opened it."""

    version: str
    matrix: Mapping[tuple[Level, Level], Priority]
    routes: Mapping[Kind, Mapping[Tier, str]]
    teams: Mapping[str, Team]
    mirrors: tuple[MirrorRule, ...]
    page: PagePolicy
    gate: GatePolicy
    delivery: DeliveryPolicy

    @cached_property
    def first_tier(self) -> Mapping[Kind, Tier]:
        """Where a ticket of each kind starts."""
        return {kind: min(tiers) for kind, tiers in self.routes.items()}

    def priority(self, impact: Level, urgency: Level) -> Priority:
        return self.matrix[impact, urgency]
