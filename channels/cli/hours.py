"""Hours as people type and read them: `90m`, `1h30m`, `1.5h`, `12h`. Inside they are whole minutes."""

import re
from fractions import Fraction

_PARTS = re.compile(
    r"(?:([0-9]{1,7}(?:[.,][0-9]{1,6})?)\s*d)?\s*(?:([0-9]{1,7}(?:[.,][0-9]{1,6})?)\s*h)?\s*(?:([0-9]{1,9})\s*m)?\Z", re.ASCII
)
_LOOKS_LIKE = "hours look like 90m, 1h30m, 1.5h or 12h"


def minutes_typed(text: str, *, days: bool = False) -> int:
    """`days` lets `2d` through, which are 48 hours. Raises ValueError that says how it is typed."""
    found = _PARTS.match(text.strip().lower())
    if found is None or not any(found.groups()) or (found[1] and not days):
        also = " or 2d" if days else ""
        raise ValueError(f"{text!r}: {_LOOKS_LIKE}{also}")
    minutes = 1440 * _number(found[1]) + 60 * _number(found[2]) + _number(found[3])
    if minutes.denominator != 1:
        nearest = round(minutes)
        raise ValueError(f"{text!r} is no whole number of minutes: type {in_hours(nearest)}")
    return minutes.numerator


def in_hours(minutes: int) -> str:
    """`12h30m`, `45m`, `0h`, `-2h`: as it may be typed again."""
    if minutes < 0:
        return f"-{in_hours(-minutes)}"
    hours, rest = divmod(minutes, 60)
    return f"{hours}h{rest:02}m" if hours and rest else f"{rest}m" if rest else f"{hours}h"


def _number(text: str | None) -> Fraction:
    return Fraction((text or "0").replace(",", "."))
