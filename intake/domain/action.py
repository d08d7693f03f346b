"""Somebody, or something, does something to a ticket."""

from dataclasses import dataclass
from datetime import datetime

from intake.domain.channel import Channel
from intake.domain.deed import Deed
from intake.domain.message import ThreadRef
from intake.domain.principal import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """It names its ticket by number, or by the conversation it happened in (a call's id, a card), or by a delivery.

    `seen` is the ticket's revision that whoever acts had before their eyes, where the channel knows it: if the ticket has
    changed since, nothing is done and they are told what happened.
    """

    channel: Channel
    external_id: str
    received_at: datetime
    by: Principal
    deed: Deed
    ticket: int | None = None
    thread: ThreadRef | None = None
    delivery: int | None = None
    seen: int | None = None
