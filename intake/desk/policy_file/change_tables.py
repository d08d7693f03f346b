"""Reading how changes run, out of desk.toml: `[changes]`, `[[freeze]]`, `[[delegate]]`, and with them `[[change_template]]`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from intake.desk.calendar import Calendar
from intake.desk.policy_file.calendar import DESK
from intake.desk.policy_file.change import ChangePolicy, Delegate, Freeze
from intake.desk.policy_file.change_template import read_templates
from intake.desk.policy_file.local_moment import read_span, read_zone
from intake.desk.policy_file.sla import duration_of
from intake.desk.policy_file.table import PolicyTable, Row
from intake.desk.sla.hours import ALWAYS, Hours
from intake.domain.agent import Agent
from intake.domain.change import Side, Window
from intake.domain.label import Kind
from intake.domain.ticket import Tier

_NAME = "changes"
_KEYS = ("approvers", "remind_every", "approve_emergency_within", "product_owner_must_agree", "alert_at")
_SIDES: Mapping[Side, Kind] = {
    Side.CIO: Kind.ENHANCEMENT,
    Side.PROCESS: Kind.SERVICE_REQUEST,
}  # whose leads, if nothing is said


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownToChanges:
    """What these sections may name."""

    teams: Collection[str]
    agents: Mapping[str, Agent]
    hours: Mapping[str, Hours]
    calendar: Calendar
    routes: Mapping[Kind, Mapping[Tier, str]]


def read_changes(table: PolicyTable, known: KnownToChanges) -> ChangePolicy:
    """A desk.toml that says nothing of changes has the leads of both sides approve them."""
    section = table.section(_NAME, _KEYS, may_be_absent=True)
    return ChangePolicy(
        approvers=_approvers(table, section, known),
        remind_every=_duration(table, section, "remind_every", "1d", known.hours[DESK]),
        approve_emergency_within=_duration(table, section, "approve_emergency_within", "24h", known.hours[ALWAYS]),
        product_owner_must_agree=_yes_or_no(table, section, "product_owner_must_agree"),
        alert_at=_share(table, section, "alert_at", 0.8),
        freezes=_freezes(table, known),
        delegates=_delegates(table, known),
        templates=read_templates(table, known.teams, known.calendar.zone),
    )


def _approvers(table: PolicyTable, section: Row, known: KnownToChanges) -> dict[Side, tuple[str, ...]]:
    found = {side: _leads(known, kind) for side, kind in _SIDES.items()}
    given = section.get("approvers", {})
    if not isinstance(given, Mapping):
        table.fault('approvers must be such as { cio = ["cio_leads"], process = ["process_leads"] }', _NAME, "approvers")
        return found
    for name, teams in given.items():
        if name not in [side.value for side in _SIDES]:
            table.fault(f"approvers: {name!r} is no side; there are cio and process", _NAME, "approvers")
        elif not isinstance(teams, list) or not teams or not all(isinstance(team, str) for team in teams):
            table.fault(f'approvers: {name} must be a list of teams, such as ["{name}_leads"]', _NAME, "approvers")
        else:
            for team in teams:
                if team not in known.teams:
                    table.fault(f"approvers: {name} names the team {team!r}, which has no [[team]]", _NAME, "approvers")
            found[Side(name)] = tuple(dict.fromkeys(teams))
    return found


def _leads(known: KnownToChanges, kind: Kind) -> tuple[str, ...]:
    team = known.routes.get(kind, {}).get(Tier.LEADS)
    return (team,) if team else ()


def _duration(table: PolicyTable, section: Row, key: str, default: str, hours: Hours) -> timedelta:
    amount = duration_of(section.get(key, default), hours)
    if amount is None:
        table.fault(f'{key} must be how long, such as "4h" or "1d", and at most ten years', _NAME, key)
    return amount or timedelta(days=1)


def _yes_or_no(table: PolicyTable, section: Row, key: str) -> bool:
    given = section.get(key, False)
    if not isinstance(given, bool):
        table.fault(f"{key} must be true or false", _NAME, key)
    return given is True


def _share(table: PolicyTable, section: Row, key: str, default: float) -> float:
    given = section.get(key, default)
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= 1:
        table.fault(f"{key} must be a number above 0 and at most 1", _NAME, key)
        return default
    return float(given)


def _freezes(table: PolicyTable, known: KnownToChanges) -> tuple[Freeze, ...]:
    section = "freeze"
    freezes: list[Freeze] = []
    for index, row in enumerate(table.rows(section, ("name", "from", "until", "time_zone", "services"))):
        name = table.word(section, row, "name", index)
        zone = read_zone(table, section, row, index, known.calendar.zone)
        services = table.words(section, row, "services", index) if "services" in row else []
        span = read_span(table, section, row, index, zone)
        if any(freeze.name == name for freeze in freezes):
            table.fault(f"the freeze {name!r} is there already", section, "name", index)
        if span is not None:
            window = Window(starts=span[0], ends=span[1], time_zone=zone.key)
            freezes.append(Freeze(name=name, window=window, services=frozenset(services)))
    return tuple(freezes)


def _delegates(table: PolicyTable, known: KnownToChanges) -> tuple[Delegate, ...]:
    section = "delegate"
    delegates: list[Delegate] = []
    for index, row in enumerate(table.rows(section, ("for", "agent", "from", "until", "time_zone"))):
        of, agent = (table.word(section, row, key, index) for key in ("for", "agent"))
        for key, name in (("for", of), ("agent", agent)):
            if name and name not in known.agents:
                table.fault(f"{name!r} has no [[agent]]", section, key, index)
        if of and of == agent:
            table.fault("nobody stands in for themselves", section, "agent", index)
        span = read_span(table, section, row, index, read_zone(table, section, row, index, known.calendar.zone))
        if span is not None:
            delegates.append(Delegate(of=of, agent=agent, starts=span[0], ends=span[1]))
    return tuple(delegates)
