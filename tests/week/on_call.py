"""Who is on call: the hand-overs are walked one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.week.open_minutes import first_shown

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LAST = date(2026, 11, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    agent: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    team: str
    hours: str
    members: Sequence[str]
    turns: Sequence[datetime]
    overrides: Sequence[Override]

    def on_call(self, at: datetime, *, is_open: bool) -> str:
        """Empty: nobody. What stands last in the file wins, and an override counts outside of the rotation's hours too."""
        for override in reversed(self.overrides):
            if override.begin <= at < override.end:
                return override.agent
        begun = sum(1 for turn in self.turns if turn <= at)
        if not is_open or not begun:
            return ""
        return self.members[(begun - 1) % len(self.members)]


def hand_overs(zone: str, starts: str, hand_over: str, every_weeks: int) -> list[datetime]:
    """When each turn begins."""
    weekday, clock = hand_over.split()
    day = date.fromisoformat(starts)
    while DAYS[day.weekday()] != weekday:
        day += timedelta(days=1)
    found = []
    while day < LAST:
        found.append(first_shown(ZoneInfo(zone), datetime.combine(day, time.fromisoformat(clock))))
        day += timedelta(weeks=every_weeks)
    return found
