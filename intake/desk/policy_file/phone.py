"""The phone, as desk.toml has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One of the desk's numbers, E.164. `language` is a BCP 47 tag, `voice` the vendor's name of one, or empty."""

    number: str
    language: str = "en-US"
    voice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonePolicy:
    """`together`: several people of one step are rung at once. `ring` is how long an attempt rings; `silence` how long a call
    without a word leaves its ticket open."""

    company: str = ""
    together: bool = True
    ring: timedelta = timedelta(seconds=20)
    silence: timedelta = timedelta(minutes=10)
    calls_per_hour: int = 30
    texts_per_hour: int = 30
    lines: Mapping[str, Line] = field(default_factory=dict)

    def line(self, number: str) -> Line:
        return self.lines.get(number) or Line(number=number)
