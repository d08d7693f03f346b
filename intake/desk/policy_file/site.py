"""What is critical at a site, and who, as the administrator decided: `[[service]]`, `[[site]]` and `[[vip]]` in desk.toml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from intake.desk.names_in_text import LONGEST_NAME, MOST_WORDS, key_of, words_of
from intake.desk.policy_file.table import PolicyTable, Row
from intake.domain.label import Category, Kind, Level

_FAILS = (Category.UNAVAILABLE.value, Category.PERFORMANCE_INTERFACE.value, Category.ERROR_MESSAGE.value)
_VIP_ADDRESS = re.compile(r"[^@\s<>,;]{0,64}@[^@\s<>,;]{1,255}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalService:
    """`impact` is what an incident of one of the `categories` has when it hits its users."""

    name: str
    impact: Level
    categories: frozenset[Category]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """`impact` is what an incident has that hits it, or several people there."""

    name: str
    impact: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePolicy:
    """`names` are all names and aliases, each with what it stands for. `vips` are mail addresses, and domains such as
    `@example.com`, each with the impact that what they ask for has at least."""

    names: Mapping[str, CriticalService | Site]
    vips: Mapping[str, Level]

    def own_names(self) -> Mapping[str, str]:
        """By the key (`key_of`) of each name and alias, what goes by it is called."""
        return {key_of(alias): what.name for alias, what in self.names.items()}


def read_site(table: PolicyTable) -> SitePolicy:
    names: dict[str, CriticalService | Site] = {}
    keys: dict[str, str] = {}
    for index, row in enumerate(table.rows("service", ("name", "aliases", "impact", "categories"))):
        name = table.word("service", row, "name", index)
        service = CriticalService(
            name=name, impact=_impact(table, "service", row, index, Level.HIGH), categories=_categories(table, row, index)
        )
        _add_names(table, "service", row, index, service, names, keys)
    for index, row in enumerate(table.rows("site", ("name", "aliases", "impact"))):
        name = table.word("site", row, "name", index)
        site = Site(name=name, impact=_impact(table, "site", row, index, Level.HIGH))
        _add_names(table, "site", row, index, site, names, keys)
    return SitePolicy(names=names, vips=_vips(table))


def _add_names(
    table: PolicyTable,
    section: str,
    row: Row,
    index: int,
    what: CriticalService | Site,
    names: dict[str, CriticalService | Site],
    keys: dict[str, str],
) -> None:
    aliases = table.words(section, row, "aliases", index) if "aliases" in row else []
    for field, name in [("name", what.name), *(("aliases", alias) for alias in aliases)]:
        if field == "name" and not name:
            continue  # named as a fault already
        key = key_of(name)
        if len(key) < 2 or len(name) > LONGEST_NAME or len(words_of(name)) > MOST_WORDS:
            says = f"{name!r} must be a name of 2 to {LONGEST_NAME} characters and at most {MOST_WORDS} words"
            table.fault(says, section, field, index)
        elif key in keys:
            table.fault(f"{name!r} cannot be told apart from {keys[key]!r}, which is there already", section, field, index)
        else:
            keys[key], names[name] = name, what


def _vips(table: PolicyTable) -> dict[str, Level]:
    vips: dict[str, Level] = {}
    for index, row in enumerate(table.rows("vip", ("addresses", "impact"))):
        impact = _impact(table, "vip", row, index, Level.MEDIUM)
        for address in table.words("vip", row, "addresses", index):
            if not _VIP_ADDRESS.match(address):
                says = f"{address!r} is neither a mail address nor a domain such as @board.example.com"
                table.fault(says, "vip", "addresses", index)
            elif address.lower() in vips:
                table.fault(f"{address!r} is there twice", "vip", "addresses", index)
            vips[address.lower()] = impact
    return vips


def _impact(table: PolicyTable, section: str, row: Row, index: int, default: Level) -> Level:
    impact = row.get("impact", default.value)
    if isinstance(impact, bool) or not isinstance(impact, int) or impact not in (Level.HIGH, Level.MEDIUM):
        table.fault("impact must be 1 or 2: what it is raised to", section, "impact", index)
        return default
    return Level(impact)


def _categories(table: PolicyTable, row: Row, index: int) -> frozenset[Category]:
    known = [category.value for category in Category if category.kind is Kind.INCIDENT]
    words = table.words("service", row, "categories", index, default=_FAILS)
    for word in words:
        if word not in known:
            table.fault(
                f"{word!r} is not a category of incidents; known are {', '.join(known)}", "service", "categories", index
            )
    return frozenset(Category(word) for word in words if word in known)
