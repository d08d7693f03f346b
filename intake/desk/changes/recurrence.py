"""When a recurring change happens: RFC 5545 rules, read strictly and worked out in local time, in bounded steps."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from intake.desk.policy_file.change import ChangeTemplate
from intake.desk.sla.local_time import moment_of
from intake.domain.change import Window

LONGEST_RULE = 500  # characters
MOST_TIMES = 1_000  # COUNT
_CYCLE, _LAST_YEAR, _AHEAD = 400, 9999, 100
_DAY = timedelta(days=1)
_DAYS = frozenset({"MO", "TU", "WE", "TH", "FR", "SA", "SU"})
_DAY_OF = re.compile(r"(?:[+-]?([0-9]{1,2}))?([A-Z]{2})\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,4}\Z", re.ASCII)
_UNTIL = re.compile(r"[0-9]{8}(?:T[0-9]{6}Z?)?\Z", re.ASCII)
_YEARLY, _MONTHLY, _WEEKLY, _DAILY = "YEARLY", "MONTHLY", "WEEKLY", "DAILY"
_FREQUENCIES = (_YEARLY, _MONTHLY, _WEEKLY, _DAILY)


def demand_rule(repeats: str, starts: datetime, zone: ZoneInfo) -> None:
    """Raises ValueError that says what is wrong with the rule, also where it never comes true."""
    if next(_times(repeats, starts, zone, starts), None) is None:
        raise ValueError("there is no such day in a hundred years")


def occurrences(template: ChangeTemplate, after: datetime, until: datetime) -> Iterator[datetime]:
    """The beginnings, in UTC and in order, of those that begin later than `after` and not later than `until`.

    The clock on the wall says the same each time; a time that does not exist that day is the moment of the change, one that
    exists twice the first of the two.
    """
    if not template.repeats or template.starts is None:
        return
    first = (after.astimezone(template.zone) - _DAY).replace(tzinfo=None)
    times = _times(template.repeats, template.starts, template.zone, first)
    moments = (_moment(one, template.zone) for one in times)
    yield from (one for one in takewhile(lambda one: one <= until, moments) if one > after)


def window_of(template: ChangeTemplate, occurrence: datetime) -> Window:
    return Window(starts=occurrence, ends=occurrence + template.duration, time_zone=template.zone.key)


def _moment(local: datetime, zone: ZoneInfo) -> datetime:
    return moment_of(local.date(), local.hour * 60 + local.minute, zone)


def _times(repeats: str, starts: datetime, zone: ZoneInfo, first: datetime) -> Iterator[datetime]:
    """Local times, not before `first`. The calendar repeats itself every 400 years, and the library stops at the year 9999:
    worked out there, a rule that never comes true ends after a few hundred years instead of eight thousand."""
    rule, later = _rule(repeats, starts, zone)
    if first.year + later > _LAST_YEAR:
        return
    for one in rule.xafter(first.replace(year=first.year + later), inc=True):
        yield one.replace(year=one.year - later)


@lru_cache(maxsize=256)
def _rule(repeats: str, starts: datetime, zone: ZoneInfo) -> tuple[rrule, int]:
    parts = _parts(repeats)
    later = (_LAST_YEAR - _AHEAD - starts.year) // _CYCLE * _CYCLE
    begin = starts.replace(year=starts.year + later)
    text = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
    rule = rrulestr(text, dtstart=begin, cache=True)  # what was worked out once is looked up each minute
    if not isinstance(rule, rrule):
        raise ValueError("it must be a single rule")
    if "UNTIL" in parts:
        until = _until(parts["UNTIL"], zone)
        if until < starts:
            raise ValueError("UNTIL lies before starts")
        if until.year + later <= _LAST_YEAR:
            rule = rule.replace(until=until.replace(year=until.year + later))
    return rule, later


def _until(given: str, zone: ZoneInfo) -> datetime:
    """Local time; a day alone counts in whole. Raises ValueError."""
    if given.endswith("Z"):
        try:
            return datetime.strptime(given, "%Y%m%dT%H%M%S%z").astimezone(zone).replace(tzinfo=None)
        except OverflowError as fault:
            raise ValueError("UNTIL lies beyond all calendars") from fault
    if "T" in given:
        return datetime.strptime(given, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - local time
    return datetime.combine(datetime.strptime(given, "%Y%m%d").date(), time(23, 59, 59))  # noqa: DTZ007


def _parts(repeats: str) -> Mapping[str, str]:
    """Raises ValueError."""
    text = repeats.strip().upper().removeprefix("RRULE:")
    if len(text) > LONGEST_RULE:
        raise ValueError(f"a rule has at most {LONGEST_RULE} characters")
    parts: dict[str, str] = {}
    for part in text.removesuffix(";").split(";"):
        name, _, value = part.partition("=")
        if name not in _FITS:
            raise ValueError(f"{part!r} is not known here; known are {', '.join(_FITS)}")
        if name in parts:
            raise ValueError(f"{name} is there twice")
        if not value or not all(_FITS[name](one) for one in (value.split(",") if name in _LISTS else [value])):
            raise ValueError(f"{part!r} is not as RFC 5545 has it")
        parts[name] = value
    _demand_together(parts)
    return parts


def _demand_together(parts: Mapping[str, str]) -> None:
    """What RFC 5545 forbids in one rule, and libraries read each in its own way."""
    frequency = parts.get("FREQ", "")
    if not frequency:
        raise ValueError(f"it needs FREQ={', '.join(_FREQUENCIES)}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("COUNT and UNTIL cannot both stand")
    for name in parts.keys() & _ONLY_WITH.keys():
        if frequency not in _ONLY_WITH[name]:
            raise ValueError(f"{name} does not go with FREQ={frequency}")
    numbered = any(char.isdigit() for char in parts.get("BYDAY", ""))
    if numbered and (frequency not in (_YEARLY, _MONTHLY) or "BYWEEKNO" in parts):
        raise ValueError("a number in BYDAY, such as 2TU, goes with FREQ=MONTHLY or YEARLY alone")
    if "BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts):
        raise ValueError("BYSETPOS needs another BY…")


def _counts(least: int, most: int, *, signed: bool = False) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        if not _NUMBER.match(text) or (text[0] in "+-" and not signed):
            return False
        return least <= abs(int(text)) <= most

    return fits


def _is_day(text: str) -> bool:
    found = _DAY_OF.match(text)
    return found is not None and found[2] in _DAYS and (found[1] is None or 1 <= int(found[1]) <= 53)


_FITS: Mapping[str, Callable[[str], bool]] = {
    "FREQ": _FREQUENCIES.__contains__,
    "INTERVAL": _counts(1, 1_000),
    "COUNT": _counts(1, MOST_TIMES),
    "UNTIL": lambda text: _UNTIL.match(text) is not None,
    "WKST": _DAYS.__contains__,
    "BYMONTH": _counts(1, 12),
    "BYWEEKNO": _counts(1, 53, signed=True),
    "BYYEARDAY": _counts(1, 366, signed=True),
    "BYMONTHDAY": _counts(1, 31, signed=True),
    "BYDAY": _is_day,
    "BYSETPOS": _counts(1, 366, signed=True),
}
_LISTS = frozenset(name for name in _FITS if name.startswith("BY"))
_ONLY_WITH: Mapping[str, tuple[str, ...]] = {
    "BYWEEKNO": (_YEARLY,),
    "BYYEARDAY": (_YEARLY,),
    "BYMONTHDAY": (_YEARLY, _MONTHLY, _DAILY),
}
