"""Local times in desk.toml, and the zone that they are in."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from intake.desk.oncall.rotation import FIRST_YEAR, LAST_YEAR
from intake.desk.policy_file.table import PolicyTable, Row
from intake.desk.sla.local_time import moment_of


def zone_named(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError, a path outside a ValueError
        return None


def read_zone(table: PolicyTable, section: str, row: Row, index: int, otherwise: ZoneInfo) -> ZoneInfo:
    if "time_zone" not in row:
        return otherwise
    name = table.word(section, row, "time_zone", index)
    zone = zone_named(name)
    if zone is None:
        table.fault(f"{name!r} is not a time zone such as Europe/Berlin or UTC", section, "time_zone", index)
    return zone or otherwise


def read_local(table: PolicyTable, section: str, row: Row, key: str, index: int) -> datetime | None:
    """Without a zone, to the minute."""
    given = row.get(key)
    try:
        if isinstance(given, str):
            given = datetime.fromisoformat(given.strip())
    except ValueError:
        given = None
    if isinstance(given, datetime) and given.tzinfo is None and FIRST_YEAR <= given.year <= LAST_YEAR:
        return given.replace(second=0, microsecond=0)
    says = f'{key} must be a local time such as "2026-12-24T09:00", without an offset: the block has a time zone'
    table.fault(says, section, key, index)
    return None


def read_span(table: PolicyTable, section: str, row: Row, index: int, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """`from` and `until`, in UTC; None where one of them is at fault, and that was noted."""
    begins, ends = (read_local(table, section, row, key, index) for key in ("from", "until"))
    if begins is None or ends is None:
        return None
    first, last = (moment_of(one.date(), one.hour * 60 + one.minute, zone) for one in (begins, ends))
    if first >= last:
        table.fault("until must be later than from", section, "until", index)
        return None
    return first, last
