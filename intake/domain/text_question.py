"""The desk's question to a phone number: which of its open matters is meant?"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TextQuestion:
    """`ticket` is the new one that the text opened meanwhile. The answer n means the n-th of `options` (tickets), and the
    number after the last one means that it is new. Answered once: `answered_at`, and `chosen` (its own where it is new)."""

    id: int
    address: str
    ticket: int
    options: tuple[int, ...]
    asked_at: datetime
    answered_at: datetime | None = None
    chosen: int | None = None
