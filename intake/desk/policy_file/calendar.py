"""When people work, in desk.toml: `[calendar]` for the desk, and `[[hours]]` for whoever works at other times."""

import re
from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from intake.desk.calendar import MONDAY_FIRST, Calendar, Minutes
from intake.desk.policy_file.table import PolicyTable, Row
from intake.desk.sla.hours import ALWAYS, Hours
from intake.desk.sla.local_time import DAY
from intake.desk.sla.public_holidays import Holidays, holidays_in

DESK = "desk"
_WEEK = ("working_days", "opening_hours", *MONDAY_FIRST)
_KEYS = ("time_zone", "holidays", "holidays_of", *_WEEK)
_OPENING_HOURS = ("09:00-17:00",)
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})\s{0,3}[-\u2013]\s{0,3}([0-9]{1,2}):([0-9]{2})\Z")
_MOST_SPANS = 24  # in a day
_A_YEAR = 2026  # in which a country that is known has holidays

_Spans = Mapping[int, Sequence[Minutes]]


def read_calendar(table: PolicyTable) -> Calendar:
    section = table.section("calendar", _KEYS, may_be_absent=True)
    return _Reading(table, "calendar", section, 0).calendar(None)


def read_hours(table: PolicyTable, desk: Calendar) -> dict[str, Hours]:
    """By name; what a block leaves out is as in `[calendar]`."""
    found = {ALWAYS: Hours(ALWAYS, None), DESK: Hours(DESK, desk)}
    for index, row in enumerate(table.rows("hours", ("name", *_KEYS))):
        name = table.word("hours", row, "name", index)
        if name in found:
            table.fault(f"the hours {name!r} are there already", "hours", "name", index)
        found[name] = Hours(name, _Reading(table, "hours", row, index).calendar(desk))
    return found


class _Reading:
    """One section or block; its faults are noted where they stand."""

    def __init__(self, table: PolicyTable, section: str, row: Row, index: int) -> None:
        self._table, self._section, self._row, self._index = table, section, row, index
        self._faulty = False

    def calendar(self, otherwise: Calendar | None) -> Calendar:
        row = self._row
        own_week = otherwise is None or any(key in row for key in _WEEK)
        spans = self._week() if own_week else otherwise.spans if otherwise else {}
        own_holidays = otherwise is None or "holidays" in row or "holidays_of" in row
        return Calendar(
            zone=otherwise.zone if otherwise and "time_zone" not in row else self._zone(row.get("time_zone", "UTC")),
            weekdays=frozenset(spans),
            holidays=self._holidays() if own_holidays or otherwise is None else otherwise.holidays,
            spans=spans,
        )

    def _week(self) -> _Spans:
        days = self._table.words(self._section, self._row, "working_days", self._index, default=MONDAY_FIRST[:5])
        for day in days:
            if day not in MONDAY_FIRST:
                self._fault(f"{day!r} is not a day; known are {', '.join(MONDAY_FIRST)}", "working_days")
        usual = self._spans("opening_hours", self._row.get("opening_hours", list(_OPENING_HOURS)))
        week = {
            number: self._spans(day, self._row[day]) if day in self._row else usual if day in days else ()
            for number, day in enumerate(MONDAY_FIRST)
        }
        week = {number: spans for number, spans in week.items() if spans}
        if not week and days and not self._faulty:
            self._fault("nobody ever works in these hours", "opening_hours")
        return week or {0: ((0, DAY),)}

    def _spans(self, key: str, given: object) -> Sequence[Minutes]:
        spans = [self._span(one) for one in given] if isinstance(given, list) and len(given) <= _MOST_SPANS else [None]
        known = [span for span in spans if span is not None]
        if len(known) < len(spans):
            self._fault(f'{key} must be a list of spans such as ["08:00-12:00", "13:00-17:00"]; 24:00 ends a day', key)
        elif any(one[1] > other[0] for one, other in pairwise(known)):
            self._fault(f"the spans of {key} must follow each other", key)
        return tuple(known)

    def _span(self, given: object) -> Minutes | None:
        found = _SPAN.match(given.strip()) if isinstance(given, str) else None
        if found is None:
            return None
        hours, minutes, until_hours, until_minutes = (int(part) for part in found.groups())
        begins, ends = 60 * hours + minutes, 60 * until_hours + until_minutes
        return (begins, ends) if minutes < 60 and until_minutes < 60 and begins < ends <= DAY else None

    def _zone(self, name: object) -> ZoneInfo:
        try:
            if isinstance(name, str) and name.strip():
                return ZoneInfo(name.strip())
        except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError, a path outside a ValueError
            pass
        self._fault(f"{name!r} is not a time zone such as Europe/Berlin or UTC", "time_zone")
        return ZoneInfo("UTC")

    def _holidays(self) -> Container[date]:
        days, place = self._days(self._row.get("holidays", [])), self._row.get("holidays_of", "")
        if place == "":
            return days
        try:
            if isinstance(place, str) and holidays_in(place.strip(), _A_YEAR):
                return Holidays(days=days, place=place.strip())
        except ValueError:
            pass
        self._fault(f"{place!r} is no country or part of one whose holidays are known, such as DE or DE-BY", "holidays_of")
        return days

    def _days(self, given: object) -> frozenset[date]:
        if not isinstance(given, list):
            self._fault("holidays must be a list such as [2026-12-25, 2026-12-26]", "holidays")
            return frozenset()
        days = set()
        for one in given:
            if (day := _day(one)) is None:
                self._fault(f"{str(one)!r} is not a day such as 2026-12-25", "holidays")
            else:
                days.add(day)
        return frozenset(days)

    def _fault(self, what: str, key: str) -> None:
        self._faulty = True
        self._table.fault(what, self._section, key, self._index)


def _day(given: object) -> date | None:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
