"""How Slack's payloads are read, for whoever has some: what reads them is loaded for the first."""

from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.message import InboundMessage


def parse_slack(arrival: Arrival) -> InboundMessage | Action:
    """As `channels.slack.reading.parse`."""
    from channels.slack.reading.parse import parse as read  # noqa: PLC0415 - see above

    return read(arrival)
