"""The begin of a call, told again by one of its later webhooks: the desk may not have heard of it yet."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from channels.phone.envelope import LANGUAGE, arrival_of
from channels.phone.hearing import VOICE
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel

# Of what the vendor repeats with every step of a call. The same ones in the same order: it is the same input.
_KEPT = ("AccountSid", "CallSid", "From", "To", "Direction", "ForwardedFrom", "StirVerstat")


def begin_again(fields: Mapping[str, str], language: str, received_at: datetime) -> Arrival:
    """Known by the call's name, like the begin itself: where that was booked, this is a duplicate."""
    raw = urlencode([(name, fields[name]) for name in _KEPT if name in fields]).encode()
    return arrival_of(
        Channel.PHONE, raw, path=VOICE, query="", received_at=received_at, beside={LANGUAGE: language} if language else None
    )
