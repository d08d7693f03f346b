"""How much one minute may bring, from one address and from all of them together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from time import monotonic

Network = IPv4Network | IPv6Network
MOST_HOSTS = 10_000  # remembered; who fell out begins with a full allowance
_ALL = "all"


def networks_of(written: Sequence[str]) -> tuple[Network, ...]:
    """Raises ValueError that names what is neither an address nor a network."""
    networks = []
    for part in written:
        try:
            networks.append(ip_network(part))
        except ValueError:
            raise ValueError(f"{part[:60]!r} is no address or network such as 192.0.2.7 or 10.1.0.0/16") from None
    return tuple(networks)


@lru_cache(maxsize=1024)
def party_of(host: str) -> str:
    """What counts as one address: of IPv6 a /64, because everybody has so many."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address, 64), strict=False))
    return str(address)


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass(slots=True, kw_only=True)
class Rate:
    """A bucket for each party and one for all, filled evenly; a whole minute's worth may come at once. 0 is no limit."""

    each: int
    together: int
    now: Callable[[], float] = monotonic
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def take(self, party: str) -> bool:
        """False if it is too much now; then nothing was taken."""
        now = self.now()
        wanted = [(name, most) for name, most in ((party, self.each), (_ALL, self.together)) if most]
        buckets = [self._filled(name, most, now) for name, most in wanted]
        if any(bucket.left < 1 for bucket in buckets):
            return False
        for bucket in buckets:
            bucket.left -= 1
        return True

    def _filled(self, name: str, most: int, now: float) -> _Bucket:
        bucket = self._buckets.get(name)
        if bucket is None:
            self._make_room(now)
            bucket = self._buckets[name] = _Bucket(float(most), now)
        bucket.left = min(float(most), bucket.left + (now - bucket.at) * most / 60)
        bucket.at = now
        return bucket

    def _make_room(self, now: float) -> None:
        if len(self._buckets) < MOST_HOSTS:
            return
        old = [name for name, bucket in self._buckets.items() if now - bucket.at > 60]
        for name in old or sorted(self._buckets, key=lambda name: self._buckets[name].at)[: MOST_HOSTS // 10]:
            del self._buckets[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """For everybody but the mail servers that are trusted; what those write about a mail is believed as well."""

    connections: Rate
    mails: Rate
    trusted: Sequence[Network] = ()

    def may_connect(self, host: str) -> bool:
        return self.trusts(host) or self.connections.take(party_of(host))

    def may_bring_a_mail(self, host: str) -> bool:
        return self.trusts(host) or self.mails.take(party_of(host))

    def trusts(self, host: str) -> bool:
        """Without a host it came by a unix socket, which has its own rights."""
        return not host or _is_in(host, tuple(self.trusted))


@lru_cache(maxsize=1024)
def _is_in(host: str, networks: tuple[Network, ...]) -> bool:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return any((mapped or address) in network for network in networks)
