"""Something is wrong with the desk itself, and somebody who runs it must know."""

from dataclasses import dataclass
from datetime import datetime

from intake.domain.channel import Channel

OVER_NAME = "alarm "  # before the name of each alarm's own row among the signs of life


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """`name` tells it from all others and stays the same from the first word to the last, such as `mailbox help@example.com`.
    `what` is the case in one sentence, `means` what follows from it, `remedy` what to do and which command to look with."""

    name: str
    what: str
    means: str
    remedy: str
    since: datetime


def row_name(alarm: str) -> str:
    return f"{OVER_NAME}{alarm}"


def alarm_of_row(name: str) -> str | None:
    """The alarm whose row among the signs of life this is; None for a sign of life proper."""
    return name.removeprefix(OVER_NAME) if name.startswith(OVER_NAME) else None


def outbox_alarm(channel: Channel) -> str:
    """The name of the one that says that nothing leaves."""
    return f"outbox {channel.value}"
