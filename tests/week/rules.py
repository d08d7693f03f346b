"""desk.toml as the oracle reads it: by itself, as plain tables."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from tests.week.happening import START, Second
from tests.week.on_call import Override, Rotation, hand_overs
from tests.week.open_minutes import OpenMinutes, Span, first_shown

Table = dict[str, object]
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ALWAYS = "always"
# Where [holidays_of] leads, written down by hand: what is closed in these weeks.
PUBLIC_HOLIDAYS = {"AT": (date(2026, 10, 26), date(2026, 11, 1)), "": ()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    page: str
    tier: int
    by: tuple[str, ...]
    wait: int
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    name: str
    priorities: tuple[str, ...]
    kinds: tuple[str, ...]
    steps: tuple[Step, ...]
    quiet_hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    working: int  # seconds
    hours: str


@dataclass(frozen=True)
class Rules:
    text: str
    accepted_from: list[Second] = field(default_factory=list)

    @cached_property
    def table(self) -> Table:
        return tomllib.loads(self.text)

    def priority(self, impact: int, urgency: int) -> str:
        return words(inside(self.table["priority"])[f"impact_{impact}"])[urgency - 1]

    def team_at(self, kind: str, tier: int) -> str:
        """Empty where this kind has no such tier."""
        return str(inside(inside(self.table["route"])[kind]).get(f"tier_{tier}", ""))

    def tiers(self, kind: str) -> list[int]:
        return [tier for tier in (1, 2, 3) if self.team_at(kind, tier)]

    def mail_of_team(self, name: str) -> str:
        return next(str(team["mail"]) for team in rows(self.table["team"]) if team["name"] == name)

    def addresses_of(self, agent: str) -> dict[str, str]:
        """By the channel that reaches them."""
        row = next(row for row in rows(self.table["agent"]) if row["name"] == agent)
        known = {"email": row.get("mail"), "sms": row.get("phone"), "slack": row.get("slack")}
        return {channel: str(address) for channel, address in known.items() if address}

    def teams_of(self, agent: str) -> list[str]:
        return next((words(row["teams"]) for row in rows(self.table["agent"]) if row["name"] == agent), [])

    def agents_in(self, team: str) -> list[str]:
        return [str(row["name"]) for row in rows(self.table["agent"]) if team in words(row["teams"])]

    @cached_property
    def hours(self) -> dict[str, OpenMinutes]:
        always = OpenMinutes(ZoneInfo("UTC"), {day: [(0, 1440)] for day in range(7)}, ())
        found = {ALWAYS: always, "desk": calendar(inside(self.table["calendar"]))}
        for row in rows(self.table.get("hours", [])):
            found[str(row["name"])] = calendar(row)
        return found

    def target(self, kind: str, priority: str, clock: str) -> Target | None:
        line = inside(inside(inside(self.table["sla"]).get(kind, {})).get(priority, {}))
        if clock not in line:
            return None
        hours = str(line.get("hours", "desk"))
        amount, unit = int(str(line[clock])[:-1]), str(line[clock])[-1]
        return Target(working=amount * {"m": 60, "h": 3600, "d": self.hours[hours].longest_day}[unit], hours=hours)

    @cached_property
    def rotations(self) -> list[Rotation]:
        return [
            Rotation(
                team=str(row["team"]),
                hours=str(row.get("hours", ALWAYS)),
                members=words(row["members"]),
                turns=hand_overs(
                    str(row["time_zone"]), str(row["starts"]), str(row["hand_over"]), int(str(row.get("every_weeks", 1)))
                ),
                overrides=[override(over, str(row["time_zone"])) for over in self._overrides_of(str(row["name"]))],
            )
            for row in rows(self.table["rotation"])
        ]

    def _overrides_of(self, rotation: str) -> list[Table]:
        return [row for row in rows(self.table["override"]) if row["rotation"] == rotation]

    @cached_property
    def ladders(self) -> list[Ladder]:
        return [
            Ladder(
                name=str(row["name"]),
                priorities=tuple(words(row["priorities"])),
                kinds=tuple(words(row.get("kinds", ["incident", "service_request", "enhancement", "none"]))),
                steps=tuple(step(one) for one in rows(row["steps"])),
                quiet_hours=str(row.get("quiet_hours", "")),
            )
            for row in rows(self.table["ladder"])
        ]

    def ladder_for(self, kind: str, priority: str) -> Ladder | None:
        fitting = [ladder for ladder in self.ladders if kind in ladder.kinds and priority in ladder.priorities]
        return fitting[0] if fitting else None

    def person_on_call(self, team: str, at: Second) -> str:
        """Empty where nobody is."""
        for rotation in self.rotations:
            if rotation.team == team:
                return rotation.on_call(START + timedelta(seconds=at), is_open=self.hours[rotation.hours].is_open(at))
        return ""

    @property
    def bounce_window(self) -> int:
        return int(str(inside(self.table["final_response"])["bounce_window_seconds"]))

    def storm(self, key: str) -> int:
        return int(str(inside(self.table["storm"])[key]))


def step(row: Table) -> Step:
    return Step(
        page=str(row["page"]),
        tier=int(str(row["tier"])),
        by=tuple(words(row["by"])),
        wait=60 * int(str(row["wait_minutes"])),
        times=1 + int(str(row.get("repeat", 0))),
    )


def override(row: Table, zone: str) -> Override:
    begin, end = (first_shown(ZoneInfo(zone), datetime.fromisoformat(str(row[key]))) for key in ("from", "until"))
    return Override(agent=str(row["agent"]), begin=begin, end=end)


def calendar(row: Table) -> OpenMinutes:
    usual, working = words(row["opening_hours"]), words(row["working_days"])
    spans = {
        number: [span(one) for one in words(row.get(day, usual if day in working else []))] for number, day in enumerate(DAYS)
    }
    given = row.get("holidays", [])
    assert isinstance(given, list)
    holidays = {day for day in given if isinstance(day, date)} | set(PUBLIC_HOLIDAYS[str(row.get("holidays_of", ""))])
    return OpenMinutes(ZoneInfo(str(row["time_zone"])), spans, holidays)


def span(text: str) -> Span:
    """`08:00-12:00`, in minutes of the day."""
    begin, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in text.split("-"))
    return begin, end


def inside(value: object) -> Table:
    assert isinstance(value, dict)
    return value


def rows(value: object) -> list[Table]:
    assert isinstance(value, list)
    return value


def words(value: object) -> list[str]:
    assert isinstance(value, list)
    return value
