"""Reading desk.toml: every fault is named with its line, all of them at once."""

import hashlib
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from intake.desk.policy import Policy, Team
from intake.desk.policy_file.calendar import read_calendar, read_hours
from intake.desk.policy_file.change_tables import KnownToChanges, read_changes
from intake.desk.policy_file.chat import read_chat
from intake.desk.policy_file.classifier import read_classifier
from intake.desk.policy_file.learning import read_learning
from intake.desk.policy_file.mail import read_mailboxes, read_trust
from intake.desk.policy_file.oncall import Known, read_ladders, read_rotations
from intake.desk.policy_file.people import read_agents, read_mirrors, read_teams
from intake.desk.policy_file.phone import read_phone
from intake.desk.policy_file.site import read_site
from intake.desk.policy_file.sla import read_sla
from intake.desk.policy_file.storm import read_storm
from intake.desk.policy_file.table import PolicyTable
from intake.desk.policy_file.times import read_delivery, read_final, read_gate, read_links_last
from intake.desk.policy_file.watch import read_silence
from intake.domain.errors import ConfigError
from intake.domain.label import Kind, Level, Priority
from intake.domain.ticket import Tier

_SECTIONS = (
    "priority",
    "route",
    "team",
    "agent",
    "mirror",
    "rotation",
    "override",
    "ladder",
    "page",
    "gate",
    "delivery",
    "final_response",
    "calendar",
    "hours",
    "sla",
    "portal",
    "mailbox",
    "trust",
    "silence",
    "storm",
    "learning",
    "classifier",
    "service",
    "site",
    "vip",
    "changes",
    "freeze",
    "delegate",
    "change_template",
    "phone",
    "line",
    "slack",
    "slack_channel",
    "slack_group",
)
_TIERS = {"tier_1": Tier.SUPPORT, "tier_2": Tier.TEAM, "tier_3": Tier.LEADS}


def read_policy(path: Path | None) -> Policy:
    """The policy at `path`, or the shipped one. Raises ConfigError that lists every fault with its line."""
    if path is None:
        return parse_policy(resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8"), "desk.toml")
    try:
        return parse_policy(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(f"INTAKE_POLICY: {path} cannot be read: {fault}") from fault


def parse_policy(text: str, name: str) -> Policy:
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(f"{name}: not valid TOML: {fault}") from fault
    table = PolicyTable(text, name, parsed)
    table.demand_known(_SECTIONS)
    teams, calendar = read_teams(table), read_calendar(table)
    agents, hours, mirrors = read_agents(table, teams), read_hours(table, calendar), read_mirrors(table, teams)
    known, routes = Known(teams=teams, agents=agents, hours=hours), _routes(table, teams)
    policy = Policy(
        version=hashlib.sha256(text.encode()).hexdigest()[:12],
        matrix=_matrix(table),
        routes=routes,
        teams=teams,
        mirrors=mirrors,
        rotations=read_rotations(table, known),
        ladders=read_ladders(table, known),
        gate=read_gate(table),
        delivery=read_delivery(table),
        final=read_final(table),
        calendar=calendar,
        hours=hours,
        sla=read_sla(table, hours),
        agents=agents,
        portal_links_last=read_links_last(table),
        mailboxes=read_mailboxes(table, teams),
        trust=read_trust(table),
        silence=read_silence(table),
        storm=read_storm(table),
        learning=read_learning(table),
        classifier=read_classifier(table),
        site=read_site(table),
        changes=read_changes(table, KnownToChanges(teams=teams, agents=agents, hours=hours, calendar=calendar, routes=routes)),
        phone=read_phone(table),
        chat=read_chat(table, teams, [(rule.channel, rule.address) for rule in mirrors]),
    )
    table.demand_no_faults()
    return policy


def _matrix(table: PolicyTable) -> dict[tuple[Level, Level], Priority]:
    section = table.section("priority", [f"impact_{impact.value}" for impact in Level])
    matrix: dict[tuple[Level, Level], Priority] = {}
    for impact in Level:
        key = f"impact_{impact.value}"
        row = section.get(key)
        if not isinstance(row, list) or len(row) != len(Level) or not all(cell in list(Priority) for cell in row):
            table.fault(f"{key} must be three of P1, P2, P3, P4: urgency 1, 2 and 3", "priority", key)
            continue
        matrix |= {(impact, urgency): Priority(cell) for urgency, cell in zip(Level, row, strict=True)}
    return matrix


def _routes(table: PolicyTable, teams: Mapping[str, Team]) -> dict[Kind, dict[Tier, str]]:
    section = table.section("route", [kind.value for kind in Kind])
    routes: dict[Kind, dict[Tier, str]] = {}
    for kind in Kind:
        row = section.get(kind.value)
        if not isinstance(row, dict) or not row or row.keys() - _TIERS.keys():
            table.fault(f"{kind.value} must name a team for tier_1, tier_2 or tier_3", "route", kind.value)
            continue
        if "tier_3" not in row or "tier_2" not in row:
            table.fault(f"{kind.value} has nowhere to escalate to: tier_2 and tier_3 are needed", "route", kind.value)
        for tier, team in row.items():
            if team not in teams:
                table.fault(f"{kind.value}.{tier} names the team {team!r}, which has no [[team]]", "route", kind.value)
        routes[kind] = {_TIERS[tier]: str(team) for tier, team in row.items()}
    return routes
