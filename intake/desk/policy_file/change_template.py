"""Reading standard changes out of desk.toml: `[[change_template]]`."""

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from intake.desk.changes.recurrence import demand_rule
from intake.desk.policy_file.change import ChangeTemplate
from intake.desk.policy_file.local_moment import read_local, read_zone
from intake.desk.policy_file.sla import duration_of
from intake.desk.policy_file.table import PolicyTable, Row
from intake.desk.sla.hours import ALWAYS, Hours
from intake.domain.change import Risk
from intake.domain.deed_shape import LONGEST_LINE, LONGEST_TEXT
from intake.domain.deeds_on_agreements import LONGEST_NAME
from intake.domain.deeds_on_changes import MOST_MINUTES, MOST_SERVICES
from intake.domain.ticket import SHORT_DESCRIPTION_LENGTH

LONGEST_WINDOW = timedelta(days=14)
SHORTEST_WINDOW = timedelta(minutes=1)
FARTHEST_AHEAD = timedelta(days=366)
MOST_TASKS = 100
_NAME = "change_template"
_PLANS = ("implementation_plan", "test_plan", "backout_plan")
_WORDS = ("name", "title", "text", "team", "risk", *_PLANS)
_TIMES = ("time_zone", "duration", "starts", "repeats", "open_ahead")
_KEYS = (*_WORDS, *_TIMES, "services", "tasks", "agreement", "hours")
_ALWAYS = Hours(ALWAYS, None)
_MINUTE = timedelta(minutes=1)


def read_templates(table: PolicyTable, teams: Collection[str], zone: ZoneInfo) -> dict[str, ChangeTemplate]:
    """By name; times without a zone of their own are in `zone`."""
    templates: dict[str, ChangeTemplate] = {}
    for index, row in enumerate(table.rows(_NAME, _KEYS)):
        template = _Reading(table, row, index).template(zone)
        if template.team and template.team not in teams:
            table.fault(f"the team {template.team!r} has no [[team]]", _NAME, "team", index)
        if template.name in templates:
            table.fault(f"the change template {template.name!r} is there already", _NAME, "name", index)
        templates[template.name] = template
    return templates


class _Reading:
    """One block; its faults are noted where they stand."""

    def __init__(self, table: PolicyTable, row: Row, index: int) -> None:
        self._table, self._row, self._index = table, row, index

    def template(self, otherwise: ZoneInfo) -> ChangeTemplate:
        zone = read_zone(self._table, _NAME, self._row, self._index, otherwise)
        starts, repeats = self._recurrence(zone)
        agreement, minutes = self._hours()
        return ChangeTemplate(
            name=self._text("name", LONGEST_NAME, needed=True),
            title=self._text("title", SHORT_DESCRIPTION_LENGTH, needed=True),
            text=self._text("text", LONGEST_TEXT),
            team=self._text("team", LONGEST_LINE, needed=True),
            risk=self._risk(),
            services=self._lines("services", MOST_SERVICES, needed=True),
            implementation_plan=self._text("implementation_plan", LONGEST_TEXT),
            test_plan=self._text("test_plan", LONGEST_TEXT),
            backout_plan=self._text("backout_plan", LONGEST_TEXT, needed=True),
            tasks=self._lines("tasks", MOST_TASKS),
            zone=zone,
            starts=starts,
            duration=self._duration("duration", "1h", SHORTEST_WINDOW, LONGEST_WINDOW),
            repeats=repeats,
            open_ahead=self._duration("open_ahead", "14d", _MINUTE, FARTHEST_AHEAD),
            agreement=agreement,
            minutes=minutes,
        )

    def _text(self, key: str, most: int, *, needed: bool = False) -> str:
        text = self._table.word(_NAME, self._row, key, self._index, default=None if needed else "")
        if len(text) > most:
            self._fault(f"{key} has {len(text)} characters; {most} are allowed", key)
        return text

    def _lines(self, key: str, most: int, *, needed: bool = False) -> tuple[str, ...]:
        if key not in self._row and not needed:
            return ()
        lines = self._table.words(_NAME, self._row, key, self._index)
        if len(lines) > most or not all(0 < len(line) <= LONGEST_LINE for line in lines):
            self._fault(f"{key}: at most {most}, each of 1 to {LONGEST_LINE} characters", key)
        return tuple(dict.fromkeys(lines))

    def _risk(self) -> Risk:
        risk = self._table.word(_NAME, self._row, "risk", self._index)
        if risk not in list(Risk):
            self._fault(f"{risk!r} is not a risk; known are {', '.join(Risk)}", "risk")
            return Risk.LOW
        return Risk(risk)

    def _duration(self, key: str, default: str, least: timedelta, most: timedelta) -> timedelta:
        amount = duration_of(self._row.get(key, default), _ALWAYS)
        if amount is None or not least <= amount <= most:
            self._fault(f'{key} must be how long, such as "4h", and at most {most.days} days', key)
            return least
        return amount

    def _recurrence(self, zone: ZoneInfo) -> tuple[datetime | None, str]:
        repeats = self._text("repeats", LONGEST_LINE)
        if not repeats:
            if "starts" in self._row:
                self._fault("starts is when a recurring change begins: it needs repeats", "starts")
            return None, ""
        starts = read_local(self._table, _NAME, self._row, "starts", self._index)
        if starts is None:
            return None, ""
        try:
            demand_rule(repeats, starts, zone)
        except ValueError as fault:
            self._fault(f"repeats: {fault}", "repeats")
            return None, ""
        return starts, repeats

    def _hours(self) -> tuple[str, int]:
        agreement, given = self._text("agreement", LONGEST_NAME), self._row.get("hours")
        if not agreement or given is None:
            if agreement or given is not None:
                self._fault("agreement and hours go together", "agreement" if agreement else "hours")
            return "", 0
        amount = duration_of(given, _ALWAYS) if not str(given).strip().endswith("d") else None
        if amount is None or amount // _MINUTE > MOST_MINUTES:
            self._fault('hours must be how much work it is, such as "4h" or "90m"', "hours")
            return agreement, 1
        return agreement, amount // _MINUTE

    def _fault(self, what: str, key: str) -> None:
        self._table.fault(what, _NAME, key, self._index)
