"""How the phone is, as its vendor tells it: does it refuse us, and could it use our answers?"""

from dataclasses import dataclass
from datetime import datetime

WEBHOOKS = "phone webhooks"  # the names of the two alarms
ACCOUNT = "phone account"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedWebhooks:
    """Requests of the vendor's to one `path` of ours that failed with its error `code`, the first and the last of them."""

    code: str
    path: str
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneHealth:
    """`asked_at` is when the vendor was last asked and said yes or no; None before that. `refused_since` it says no, with
    `refusal` as its reason (an account that is closed, a token that is wrong), or says nothing for long."""

    asked_at: datetime | None = None
    failed: tuple[FailedWebhooks, ...] = ()
    refused_since: datetime | None = None
    refusal: str = ""
