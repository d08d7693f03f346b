"""A window as it is told: what was told stays told, wherever the change has been moved to since; in the time of its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from intake.domain.change import Window

_NO_PLACE = frozenset(
    {"", "UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal", "UCT", "Etc/UCT"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalWindow:
    """`starts` and `ends` in the zone of the window; `place` is the city that names it (`New York`), empty for UTC."""

    starts: datetime
    ends: datetime
    place: str


def window_fields(window: Window | None) -> dict[str, str]:
    """For a notice: `starts` and `ends` (ISO 8601, UTC) and `time_zone`; nothing for no window."""
    if window is None:
        return {}
    starts, ends = window.starts.astimezone(UTC).isoformat(), window.ends.astimezone(UTC).isoformat()
    return {"starts": starts, "ends": ends, "time_zone": window.time_zone}


def window_told(fields: Mapping[str, str]) -> Window | None:
    """None where the notice tells of no window."""
    try:
        starts, ends = datetime.fromisoformat(fields["starts"]), datetime.fromisoformat(fields["ends"])
    except (KeyError, ValueError):
        return None
    if starts.tzinfo is None or ends.tzinfo is None:
        return None
    return Window(starts=starts, ends=ends, time_zone=fields.get("time_zone", ""))


def at_place(window: Window) -> LocalWindow:
    """A zone that this machine does not know any more is shown in UTC."""
    zone = _zone(window.time_zone)
    return LocalWindow(
        starts=window.starts.astimezone(zone),
        ends=window.ends.astimezone(zone),
        place=window.time_zone.rpartition("/")[2].replace("_", " ") if zone is not UTC else "",
    )


def zone_name(at: datetime) -> str:
    """`CET`; `UTC-03` where that time has no name but a number."""
    name = at.tzname() or "UTC"
    return name if name[0].isalpha() else f"UTC{name}"


def _zone(name: str) -> tzinfo:
    if name in _NO_PLACE:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # unknown, or no name of a zone at all
        return UTC
