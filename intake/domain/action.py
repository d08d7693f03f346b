"""What somebody, or something, does to a ticket without saying anything."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.channel import Channel
from intake.domain.message import ThreadRef


class Verb(StrEnum):
    TAKE = "take"
    ACKNOWLEDGE_PAGE = "acknowledge_page"
    PRESS_KEY = "press_key"  # `value` is what the key stands for: `impact=1`, `urgency=2`
    REPORT_DELIVERY = "report_delivery"  # `value` is a DeliveryState, `delivery` which one


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """It names its ticket by number, or by the conversation it happened in (a call's id, a card), or by a delivery."""

    channel: Channel
    external_id: str
    received_at: datetime
    actor: str
    verb: Verb
    ticket: int | None = None
    thread: ThreadRef | None = None
    delivery: int | None = None
    value: str = ""
