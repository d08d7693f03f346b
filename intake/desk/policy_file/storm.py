"""When alike reports are a major incident, as the administrator decided: `[storm]` in desk.toml."""

from dataclasses import dataclass
from datetime import timedelta

from intake.desk.policy_file.table import LARGEST, PolicyTable, Row

_NAME = "storm"
_LONGEST = 60 * 24 * 7  # minutes
_COUNTS = {"propose_at": 3, "form_at": 6, "impact_1_at": 20}
_MOST_COMPARED = 15
_FEWEST = 2  # people: one alone is no storm


@dataclass(frozen=True, slots=True, kw_only=True)
class StormPolicy:
    """Two reports belong together when they resemble each other by at least `alike` (0 to 1) and the older one came within
    `window`. So many people make the desk ask, so many make it act, so many are a whole site; 0 is never. The next update is
    promised for `update_every` after the last word."""

    window: timedelta
    alike: float
    propose_at: int
    form_at: int
    impact_1_at: int
    update_every: timedelta

    @property
    def begins_at(self) -> int:
        """How many people it takes for anything to happen; 0 where nothing ever does."""
        return min((count for count in (self.propose_at, self.form_at) if count), default=0)


def read_storm(table: PolicyTable) -> StormPolicy:
    section = table.section(_NAME, ("window_minutes", "alike", "update_minutes", *_COUNTS), may_be_absent=True)
    count = {key: _count(table, section, key, default) for key, default in _COUNTS.items()}
    begins_at = min((number for number in (count["propose_at"], count["form_at"]) if number), default=0)
    if begins_at > _MOST_COMPARED:
        says = f"a new report is held against {_MOST_COMPARED} others: propose_at, or form_at without it, must be at most that"
        table.fault(says, _NAME, "propose_at" if count["propose_at"] else "form_at")
    if count["form_at"] and count["propose_at"] > count["form_at"]:
        table.fault("form_at must not be smaller than propose_at", _NAME, "form_at")
    return StormPolicy(
        window=timedelta(minutes=table.count(_NAME, section, "window_minutes", default=30, most=_LONGEST)),
        alike=_alike(table, section),
        propose_at=count["propose_at"],
        form_at=count["form_at"],
        impact_1_at=count["impact_1_at"],
        update_every=timedelta(minutes=table.count(_NAME, section, "update_minutes", default=60, most=_LONGEST)),
    )


def _alike(table: PolicyTable, section: Row) -> float:
    alike = section.get("alike", 0.6)
    if isinstance(alike, bool) or not isinstance(alike, int | float) or not 0 < alike <= 1:
        table.fault("alike must be a number above 0, at most 1", _NAME, "alike")
        return 1.0
    return float(alike)


def _count(table: PolicyTable, section: Row, key: str, default: int) -> int:
    count = section.get(key, default)
    if isinstance(count, bool) or not isinstance(count, int) or not (count == 0 or _FEWEST <= count <= LARGEST):
        table.fault(f"{key} must be a whole number from {_FEWEST}, or 0 for never", _NAME, key)
        return default
    return count
