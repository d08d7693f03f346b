"""What the outbound gate counts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """Deliveries to one address: what the desk says by itself, what people write, and what wakes somebody. `to_anybody` is
    what the desk says by itself to all addresses together."""

    notices: int = 0
    replies: int = 0
    pages: int = 0
    to_anybody: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Digests to one address: when something left for it last, and how many lines were queued."""

    last: datetime | None
    lines: int
