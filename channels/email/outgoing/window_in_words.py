"""When a change happens, taken apart for a template: each language puts a day together in its own order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentInWords:
    """`clock` is `22:00`; `zone` as it is called on that day: `CET`, or `UTC-03` where it has no name."""

    weekday: str
    day: int
    month: str
    year: int
    clock: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowInWords:
    """From `starts` to `ends`, local times; `place` is the city whose time that is, or empty for UTC."""

    starts: MomentInWords
    ends: MomentInWords
    place: str
    same_day: bool
    same_zone: bool
