"""Reading desk.toml: every fault is named with its line, all of them at once."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from importlib import resources
from pathlib import Path

from intake.desk.policy import DeliveryPolicy, GatePolicy, MirrorRule, PagePolicy, Policy, Team
from intake.domain.channel import Channel
from intake.domain.errors import ConfigError
from intake.domain.label import Kind, Level, Priority
from intake.domain.ticket import Tier

_SECTIONS = {"priority", "route", "team", "mirror", "page", "gate", "delivery"}
_TIERS = {"tier_1": Tier.SUPPORT, "tier_2": Tier.TEAM, "tier_3": Tier.LEADS}
_ADDRESS = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,255}\Z")


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
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(f"{name}: not valid TOML: {fault}") from fault
    return _Reader(text, name, table).policy()


class _Reader:
    """Walks the parsed file and collects faults instead of stopping at the first."""

    def __init__(self, text: str, name: str, table: Mapping[str, object]) -> None:
        self._text = text
        self._lines = text.splitlines()
        self._name = name
        self._table = table
        self._faults: list[tuple[int, str]] = []

    def policy(self) -> Policy:
        for section in self._table.keys() - _SECTIONS:
            self._fault(f"unknown section [{section}]; known are {', '.join(sorted(_SECTIONS))}", section)
        teams = self._teams()
        policy = Policy(
            version=hashlib.sha256(self._text.encode()).hexdigest()[:12],
            matrix=self._matrix(),
            routes=self._routes(teams),
            teams=teams,
            mirrors=self._mirrors(teams),
            page=self._page(),
            gate=self._gate(),
            delivery=self._delivery(),
        )
        if self._faults:
            raise ConfigError("\n".join(f"{self._name}:{line}: {what}" for line, what in sorted(self._faults)))
        return policy

    def _matrix(self) -> dict[tuple[Level, Level], Priority]:
        section = self._section("priority", {f"impact_{impact.value}" for impact in Level})
        matrix: dict[tuple[Level, Level], Priority] = {}
        for impact in Level:
            key = f"impact_{impact.value}"
            row = section.get(key)
            if not isinstance(row, list) or len(row) != len(Level) or not all(cell in list(Priority) for cell in row):
                self._fault(f"{key} must be three of P1, P2, P3, P4: urgency 1, 2 and 3", "priority", key)
                continue
            matrix |= {(impact, urgency): Priority(cell) for urgency, cell in zip(Level, row, strict=True)}
        return matrix

    def _routes(self, teams: Mapping[str, Team]) -> dict[Kind, dict[Tier, str]]:
        section = self._section("route", {kind.value for kind in Kind})
        routes: dict[Kind, dict[Tier, str]] = {}
        for kind in Kind:
            row = section.get(kind.value)
            if not isinstance(row, dict) or not row or row.keys() - _TIERS.keys():
                self._fault(f"{kind.value} must name a team for tier_1, tier_2 or tier_3", "route", kind.value)
                continue
            if "tier_3" not in row or "tier_2" not in row:
                self._fault(f"{kind.value} has nowhere to escalate to: tier_2 and tier_3 are needed", "route", kind.value)
            for tier, team in row.items():
                if team not in teams:
                    self._fault(f"{kind.value}.{tier} names the team {team!r}, which has no [[team]]", "route", kind.value)
            routes[kind] = {_TIERS[tier]: str(team) for tier, team in row.items()}
        return routes

    def _teams(self) -> dict[str, Team]:
        teams: dict[str, Team] = {}
        for index, row in enumerate(self._rows("team", {"name", "title", "mail"})):
            name = self._word("team", row, "name", index)
            mail = self._word("team", row, "mail", index, default="")
            if mail and not _ADDRESS.match(mail):
                self._fault(f"{mail!r} is not a mail address", "team", "mail", index)
            if name in teams:
                self._fault(f"the team {name!r} is there twice", "team", "name", index)
            teams[name] = Team(name=name, title=self._word("team", row, "title", index, default=name), mail=mail)
        return teams

    def _mirrors(self, teams: Mapping[str, Team]) -> tuple[MirrorRule, ...]:
        rules = []
        for index, row in enumerate(self._rows("mirror", {"team", "channel", "address"})):
            team, address = self._word("mirror", row, "team", index), self._word("mirror", row, "address", index)
            channel = self._word("mirror", row, "channel", index)
            if team not in teams:
                self._fault(f"the team {team!r} has no [[team]]", "mirror", "team", index)
            if channel not in list(Channel):
                self._fault(f"{channel!r} is not a channel; known are {', '.join(Channel)}", "mirror", "channel", index)
                continue
            rules.append(MirrorRule(team=team, channel=Channel(channel), address=address))
        return tuple(rules)

    def _page(self) -> PagePolicy:
        section = self._section("page", {"priorities", "climb_after_minutes"})
        priorities = section.get("priorities")
        if not isinstance(priorities, list) or not all(cell in list(Priority) for cell in priorities):
            self._fault('priorities must be a list such as ["P1", "P2"]', "page", "priorities")
            priorities = []
        return PagePolicy(
            priorities=frozenset(Priority(cell) for cell in priorities),
            climb_after=timedelta(minutes=self._count("page", section, "climb_after_minutes")),
        )

    def _gate(self) -> GatePolicy:
        keys = ("window_minutes", "per_recipient_and_ticket", "per_recipient", "per_instance_per_minute")
        section = self._section("gate", set(keys))
        window, on_ticket, recipient, instance = (self._count("gate", section, key) for key in keys)
        return GatePolicy(
            window=timedelta(minutes=window),
            per_recipient_and_ticket=on_ticket,
            per_recipient=recipient,
            per_instance_per_minute=instance,
        )

    def _delivery(self) -> DeliveryPolicy:
        keys = ("first_retry_seconds", "longest_retry_minutes", "give_up_after_hours", "digest_seconds", "lease_seconds")
        section = self._section("delivery", set(keys))
        first, longest, give_up, digest, lease = (self._count("delivery", section, key) for key in keys)
        return DeliveryPolicy(
            first_retry=timedelta(seconds=first),
            longest_retry=timedelta(minutes=longest),
            give_up_after=timedelta(hours=give_up),
            digest=timedelta(seconds=digest),
            lease=timedelta(seconds=lease),
        )

    def _section(self, name: str, known: set[str]) -> Mapping[str, object]:
        section = self._table.get(name)
        if not isinstance(section, dict):
            self._fault(f"the section [{name}] is missing", name)
            return {}
        for key in section.keys() - known:
            self._fault(f"unknown key {key!r} in [{name}]", name, key)
        return section

    def _rows(self, name: str, known: set[str]) -> list[Mapping[str, object]]:
        rows = self._table.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._fault(f"[[{name}]] needs two brackets: there can be several", name)
            return []
        for index, row in enumerate(rows):
            for key in row.keys() - known:
                self._fault(f"unknown key {key!r} in [[{name}]]", name, key, index)
        return rows

    def _word(self, section: str, row: Mapping[str, object], key: str, index: int, default: str | None = None) -> str:
        word = row.get(key, default)
        if not isinstance(word, str) or (not word.strip() and default is None):
            self._fault(f'[[{section}]] needs {key} = "…"', section, key, index)
            return ""
        return word.strip()

    def _count(self, section: str, row: Mapping[str, object], key: str) -> int:
        number = row.get(key)
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 1_000_000:
            self._fault(f"{key} must be a whole number from 1 to 1000000", section, key)
            return 1
        return number

    def _fault(self, what: str, section: str, key: str = "", index: int = 0) -> None:
        self._faults.append((self._line(section, key, index), what))

    def _line(self, section: str, key: str, index: int) -> int:
        """Where a key stands: tomllib does not say, so the file is read once more. The section's line if the key is missing."""
        heads = [n for n, line in enumerate(self._lines) if re.match(rf"\s*\[\[?\s*{re.escape(section)}\s*\]", line)]
        if not heads:
            return 1
        start = heads[min(index, len(heads) - 1)]
        for number in range(start + 1, len(self._lines)):
            if re.match(r"\s*\[", self._lines[number]):
                break
            if key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", self._lines[number]):
                return number + 1
        return start + 1
