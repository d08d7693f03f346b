"""How changes run, as the administrator decided: `[changes]`, `[[freeze]]`, `[[delegate]]`, `[[change_template]]`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from intake.domain.change import Risk, Side, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """No change is to happen then: to these services (names in [[service]]), or to anything where none are named."""

    name: str
    window: Window
    services: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate:
    """`agent` stands in for `of` from `starts` until just before `ends`."""

    of: str
    agent: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTemplate:
    """A standard change, approved beforehand. One that `repeats` (an RFC 5545 rule, from `starts`, local time in `zone`) opens
    its ticket by itself `open_ahead` before each time; `repeats` is empty for one that is used by hand. `minutes` are
    reserved in `agreement`, where one is named."""

    name: str
    title: str
    text: str
    team: str
    risk: Risk
    services: tuple[str, ...]
    implementation_plan: str
    test_plan: str
    backout_plan: str
    tasks: tuple[str, ...]
    zone: ZoneInfo
    starts: datetime | None
    duration: timedelta
    repeats: str
    open_ahead: timedelta
    agreement: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePolicy:
    """`approvers` are the teams whose people decide for a side. Who has not decided is asked again each `remind_every`. An
    emergency must be approved within `approve_emergency_within` of its beginning. An agreement that is used up by
    `alert_at` (0 to 1) is told of."""

    approvers: Mapping[Side, tuple[str, ...]]
    remind_every: timedelta
    approve_emergency_within: timedelta
    product_owner_must_agree: bool
    alert_at: float
    freezes: tuple[Freeze, ...]
    delegates: tuple[Delegate, ...]
    templates: Mapping[str, ChangeTemplate]
