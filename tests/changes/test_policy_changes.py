"""Changes in desk.toml: what the sections mean, what is so if they are left out, and every fault named with its line."""

from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest

from intake.desk.policy import Policy
from intake.desk.policy_file.whole import parse_policy, read_policy
from intake.domain.change import Risk, Side
from intake.domain.errors import ConfigError

SHIPPED = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
PEOPLE = """
[[agent]]
name = "Kim"
teams = ["cio_leads"]

[[agent]]
name = "Sam"
teams = ["process_leads"]
"""
FREEZE = """
[[freeze]]
name = "year end"
from = "2026-12-18T18:00"
until = "2027-01-04T06:00"
time_zone = "Europe/Berlin"
services = ["ERP"]
"""
DELEGATE = """
[[delegate]]
for = "Kim"
agent = "Sam"
from = "2026-12-20T00:00"
until = "2027-01-04T00:00"
"""
TEMPLATE = """
[[change_template]]
name = "monthly patching"
title = "Monthly patching of the Windows servers"
text = "Security updates, server by server."
team = "cio"
risk = "low"
services = ["Windows servers"]
implementation_plan = "Drain, patch, restart, check."
backout_plan = "Take the snapshot back."
tasks = ["Snapshots", "Patch"]
time_zone = "Europe/Berlin"
duration = "4h"
starts = "2026-12-08T22:00"
repeats = "FREQ=MONTHLY;BYDAY=2TU"
open_ahead = "14d"
agreement = "ACME 2026"
hours = "4h"
"""


def policy_with(more: str, *, changes: str | None = None) -> Policy:
    """The shipped one, `[changes]` replaced where another is given."""
    before, _, rest = SHIPPED.partition("[changes]\n")
    shipped, _, after = rest.partition("\n\n")
    return parse_policy(f"{before}[changes]\n{shipped if changes is None else changes}\n\n{after}{more}", "desk.toml")


def test_a_desk_toml_that_says_nothing_of_changes_has_the_leads_approve_them() -> None:
    before, _, rest = SHIPPED.partition("[changes]\n")
    silent = parse_policy(before + rest.partition("\n\n")[2], "desk.toml")
    assert silent.changes == read_policy(None).changes
    assert silent.changes.approvers == {Side.CIO: ("cio_leads",), Side.PROCESS: ("process_leads",)}
    assert silent.changes.remind_every == timedelta(hours=8), "a day of the desk's calendar"
    assert silent.changes.approve_emergency_within == timedelta(hours=24)


def test_the_commented_examples_of_the_shipped_file_are_right() -> None:
    """What people copy must work."""
    start = SHIPPED.index("# When no change is to happen")
    section = SHIPPED[start : SHIPPED.index("# ── The ticket's own page")]
    lines = [line.removeprefix("# ") for line in section.splitlines() if line.startswith("# ")]
    blocks = "\n".join(line for line in lines if line.startswith("[") or " = " in line.partition("#")[0])
    people = PEOPLE.replace('"Kim"', '"Kim Example"').replace('"Sam"', '"Sam Example"')
    changes = policy_with(people + "\n" + blocks).changes
    assert [freeze.name for freeze in changes.freezes] == ["year end"]
    assert [delegate.of for delegate in changes.delegates] == ["Kim Example"]
    assert [*changes.templates] == ["monthly patching"]


def test_a_freeze_is_in_its_own_time_zone() -> None:
    (freeze,) = policy_with(FREEZE).changes.freezes
    assert freeze.window.starts == datetime(2026, 12, 18, 17, 0, tzinfo=UTC)
    assert freeze.services == frozenset({"ERP"})


def test_a_freeze_without_a_zone_is_in_the_calendars() -> None:
    (freeze,) = policy_with(FREEZE.replace('time_zone = "Europe/Berlin"\n', "")).changes.freezes
    assert freeze.window.starts == datetime(2026, 12, 18, 18, 0, tzinfo=UTC)


def test_a_template_is_read_whole() -> None:
    template = policy_with(TEMPLATE).changes.templates["monthly patching"]
    assert (template.risk, template.duration, template.minutes) == (Risk.LOW, timedelta(hours=4), 240)
    assert template.starts == datetime(2026, 12, 8, 22, 0)  # noqa: DTZ001 - local time
    assert template.tasks == ("Snapshots", "Patch")


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ('from = "2026-12-18T18:00"', 'from = "tomorrow"', "from must be a local time such as"),
        ('from = "2026-12-18T18:00"', 'from = "2026-12-18T18:00+01:00"', "without an offset"),
        ('until = "2027-01-04T06:00"', 'until = "2026-12-18T18:00"', "until must be later than from"),
        ('time_zone = "Europe/Berlin"', 'time_zone = "Berlin"', "'Berlin' is not a time zone"),
        ('services = ["ERP"]', "services = []", "services must be a list of at least one"),
        ('name = "year end"', 'nam = "year end"', "unknown key 'nam'"),
    ],
)
def test_a_fault_in_a_freeze_is_named_with_its_line(good: str, bad: str, says: str) -> None:
    assert_fault(FREEZE, good, bad, says)


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ('for = "Kim"', 'for = "Nobody"', "'Nobody' has no [[agent]]"),
        ('agent = "Sam"', 'agent = "Nobody"', "'Nobody' has no [[agent]]"),
        ('agent = "Sam"', 'agent = "Kim"', "nobody stands in for themselves"),
    ],
)
def test_a_fault_in_a_delegate_is_named_with_its_line(good: str, bad: str, says: str) -> None:
    assert_fault(DELEGATE, good, bad, says)


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ('team = "cio"', 'team = "nobody"', "the team 'nobody' has no [[team]]"),
        ('risk = "low"', 'risk = "none"', "'none' is not a risk; known are low, moderate, high"),
        ('duration = "4h"', 'duration = "15d"', "duration must be how long"),
        ('duration = "4h"', 'duration = "four"', "duration must be how long"),
        ('open_ahead = "14d"', 'open_ahead = "400d"', "open_ahead must be how long"),
        ('hours = "4h"', 'hours = "1d"', "hours must be how much work it is"),
        ('hours = "4h"\n', "", "agreement and hours go together"),
        ('backout_plan = "Take the snapshot back."\n', "", "needs backout_plan"),
        ('repeats = "FREQ=MONTHLY;BYDAY=2TU"\n', "", "it needs repeats"),
        ('starts = "2026-12-08T22:00"\n', "", "starts must be a local time"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=HOURLY", "'FREQ=HOURLY' is not as RFC 5545 has it"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=DAILY;BYHOUR=3", "'BYHOUR=3' is not known here"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=DAILY;BYEASTER=0", "'BYEASTER=0' is not known here"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=DAILY;COUNT=1001", "'COUNT=1001' is not as RFC 5545 has it"),
        ("FREQ=MONTHLY;BYDAY=2TU", "BYDAY=2TU", "it needs FREQ"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=WEEKLY;BYDAY=2TU", "a number in BYDAY"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYDAY=9XX", "'BYDAY=9XX' is not as RFC 5545 has it"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=DAILY;COUNT=3;UNTIL=20271231", "COUNT and UNTIL cannot both stand"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=DAILY;UNTIL=20200101", "UNTIL lies before starts"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=DAILY;UNTIL=20271399", "repeats:"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=DAILY;UNTIL=99991231T235959Z", "UNTIL lies beyond all calendars"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "there is no such day in a hundred years"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "there is no such day in a hundred years"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=300", "there is no such day in a hundred years"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS needs another BY"),
    ],
)
def test_a_fault_in_a_template_is_named_with_its_line(good: str, bad: str, says: str) -> None:
    assert_fault(TEMPLATE, good, bad, says)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ('approvers = { cio = ["nobody"] }', "cio names the team 'nobody', which has no"),
        ('approvers = { it = ["cio"] }', "'it' is no side; there are cio and process"),
        ("approvers = { cio = [] }", "cio must be a list of teams"),
        ('approvers = "cio"', "approvers must be such as"),
        ('remind_every = "often"', "remind_every must be how long"),
        ("approve_emergency_within = 24", "approve_emergency_within must be how long"),
        ('product_owner_must_agree = "no"', "product_owner_must_agree must be true or false"),
        ("alert_at = 80", "alert_at must be a number above 0 and at most 1"),
        ("alert = 0.8", "unknown key 'alert' in [changes]"),
    ],
)
def test_a_fault_in_changes_is_named_with_its_line(changes: str, says: str) -> None:
    with pytest.raises(ConfigError) as fault:
        policy_with("", changes=changes)
    line = SHIPPED[: SHIPPED.index("[changes]")].count("\n") + 2
    assert says in str(fault.value)
    assert str(fault.value).startswith(f"desk.toml:{line}: ")


def assert_fault(block: str, good: str, bad: str, says: str) -> None:
    assert good in block
    with pytest.raises(ConfigError) as fault:
        policy_with(PEOPLE + block.replace(good, bad))
    first = (SHIPPED + PEOPLE).count("\n")
    said = [line for line in str(fault.value).splitlines() if says in line]
    assert said, str(fault.value)
    assert int(said[0].split(":")[1]) > first
