"""A moment, right in the zone of whoever reads it: Slack's own date tag."""

from datetime import UTC, datetime

from channels.slack.blocks.text import escaped
from intake.desk.changes.window_told import at_place, zone_name
from intake.domain.change import Window


def moment(at: datetime) -> str:
    """Markup."""
    said = at.astimezone(UTC)
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{said:%Y-%m-%d %H:%M} UTC>"


def window_in_words(window: Window | None) -> str:
    """`2026-12-01 22:00-23:30 CET`, in the time of its place, whoever reads it; empty for none. Markup."""
    if window is None:
        return ""
    local = at_place(window)
    day = "" if local.starts.date() == local.ends.date() else f"{local.ends:%Y-%m-%d} "
    place = f" ({escaped(local.place, 80)})" if local.place else ""
    return f"{local.starts:%Y-%m-%d %H:%M}-{day}{local.ends:%H:%M} {escaped(zone_name(local.ends))}{place}"
