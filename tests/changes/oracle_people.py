"""Who is at the desk of the random sequences, and who of them may what: written from docs/changes.md alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from intake.domain.change import Side
from intake.domain.channel import Address, AddressKind
from intake.domain.principal import STAFF, Principal, Role
from tests.changes.change_desk import MAX, PEOPLE

BEGINNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MORE_PEOPLE = """
[[agent]]
name = "Rob"
teams = ["cio_leads"]
role = "lead"
mail = "rob@desk.example"

[[agent]]
name = "Sam"
teams = ["support"]

[[agent]]
name = "Sue"
teams = ["support"]

[[agent]]
name = "Tom"
teams = ["support"]

[[agent]]
name = "Ada"
teams = ["process_leads"]
role = "admin"

[[service]]
name = "ERP"
aliases = ["SAP"]
"""
# Sam and Tom stand in these days, Sue did last year. Tom stands in for somebody of both sides.
STANDING_IN = """
[[delegate]]
for = "Lee"
agent = "Sam"
from = "2026-11-23T00:00"
until = "2026-11-26T00:00"

[[delegate]]
for = "Lou"
agent = "Sue"
from = "2025-11-23T00:00"
until = "2025-11-26T00:00"

[[delegate]]
for = "Max"
agent = "Tom"
from = "2026-11-23T00:00"
until = "2026-12-26T00:00"

[[freeze]]
name = "quiet days"
from = "2026-12-10T00:00"
until = "2026-12-12T00:00"

[[freeze]]
name = "closing the books"
from = "2026-12-14T00:00"
until = "2026-12-15T00:00"
services = ["ERP"]

[[change_template]]
name = "patching"
title = "Patching"
text = "Server by server."
team = "cio"
risk = "low"
services = ["Windows"]
implementation_plan = "INTERNAL drain and patch"
backout_plan = "INTERNAL snapshot back"
tasks = ["INTERNAL snapshots", "INTERNAL patch"]
duration = "4h"
"""
POLICY = PEOPLE + MAX + MORE_PEOPLE + STANDING_IN
TEAMS: Mapping[str, frozenset[str]] = {
    "Ben": frozenset({"support"}),
    "Sam": frozenset({"support"}),
    "Sue": frozenset({"support"}),
    "Tom": frozenset({"support"}),
    "Cleo": frozenset({"cio"}),
    "Cora": frozenset({"cio"}),
    "Pia": frozenset({"process"}),
    "Lee": frozenset({"cio_leads"}),
    "Lia": frozenset({"cio_leads"}),
    "Rob": frozenset({"cio_leads"}),
    "Lou": frozenset({"process_leads"}),
    "Lyn": frozenset({"process_leads"}),
    "Ada": frozenset({"process_leads"}),
    "Max": frozenset({"cio_leads", "process_leads"}),
}
SIDES: Mapping[Side, str] = {Side.CIO: "cio_leads", Side.PROCESS: "process_leads"}
REACH: Mapping[str, frozenset[str]] = {
    "support": frozenset({"support"}),
    "cio": frozenset({"cio"}),
    "process": frozenset({"process"}),
    "cio_leads": frozenset({"cio_leads", "cio", "support"}),
    "process_leads": frozenset({"process_leads", "process", "support"}),
}
ROB_MAIL = "rob@desk.example"
OWNER = "owner@party.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandsIn:
    agent: str
    of: str
    starts: datetime
    ends: datetime


LENT = (
    StandsIn(agent="Sam", of="Lee", starts=datetime(2026, 11, 23, tzinfo=UTC), ends=datetime(2026, 11, 26, tzinfo=UTC)),
    StandsIn(agent="Sue", of="Lou", starts=datetime(2025, 11, 23, tzinfo=UTC), ends=datetime(2025, 11, 26, tzinfo=UTC)),
    StandsIn(agent="Tom", of="Max", starts=datetime(2026, 11, 23, tzinfo=UTC), ends=datetime(2026, 12, 26, tzinfo=UTC)),
)


def _staff(name: str) -> Principal:
    role = Role.ADMIN if name == "Ada" else Role.LEAD if name[0] == "L" or name in {"Max", "Rob"} else Role.AGENT
    return Principal(name=name, role=role, teams=TEAMS[name])


def _asking(mail: str) -> Principal:
    return Principal(name=mail, role=Role.REQUESTER, address=Address(kind=AddressKind.EMAIL, value=mail))


IN_DIRECTORY = {name: _staff(name) for name in TEAMS}
# Tokens that the directory does not know, or knows otherwise, and people from outside.
STRANGE: Mapping[str, Principal] = {
    "root": Principal(name="root", role=Role.ADMIN),
    "time sheets": Principal(name="time sheets", role=Role.AGENT, teams=frozenset({"cio"})),
    "ghost": Principal(name="ghost", role=Role.LEAD, teams=frozenset({"cio_leads", "process_leads"})),
    "LEE": Principal(name="LEE", role=Role.LEAD, teams=frozenset({"cio_leads"})),
    "false Ben": Principal(name="Ben", role=Role.LEAD, teams=frozenset({"cio_leads"})),
    "auditor": Principal(name="Otto", role=Role.AUDITOR),
    "ann": _asking("ann@customer.example"),
    "rob at home": _asking(ROB_MAIL),
    "owner": _asking(OWNER),
    "mallory": _asking("mallory@elsewhere.example"),
}
ACTORS: Mapping[str, Principal] = {**IN_DIRECTORY, **STRANGE}


def same(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()


def is_staff(by: Principal) -> bool:
    return by.role in STAFF


def reaches(by: Principal, group: str) -> bool:
    if not is_staff(by):
        return False
    return by.role is Role.ADMIN or not by.teams or any(group in REACH[team] for team in by.teams)


def knows(name: str) -> str | None:
    """As the directory writes it."""
    return next((known for known in TEAMS if same(known, name)), None)


def stands_for(name: str, side: Side) -> bool:
    """Is of that side's own people."""
    return SIDES[side] in TEAMS.get(name, ())


def lent_to(name: str, side: Side, now: datetime) -> list[str]:
    """For whom of that side somebody stands in now."""
    return [one.of for one in LENT if one.agent == name and one.starts <= now < one.ends and stands_for(one.of, side)]


def is_any(name: str, names: Collection[str]) -> bool:
    return any(same(name, other) for other in names)
