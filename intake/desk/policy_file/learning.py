"""When the desk learns from people by itself, as the administrator decided: `[learning]` in desk.toml."""

from dataclasses import dataclass
from datetime import timedelta

from intake.desk.policy_file.table import PolicyTable

_NAME = "learning"
_AFTER = 25
_EVERY = 60  # minutes
_LONGEST = 60 * 24 * 31


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPolicy:
    """After so many new corrections, and not more often than that. `enabled` is about what the desk does by itself."""

    enabled: bool
    after: int
    at_most_every: timedelta


def read_learning(table: PolicyTable) -> LearningPolicy:
    section = table.section(_NAME, ("enabled", "after", "at_most_every_minutes"), may_be_absent=True)
    enabled = section.get("enabled", True)
    if not isinstance(enabled, bool):
        table.fault("enabled must be true or false", _NAME, "enabled")
    every = table.count(_NAME, section, "at_most_every_minutes", default=_EVERY, most=_LONGEST)
    return LearningPolicy(
        enabled=enabled is True,
        after=table.count(_NAME, section, "after", default=_AFTER),
        at_most_every=timedelta(minutes=every),
    )
