"""How often a feed may be fetched: each address, and each peer, so many times an hour."""

import math
import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from intake.domain.errors import HelpdeskError

PER_FEED = RateLimitItemPerHour(120)
PER_PEER = RateLimitItemPerHour(1_200)  # an office behind one address


class TooOften(HelpdeskError):
    """`retry_after`: seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Try again in {retry_after} seconds")
        self.retry_after = retry_after


class Rate:
    """Counts in this process alone, and only what has a good signature: strangers must not fill the memory."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, feed: str, peer: str | None) -> None:
        """Raises TooOften. `peer` is None where the server does not know it (a Unix socket)."""
        self._hit(PER_FEED, "feed", feed)
        if peer is not None:
            self._hit(PER_PEER, "peer", _network_of(peer))

    def _hit(self, limit: RateLimitItemPerHour, *name: str) -> None:
        if not self._limiter.hit(limit, *name):
            reset = self._limiter.get_window_stats(limit, *name).reset_time
            raise TooOften(max(1, math.ceil(reset - time.time())))


def _network_of(peer: str) -> str:
    """One household has a /64 of IPv6 addresses to choose from: it counts as one peer."""
    try:
        address = ip_address(peer)
    except ValueError:
        return peer
    return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else peer
