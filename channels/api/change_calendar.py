"""What happens when: the windows of changes, and freezes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from channels.api import change_records as r
from channels.api import change_shapes
from intake.desk.policy import Policy
from intake.desk.policy_file.change import Freeze
from intake.desk.reading import Reader
from intake.domain.change import ChangeLine, Stage, Window
from intake.domain.errors import PolicyViolation

MOST_DAYS = 400
MOST_CHANGES = 2_000
IN_CALENDAR = frozenset({Stage.SCHEDULED, Stage.IMPLEMENTING, Stage.REVIEW, Stage.CLOSED})


def period(since: datetime, until: datetime) -> Window:
    """Raises PolicyViolation."""
    if not timedelta(0) < until - since <= timedelta(days=MOST_DAYS):
        raise PolicyViolation(f"the end must lie after the beginning, at most {MOST_DAYS} days")
    return Window(starts=since.astimezone(UTC), ends=until.astimezone(UTC), time_zone="UTC")


def in_calendar(reader: Reader, policy: Policy, during: Window) -> Sequence[tuple[Window, ChangeLine | Freeze]]:
    """The earliest first; at the same time freezes come first."""
    lines = reader.change_windows(during, MOST_CHANGES)
    freezes = [freeze for freeze in policy.changes.freezes if freeze.window.overlaps(during)]
    shown: list[tuple[Window, ChangeLine | Freeze]] = [(freeze.window, freeze) for freeze in freezes]
    shown += [
        (line.change.window, line) for line in lines if line.change.window is not None and line.change.stage in IN_CALENDAR
    ]
    return sorted(shown, key=lambda one: one[0].starts)


def calendar_entries(reader: Reader, policy: Policy, since: datetime, until: datetime) -> Sequence[r.CalendarEntry]:
    """Raises PolicyViolation for a period that is none, or too long."""
    return [
        change_shapes.entry_of_change(what, window) if isinstance(what, ChangeLine) else change_shapes.entry_of_freeze(what)
        for window, what in in_calendar(reader, policy, period(since, until))
    ]
