"""A ticket, in ServiceNow's words."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from intake.domain.channel import Channel
from intake.domain.label import Category, Kind, Level, Priority


class State(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELED = "canceled"


SERVICENOW_STATE = {
    State.NEW: 1,
    State.IN_PROGRESS: 2,
    State.ON_HOLD: 3,
    State.RESOLVED: 6,
    State.CLOSED: 7,
    State.CANCELED: 8,
}


class Tier(IntEnum):
    SUPPORT = 1
    TEAM = 2
    LEADS = 3


CONTACT_TYPE = {
    Channel.EMAIL: "email",
    Channel.SLACK: "chat",
    Channel.PHONE: "phone",
    Channel.SMS: "phone",
    Channel.FORM: "self-service",
    Channel.API: "integration",
    Channel.CLI: "walk-in",
    Channel.SERVICENOW: "integration",
}

SHORT_DESCRIPTION_LENGTH = 160  # ServiceNow's column length


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """`number` is spoken as HD-1042. `caller` is a contact's id; `revision` counts changes, so that two people acting at
    once cannot both win. `policy` names the version of desk.toml that opened it, `label_version` what labelled it.
    `final_response` is the message that resolves the ticket when it has arrived; it stays named afterwards. A ticket that was
    merged is canceled, and what comes for it goes to `merged_into`. `mailbox` is which of the desk's own addresses it came to,
    where it came to one: from there it is answered."""

    number: int
    kind: Kind
    category: Category | None
    impact: Level
    urgency: Level
    priority: Priority
    state: State
    tier: Tier
    assignment_group: str
    contact_type: str
    caller: int | None
    short_description: str
    opened_at: datetime
    updated_at: datetime
    on_hold_reason: str = ""
    on_hold_until: datetime | None = None
    assigned_to: str = ""
    parent: int | None = None
    merged_into: int | None = None
    final_response: int | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    label_version: str = ""
    confidence: float = 0.0
    policy: str = ""
    mailbox: str = ""
    revision: int = 0


_SPOKEN = re.compile(r"(?i:hd)[-\s]?([0-9]{1,12})\Z")


def spoken(number: int) -> str:
    return f"HD-{number}"


def unspoken(text: str) -> int | None:
    """The number in `HD-1042` (also `hd1042`, `1042`), or None."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) <= 12:
        return int(text)
    match = _SPOKEN.match(text)
    return int(match[1]) if match else None
