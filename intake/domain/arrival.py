"""What a channel hands in: bytes as they came, with what the protocol said beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from intake.domain.channel import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came over the wire, before anybody understood it.

    `envelope` holds what the protocol said beside the bytes (SMTP: `mail_from`, `rcpt_to`, `peer`), so that the arrival can
    be run again later exactly as it came. `received_at` is aware and UTC.
    """

    channel: Channel
    received_at: datetime
    raw: bytes
    envelope: Mapping[str, str]
