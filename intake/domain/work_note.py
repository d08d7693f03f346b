"""What the desk's own people write to each other about a ticket. It has no way out: no delivery can name it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkNote:
    """`author` is a principal's name."""

    id: int
    ticket: int
    author: str
    text: str
    at: datetime
