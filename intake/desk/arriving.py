"""What proves that a message has arrived, on each channel."""

from collections.abc import Mapping
from enum import Enum

from intake.domain.channel import Channel


class Arrival(Enum):
    """What proves that a message has arrived."""

    ACCEPTED = "the other side took it"
    NO_BOUNCE = "it did not come back in time"
    REPORT = "the vendor reports it"


ARRIVES: Mapping[Channel, Arrival] = {
    Channel.EMAIL: Arrival.NO_BOUNCE,
    Channel.SLACK: Arrival.ACCEPTED,
    Channel.PHONE: Arrival.REPORT,
    Channel.SMS: Arrival.REPORT,
    Channel.FORM: Arrival.ACCEPTED,
    Channel.API: Arrival.ACCEPTED,
    Channel.CLI: Arrival.ACCEPTED,
    Channel.SERVICENOW: Arrival.ACCEPTED,
}
