"""What the administrator decided: desk.toml, read once and checked whole."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from intake.desk.calendar import Calendar
from intake.desk.oncall.rotation import Rotation
from intake.desk.policy_file.change import ChangePolicy
from intake.desk.policy_file.chat import ChatPolicy
from intake.desk.policy_file.classifier import ClassifierPolicy
from intake.desk.policy_file.learning import LearningPolicy
from intake.desk.policy_file.phone import PhonePolicy
from intake.desk.policy_file.site import SitePolicy
from intake.desk.policy_file.storm import StormPolicy
from intake.desk.policy_file.watch import SilencePolicy
from intake.desk.sla.hours import Hours
from intake.desk.sla.targets import SlaPolicy
from intake.domain.agent import Agent
from intake.domain.channel import Channel
from intake.domain.label import Kind, Level, Priority
from intake.domain.page import Ladder
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
class Mailbox:
    """One of the desk's own addresses. Tickets that come to it begin with `team` (empty: as the routes say), and their authors
    are written to in `language` (a tag such as `de`; empty: the shipped words)."""

    address: str
    team: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustPolicy:
    """`public_domains` are mail providers for everybody: two people there are no colleagues. At most `most_joining` people in
    copy join a ticket with one mail."""

    public_domains: frozenset[str]
    most_joining: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePolicy:
    """How many deliveries may be queued in one `window`: to one address about one ticket, to one address, of pages, of lines in
    digests; and of all that the desk says by itself, to anybody. `per_instance_per_minute` is how fast the rest leaves."""

    window: timedelta
    per_recipient_and_ticket: int
    per_recipient: int
    pages_per_recipient: int
    digest_lines_per_recipient: int
    per_instance: int
    per_instance_per_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    """`lease` is how long a claimed delivery or timer belongs to one replica before another may take it over."""

    first_retry: timedelta
    longest_retry: timedelta
    give_up_after: timedelta
    digest: timedelta
    lease: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalPolicy:
    """A mail that has not come back within `bounce_window` has arrived. `reopen_window` counts from the resolution."""

    bounce_window: timedelta
    close_after_working_days: int
    reopen_window: timedelta


@dataclass(frozen=True, kw_only=True)
class Policy:
    """`version` is a short hash of the file's text; a ticket remembers the one that opened it."""

    version: str
    matrix: Mapping[tuple[Level, Level], Priority]
    routes: Mapping[Kind, Mapping[Tier, str]]
    teams: Mapping[str, Team]
    mirrors: tuple[MirrorRule, ...]
    rotations: Mapping[str, Rotation]
    ladders: tuple[Ladder, ...]
    gate: GatePolicy
    delivery: DeliveryPolicy
    final: FinalPolicy
    calendar: Calendar
    hours: Mapping[str, Hours]
    sla: SlaPolicy
    agents: Mapping[str, Agent]
    portal_links_last: timedelta
    mailboxes: Mapping[str, Mailbox]
    trust: TrustPolicy
    silence: SilencePolicy
    storm: StormPolicy
    learning: LearningPolicy
    classifier: ClassifierPolicy
    site: SitePolicy
    changes: ChangePolicy
    phone: PhonePolicy
    chat: ChatPolicy

    @cached_property
    def first_tier(self) -> Mapping[Kind, Tier]:
        """Where a ticket of each kind starts."""
        return {kind: min(tiers) for kind, tiers in self.routes.items()}

    @cached_property
    def tiers_of(self) -> Mapping[str, frozenset[Tier]]:
        """At which tiers a team stands in any route."""
        found: dict[str, set[Tier]] = {}
        for tiers in self.routes.values():
            for tier, team in tiers.items():
                found.setdefault(team, set()).add(tier)
        return {team: frozenset(tiers) for team, tiers in found.items()}

    def reach(self, teams: Collection[str]) -> frozenset[str]:
        """Whose tickets members of these teams may touch: their own, and for leads those of the teams below them."""
        below = {
            team
            for tiers in self.routes.values()
            if tiers.get(Tier.LEADS) in teams
            for tier, team in tiers.items()
            if tier < Tier.LEADS
        }
        return frozenset(teams) | below

    def team(self, name: str) -> Team:
        """Also one that desk.toml does not name any more though tickets do: it is told of nothing."""
        return self.teams.get(name) or Team(name=name, title=name, mail="")

    def ladder_for(self, kind: Kind, priority: Priority) -> Ladder | None:
        """The first in the file that is meant for such tickets."""
        return next((ladder for ladder in self.ladders if ladder.is_for(kind, priority)), None)

    def wakes(self, kind: Kind, priority: Priority) -> bool:
        """At any time of the day: a ladder that waits for opening hours wakes nobody."""
        ladder = self.ladder_for(kind, priority)
        return ladder is not None and not ladder.quiet_hours

    def opens_next(self, hours: str, at: datetime) -> datetime | None:
        """When these hours begin again; None while they are open, and for hours that the file does not know any more."""
        known = self.hours.get(hours)
        if known is None or known.works_at(at):
            return None
        return known.opens(at)

    def priority(self, impact: Level, urgency: Level) -> Priority:
        return self.matrix[impact, urgency]
