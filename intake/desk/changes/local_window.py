"""What somebody means by a window: local times become moments, and those that nobody can mean are refused."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from intake.desk.changes.window_told import at_place, zone_name
from intake.desk.oncall.rotation import LAST_YEAR
from intake.desk.policy_file.change_template import LONGEST_WINDOW, SHORTEST_WINDOW
from intake.desk.policy_file.local_moment import zone_named
from intake.desk.sla.local_time import moment_of
from intake.domain.change import Window
from intake.domain.errors import PolicyViolation

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """`remarks` are what whoever gave the times should know, such as which of two equal times was taken."""

    window: Window
    remarks: tuple[str, ...] = ()


def window_meant(starts: datetime, ends: datetime, time_zone: str, desk_zone: ZoneInfo, now: datetime) -> Meant:
    """Times without an offset are local times in `time_zone`, or in the desk's. Raises PolicyViolation that says why not."""
    zone = zone_named(time_zone.strip()) if time_zone.strip() else desk_zone
    if zone is None:
        raise PolicyViolation(f"{time_zone.strip()[:60]!r} is not a time zone such as Europe/Berlin or UTC")
    (begins, first), (over, second) = (_moment(name, at, zone) for name, at in (("starts", starts), ("ends", ends)))
    if over <= begins:
        raise PolicyViolation("the window ends before it begins")
    if not SHORTEST_WINDOW <= over - begins <= LONGEST_WINDOW:
        raise PolicyViolation(f"a window lasts at least a minute and at most {LONGEST_WINDOW.days} days")
    if over <= now:
        raise PolicyViolation("the window has passed already: it must end in the future")
    if over.year > LAST_YEAR:
        raise PolicyViolation("ends lies beyond all calendars")
    window = Window(starts=begins, ends=over, time_zone=zone.key)
    return Meant(window=window, remarks=tuple(remark for remark in (first, second) if remark))


def in_words(window: Window) -> str:
    """`2026-12-08 22:00 to 2026-12-09 02:00 CET (Europe/Berlin)`."""
    local = at_place(window)
    begins, ends = local.starts, local.ends
    first, last = zone_name(begins), zone_name(ends)
    day = "" if begins.date() == ends.date() else f"{ends:%Y-%m-%d} "
    middle = "" if first == last else f" {first}"
    place = f" ({window.time_zone})" if local.place else ""
    return f"{begins:%Y-%m-%d %H:%M}{middle} to {day}{ends:%H:%M} {last}{place}"


def _moment(name: str, at: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    try:
        if at.tzinfo is not None:
            return at.astimezone(UTC), ""
        return _of_local(name, at.replace(fold=0), zone)
    except OverflowError as fault:
        raise PolicyViolation(f"{name} lies beyond all calendars") from fault


def _of_local(name: str, local: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        change = moment_of(local.date(), local.hour * 60 + local.minute, zone)
        before, after = ((change + step).astimezone(zone) for step in (-_SECOND, timedelta(0)))
        raise PolicyViolation(
            f"{name}: there is no {local:%H:%M} on {local:%Y-%m-%d} in {zone.key}: the clocks go from"
            f" {before + _SECOND:%H:%M} to {after:%H:%M} that night"
        )
    second = local.replace(tzinfo=zone, fold=1)
    if second.astimezone(UTC) == moment:
        return moment, ""
    first = moment.astimezone(zone)
    return moment, (
        f"{name}: {local:%H:%M} comes twice on {local:%Y-%m-%d} in {zone.key}; the first is meant, {zone_name(first)}"
        f" (for the second write {second.isoformat(timespec='minutes')})"
    )
