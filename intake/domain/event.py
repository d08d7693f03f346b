"""What happened to a ticket, when, by whom and why: the timeline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from intake.domain.label import Evidence

DESK = "desk"  # the actor of everything the desk does by itself


class EventKind(StrEnum):
    OPENED = "opened"
    LABELLED = "labelled"
    ROUTED = "routed"
    APPENDED = "appended"
    HELD = "held"
    ATTACHED = "attached"  # machine mail filed with the ticket
    TAKEN = "taken"
    PAGED = "paged"
    ACKNOWLEDGED = "acknowledged"
    KEY_PRESSED = "key_pressed"
    STATE_CHANGED = "state_changed"
    DELIVERY_FAILED = "delivery_failed"
    DELIVERY_REPORTED = "delivery_reported"
    DELIVERY_RETRIED = "delivery_retried"  # put back in the outbox by hand
    DELIVERY_GIVEN_UP = "delivery_given_up"  # by hand
    HELD_BACK = "held_back"  # the outbound gate kept something from being sent
    NOT_ANSWERED = "not_answered"  # why no acknowledgement went out
    NOTED = "noted"  # an anomaly met while reading a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    ticket: int
    kind: EventKind
    at: datetime
    actor: str = DESK
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
