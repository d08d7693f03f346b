"""How long a ticket may wait, by kind and priority, as one version of desk.toml says: kept as text, so that a ticket's clocks
can be worked out long after the file was edited."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from typing_extensions import TypedDict

from intake.desk.calendar import Calendar, Minutes
from intake.desk.sla.hours import ALWAYS, Hours
from intake.desk.sla.public_holidays import Holidays
from intake.domain.clock import ClockKind
from intake.domain.label import Kind, Priority

WARN_AT = 0.75  # of a target
_BEFORE, _AHEAD = 1, 10  # years whose holidays are written down: those that tickets of this version live in
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """So much working time. Two with the same `name` are the same, whichever kind and priority they come from. Whoever has the
    ticket is warned when `warning` is used up."""

    amount: timedelta
    hours: Hours
    warning: timedelta = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "warning", self.amount * WARN_AT)

    @property
    def name(self) -> str:
        return f"{self.amount // _SECOND} s, {self.hours.name}"


Targets = Mapping[tuple[Kind, Priority], Mapping[ClockKind, Target]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPolicy:
    """`hours` are all that have a name, `always` and `desk` among them."""

    targets: Targets
    hours: Mapping[str, Hours]

    def target(self, kind: Kind, priority: Priority, clock: ClockKind) -> Target | None:
        return self.targets.get((kind, priority), _NOTHING).get(clock)


_NOTHING: Mapping[ClockKind, Target] = {}


class _HoursText(TypedDict):
    zone: str
    spans: list[list[Minutes]]  # seven days, from Monday
    holidays: list[str]
    holidays_of: str
    written_down: tuple[int, int]


class _TargetText(TypedDict):
    kind: str
    priority: str
    clock: str
    seconds: int
    hours: str


class _PolicyText(TypedDict):
    hours: dict[str, _HoursText]
    targets: list[_TargetText]


def as_text(policy: SlaPolicy, year: int) -> str:
    """JSON of what counts, in one spelling. Public holidays are written down around this year: they are what they were then."""
    used = {target.hours.name: target.hours for row in policy.targets.values() for target in row.values()}
    text: _PolicyText = {
        "hours": {name: _hours_text(hours.calendar, year) for name, hours in used.items() if hours.calendar is not None},
        "targets": [
            {
                "kind": kind.value,
                "priority": priority.value,
                "clock": clock.value,
                "seconds": target.amount // _SECOND,
                "hours": target.hours.name,
            }
            for (kind, priority), row in sorted(policy.targets.items())
            for clock, target in sorted(row.items())
        ],
    }
    return json.dumps(text, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=64)
def of_text(text: str) -> SlaPolicy:
    """The same one each time: its hours remember the years that they have worked out."""
    told: _PolicyText = json.loads(text)
    hours = {name: Hours(name, _calendar(of)) for name, of in told["hours"].items()} | {ALWAYS: Hours(ALWAYS, None)}
    targets: dict[tuple[Kind, Priority], dict[ClockKind, Target]] = {}
    for row in told["targets"]:
        target = Target(amount=row["seconds"] * _SECOND, hours=hours[row["hours"]])
        targets.setdefault((Kind(row["kind"]), Priority(row["priority"])), {})[ClockKind(row["clock"])] = target
    return SlaPolicy(targets=targets, hours=hours)


def _hours_text(calendar: Calendar, year: int) -> _HoursText:
    given, place, years = calendar.holidays, "", (0, 0)
    if isinstance(given, Holidays):
        years = (year - _BEFORE, year + _AHEAD)
        place, days = given.place, given.all_in(*years)
    else:
        assert isinstance(given, frozenset)
        days = given
    return {
        "zone": calendar.zone.key,
        "spans": [list(calendar.spans.get(day, ())) if day in calendar.weekdays else [] for day in range(7)],
        "holidays": sorted(day.isoformat() for day in days),
        "holidays_of": place,
        "written_down": years,
    }


def _calendar(of: _HoursText) -> Calendar:
    days = frozenset(date.fromisoformat(day) for day in of["holidays"])
    first, last = of["written_down"]
    place = of["holidays_of"]
    spans = {day: tuple((begins, ends) for begins, ends in row) for day, row in enumerate(of["spans"]) if row}
    return Calendar(
        zone=ZoneInfo(of["zone"]),
        weekdays=frozenset(spans),
        holidays=Holidays(days=days, place=place, written_down=(first, last)) if place else days,
        spans=spans,
    )
