"""Targets and hours in desk.toml, and as they are kept for old tickets."""

import re
from datetime import UTC, date, datetime, timedelta
from importlib import resources

import pytest

from intake.desk.policy import Policy
from intake.desk.policy_file.whole import parse_policy, read_policy
from intake.desk.sla.targets import as_text, of_text
from intake.domain.clock import ClockKind
from intake.domain.errors import ConfigError
from intake.domain.label import Kind, Priority
from tests.sla.examples import at

SHIPPED = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
FROM, UNTIL = SHIPPED.index("[sla.incident]"), SHIPPED.index("# ── The ticket's own page")
HOUR = timedelta(hours=1)


def with_sla(lines: str, more: str = "", calendar: str = "") -> Policy:
    text = f"{SHIPPED[:FROM]}{lines}\n{SHIPPED[UNTIL:]}\n{more}"
    return parse_policy(text.replace("[calendar]\n", f"[calendar]\n{calendar}\n" if calendar else "[calendar]\n"), "desk.toml")


def amount(policy: Policy, priority: str, clock: str = "response", kind: Kind = Kind.INCIDENT) -> timedelta | None:
    target = policy.sla.target(kind, Priority(priority), ClockKind(clock))
    return target.amount if target else None


def test_a_desk_toml_from_before_means_the_shipped_targets() -> None:
    old = parse_policy(re.sub(r"(?ms)^opening_hours = .*?\n", "", SHIPPED[:FROM]) + SHIPPED[UNTIL:], "desk.toml")
    assert as_text(old.sla, 2026) == as_text(read_policy(None).sla, 2026)


def test_minutes_hours_and_working_days_as_long_as_the_longest() -> None:
    policy = with_sla(
        '[sla.incident]\nP1 = { response = "90m", hours = "always" }\nP2 = { response = "2d" }\n'
        'P3 = { response = "1d", hours = "always" }\nP4 = { resolution = "3 d", hours = "plant" }',
        more='[[hours]]\nname = "plant"\nopening_hours = ["06:00-10:00", "12:00-18:00"]\nSat = ["06:00-07:00"]',
    )
    assert [amount(policy, f"P{n}") for n in (1, 2, 3, 4)] == [1.5 * HOUR, 16 * HOUR, 24 * HOUR, None]
    assert amount(policy, "P4", "resolution") == 30 * HOUR
    assert amount(policy, "P1", kind=Kind.ENHANCEMENT) is None


def test_what_a_block_of_hours_leaves_out_is_as_in_the_calendar() -> None:
    policy = with_sla(
        "[sla]",
        more='[[hours]]\nname = "late"\nopening_hours = ["12:00-20:00"]\n'
        '[[hours]]\nname = "west"\ntime_zone = "America/New_York"',
        calendar='Fri = ["09:00-12:00"]\nSat = []',
    ).hours
    friday = at("2026-11-27 08:00")
    assert policy["desk"].worked(friday, friday + 24 * HOUR) == 3 * HOUR
    assert policy["late"].worked(friday, friday + 24 * HOUR) == 8 * HOUR
    assert policy["west"].opens(friday) == at("2026-11-27 14:00")


@pytest.mark.parametrize(
    ("lines", "key", "says"),
    [
        ('[sla.incident]\nP1 = { response = "soon" }', "P1 =", "response must be how long"),
        ('[sla.incident]\nP1 = { response = "0m" }', "P1 =", "response must be how long"),
        ('[sla.incident]\nP1 = { response = "99999d" }', "P1 =", "at most ten years"),
        ('[sla.incident]\nP2 = { hours = "always" }', "P2 =", "it must say how long"),
        ("[sla.incident]\nP2 = 4", "P2 =", "it must say how long"),
        ('[sla.incident]\nP2 = { response = "4h", hour = "desk" }', "P2 =", "'hour' is not known here"),
        ('[sla.incident]\nP3 = { response = "4h", hours = "plant" }', "P3 =", "'plant' are no hours; there are always, desk"),
        ('[sla.incident]\nP5 = { response = "4h" }', "P5 =", "'P5' is not a priority"),
        ('[sla]\nincident = "4h"', "incident =", "needs lines such as"),
        ('[sla.fault]\nP1 = { response = "4h" }', "[sla.fault]", "unknown key 'fault' in [sla]"),
        ('[[hours]]\nname = "x"\nopening_hours = ["9-17"]', 'opening_hours = ["9-17"]', "must be a list of spans"),
        ('[[hours]]\nname = "x"\nMon = ["17:00-09:00"]', "Mon =", "must be a list of spans"),
        ('[[hours]]\nname = "x"\nMon = ["09:00-13:00", "12:00-17:00"]', "Mon =", "must follow each other"),
        ('[[hours]]\nname = "x"\nopening_hours = []', "opening_hours = []", "nobody ever works"),
        ('[[hours]]\nname = "desk"', 'name = "desk"', "are there already"),
        ('[[hours]]\nname = "x"\nholidays_of = "XX"', 'holidays_of = "XX"', "'XX' is no country or part of one"),
        ('[[hours]]\nname = "x"\nholidays_of = "DE-XX"', 'holidays_of = "DE-XX"', "'DE-XX' is no country"),
        ('[[hours]]\nname = "x"\ntime_zone = "Mars"', 'time_zone = "Mars"', "'Mars' is not a time zone"),
    ],
)
def test_every_fault_is_named_with_its_line(lines: str, key: str, says: str) -> None:
    with pytest.raises(ConfigError) as fault:
        with_sla(lines)
    text = f"{SHIPPED[:FROM]}{lines}"
    found = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith(key)]
    number = found[-1] if not key.startswith("[sla.fault") else None
    assert says in str(fault.value)
    assert number is None or f"desk.toml:{number}: " in str(fault.value)


def test_a_country_brings_its_holidays_in_any_year() -> None:
    policy = parse_policy(SHIPPED.replace('holidays_of = ""', 'holidays_of = "DE-BY"'), "desk.toml")
    for day in (date(2027, 1, 6), date(2041, 12, 25)):  # Epiphany is a holiday in Bavaria
        assert not policy.calendar.works_on(day)
    kept = of_text(as_text(policy.sla, 2026))
    target = kept.target(Kind.INCIDENT, Priority.P3, ClockKind.RESPONSE)
    assert target is not None
    assert target.hours.calendar is not None
    for day in (date(2027, 1, 6), date(2041, 12, 25)):
        assert not target.hours.calendar.works_on(day)


def test_what_is_kept_means_the_same() -> None:
    policy = with_sla(
        '[sla.none]\nP3 = { response = "5h", resolution = "2d", hours = "plant" }',
        more='[[hours]]\nname = "plant"\ntime_zone = "Asia/Kathmandu"\nSun = ["06:00-24:00"]\nholidays = [2026-11-29]',
    )
    text = as_text(policy.sla, 2026)
    kept = of_text(text)
    assert as_text(kept, 2026) == text
    start = datetime(2026, 11, 20, tzinfo=UTC)
    for clock in ClockKind:
        mine, theirs = (one.target(Kind.NONE, Priority.P3, clock) for one in (policy.sla, kept))
        assert mine is not None
        assert theirs is not None
        assert (mine.amount, mine.name) == (theirs.amount, theirs.name)
        assert mine.hours.reached(start, mine.amount) == theirs.hours.reached(start, theirs.amount)
