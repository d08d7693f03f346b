"""How often forms may be sent: each link, and each peer, so many times an hour."""

import math
import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from intake.domain.errors import HelpdeskError

PER_LINK = RateLimitItemPerHour(30)
PER_PEER = RateLimitItemPerHour(300)


class TooOften(HelpdeskError):
    """`retry_after`: seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Try again in {retry_after} seconds")
        self.retry_after = retry_after


class Rate:
    """Counts in this process alone. Count a link only when its signature is good: strangers must not fill the memory."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, link: int, peer: str | None) -> None:
        """Raises TooOften. `peer` is None where the server does not know it (a Unix socket)."""
        self._hit(PER_LINK, "link", str(link))
        if peer is not None:
            self._hit(PER_PEER, "peer", network_of(peer))

    def _hit(self, limit: RateLimitItemPerHour, *name: str) -> None:
        if not self._limiter.hit(limit, *name):
            reset = self._limiter.get_window_stats(limit, *name).reset_time
            raise TooOften(max(1, math.ceil(reset - time.time())))


def network_of(peer: str) -> str:
    """One household has a /64 of IPv6 addresses to choose from: it counts as one peer."""
    try:
        address = ip_address(peer)
    except ValueError:
        return peer
    return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else peer
