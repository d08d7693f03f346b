"""Reports of outages in many words, and near misses: the templates of a file with their slots filled, and typing slips."""

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from intake.desk.names_in_text import NamesInText
from intake.desk.ports_of_storms import Report

TUNING = Path(__file__).with_name("tuning.toml")
HELD_BACK = Path(__file__).with_name("held_back.toml")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SLOT = re.compile(r"\{(\w+)\}")
LONG_WORD = re.compile(r"[^\W\d_]{4,}")
FILLINGS: Mapping[str, Sequence[str]] = {
    "time": ("8:15", "9 o'clock", "this morning", "about ten minutes", "7.40", "09:30 CET", "half past eight"),
    "name": ("Anna Okafor", "Piotr Zielak", "M. Brandt", "Lucía Ferrer", "Tom Ashby", "Ines Carvalho", "J. van Dijk"),
    "team": ("accounting", "the sales team", "purchasing", "HR", "customer care", "dispatch", "quality control"),
    "n": ("3", "5", "12", "about 20", "7", "40"),
    "error": (
        "error 720",
        "server not responding",
        "HTTP 503",
        "timeout",
        "code 0x80072ee7",
        "unknown error",
        "502 bad gateway",
    ),
}
SITES: Mapping[str, Sequence[str]] = {
    "Lyon": ("Lyon", "Lyon", "LYS1"),
    "Leeds": ("Leeds", "Leeds", "Plant Leeds"),
    "Gdansk": ("Gdansk", "Gdańsk", "Plant 2300"),
    "Porto": ("Porto", "Porto branch"),
    "Brno": ("Brno", "BRQ2"),
}
SERVICES: Mapping[str, Sequence[str]] = {
    "VPN": ("VPN", "AnyConnect", "GlobalProtect"),
    "Mail": ("Outlook", "Exchange", "webmail"),
    "ERP": ("ERP", "SAP"),
    "Payroll": ("payroll portal", "payslip portal"),
    "Intranet": ("intranet",),
    "OneDrive": ("OneDrive", "SharePoint"),
}
_SITE_NAMES = NamesInText({alias: name for name, aliases in SITES.items() for alias in {name, *aliases}})
_SERVICE_NAMES = NamesInText({alias: name for name, aliases in SERVICES.items() for alias in aliases})
NEIGHBOURS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopoasdfghjkklxcvbnmn", strict=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """`site` is where it happens, where that matters."""

    name: str
    reports: Sequence[str]
    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """`near` are near misses by the outage that they are near to."""

    outages: Sequence[Outage]
    near: Mapping[str, Sequence[str]]


def collection(path: Path) -> Collection:
    table = tomllib.loads(path.read_text("utf-8"))
    rows = cast(list[dict[str, str | list[str]]], table["outage"])
    outages = [
        Outage(name=str(row["name"]), reports=tuple(cast(list[str], row["reports"])), site=str(row.get("site", "")))
        for row in rows
    ]
    near = cast(dict[str, list[str]], table["near_misses"])
    return Collection(outages=tuple(outages), near={name: tuple(texts) for name, texts in near.items()})


def filled(template: str, site: str, order: random.Random) -> str:
    def filling(slot: re.Match[str]) -> str:
        name = site if slot[1] == "site" else slot[1]
        return order.choice(SITES[name] if name in SITES else FILLINGS[name])

    return SLOT.sub(filling, template)


def mistyped(text: str, order: random.Random, share: float = 0.12) -> str:
    """Slips in so many of the longer words, at least one: swapped, dropped, doubled letters, a neighbouring key."""
    places = [match.span() for match in LONG_WORD.finditer(text)]
    if not places:
        return text
    chosen = [place for place in places if order.random() < share] or [order.choice(places)]
    for start, end in reversed(chosen):
        text = text[:start] + _slipped(text[start:end], order) + text[end:]
    return text


def _slipped(word: str, order: random.Random) -> str:
    place = order.randrange(len(word) - 1)
    match order.randrange(4):
        case 0:
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        case 1:
            return word[:place] + word[place + 1 :]
        case 2:
            return word[: place + 1] + word[place:]
        case _:
            return word[:place] + NEIGHBOURS.get(word[place].lower(), word[place]) + word[place + 1 :]


def report(ticket: int, text: str, *, named: bool = True, at: datetime = NOON) -> Report:
    """`named`: desk.toml holds the services and sites above."""
    services = {found.what for found in _SERVICE_NAMES.find(text)} if named else set()
    sites = {found.what for found in _SITE_NAMES.find(text)} if named else set()
    return Report(ticket=ticket, at=at, text=text, services=frozenset(services), sites=frozenset(sites))
