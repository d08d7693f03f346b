"""What ought to be heard of now and then, and when it was last."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOfLife:
    """`silent_since` is set from the alarm on, until it is heard of again."""

    name: str
    seen_at: datetime
    silent_since: datetime | None = None
