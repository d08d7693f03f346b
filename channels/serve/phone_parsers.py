"""How calls and texts are read, for whoever has some: what reads phone numbers is loaded for the first of them."""

from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.message import InboundMessage


def parse_call(arrival: Arrival) -> InboundMessage | Action:
    """As `channels.phone.parse`."""
    from channels.phone.parse import parse_call as read  # noqa: PLC0415 - see above

    return read(arrival)


def parse_text(arrival: Arrival) -> InboundMessage | Action:
    """As `channels.phone.parse`."""
    from channels.phone.parse import parse_text as read  # noqa: PLC0415 - see above

    return read(arrival)
