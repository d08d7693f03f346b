"""How long tickets may wait, in desk.toml: `[sla.<kind>]`, a line a priority."""

import re
from collections.abc import Mapping
from datetime import timedelta

from intake.desk.policy_file.calendar import DESK
from intake.desk.policy_file.table import PolicyTable, Row
from intake.desk.sla.hours import ALWAYS, Hours
from intake.desk.sla.targets import SlaPolicy, Target
from intake.domain.clock import ClockKind
from intake.domain.label import Kind, Priority

_NAME = "sla"
_DURATION = re.compile(r"([0-9]{1,6})\s?([mhd])\Z")
_LONGEST = timedelta(days=3_650)
_KEYS = (ClockKind.RESPONSE.value, ClockKind.RESOLUTION.value, "hours")


def _row(response: str, resolution: str = "", hours: str = "") -> Row:
    given = {ClockKind.RESPONSE.value: response, ClockKind.RESOLUTION.value: resolution, "hours": hours}
    return {key: value for key, value in given.items() if value}


# A site's desk.toml that does not have them yet means these: a test holds them to the shipped file.
SHIPPED: Mapping[str, Mapping[str, Row]] = {
    "incident": {
        "P1": _row("15m", "4h", ALWAYS),
        "P2": _row("1h", "8h", ALWAYS),
        "P3": _row("4h", "3d"),
        "P4": _row("8h", "5d"),
    },
    "service_request": {
        "P1": _row("30m", "8h", ALWAYS),
        "P2": _row("4h", "2d"),
        "P3": _row("8h", "5d"),
        "P4": _row("2d", "10d"),
    },
    "enhancement": {
        "P1": _row("1h", "", ALWAYS),
        "P2": _row("1d"),
        "P3": _row("2d"),
        "P4": _row("3d"),
    },
    "none": {
        "P1": _row("15m", "4h", ALWAYS),
        "P2": _row("1h", "8h", ALWAYS),
        "P3": _row("4h", "3d"),
        "P4": _row("8h", "5d"),
    },
}


def read_sla(table: PolicyTable, hours: Mapping[str, Hours]) -> SlaPolicy:
    kinds = [kind.value for kind in Kind]
    section = table.section(_NAME, kinds, may_be_absent=True) if table.has(_NAME) else SHIPPED
    targets: dict[tuple[Kind, Priority], Mapping[ClockKind, Target]] = {}
    for kind, rows in section.items():
        if kind not in kinds:
            continue  # named as a fault already
        if not isinstance(rows, Mapping):
            table.fault(f'[sla.{kind}] needs lines such as P1 = {{ response = "15m" }}', _NAME, kind)
            continue
        for priority, row in rows.items():
            if priority not in list(Priority):
                table.fault(f"{priority!r} is not a priority; known are {', '.join(Priority)}", f"{_NAME}.{kind}", priority)
            else:
                targets[Kind(kind), Priority(priority)] = _targets(table, kind, priority, row, hours)
    return SlaPolicy(targets=targets, hours=hours)


def _targets(
    table: PolicyTable, kind: str, priority: str, row: object, hours: Mapping[str, Hours]
) -> Mapping[ClockKind, Target]:
    def fault(what: str) -> None:
        table.fault(f"{priority}: {what}", f"{_NAME}.{kind}", priority)

    if not isinstance(row, Mapping) or not row.keys() & {clock.value for clock in ClockKind}:
        fault('it must say how long, such as { response = "4h", resolution = "3d" }')
        return {}
    for key in row.keys() - set(_KEYS):
        fault(f"{key!r} is not known here; known are {', '.join(_KEYS)}")
    name = row.get("hours", DESK)
    if not isinstance(name, str) or name not in hours:
        fault(f"{name!r} are no hours; there are {', '.join(hours)}")
        return {}
    found = {}
    for clock in ClockKind:
        if clock.value not in row:
            continue
        amount = duration_of(row[clock.value], hours[name])
        if amount is None:
            fault(f'{clock.value} must be how long, such as "15m", "4h" or "3d" (working days), and at most ten years')
        else:
            found[clock] = Target(amount=amount, hours=hours[name])
    return found


def duration_of(given: object, hours: Hours) -> timedelta | None:
    """A working day is as long as the longest in these hours."""
    match = _DURATION.match(given.strip()) if isinstance(given, str) else None
    if match is None:
        return None
    unit = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": hours.longest_day}[match[2]]
    amount = int(match[1]) * unit
    return amount if timedelta(0) < amount <= _LONGEST else None
