"""When to open the next connection, by why the last one ended: at once where Slack asks for it, late where there are many."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

LONGEST = 60.0  # seconds between tries that fail for no reason that Slack names
LASTED = 60.0  # seconds after which a connection counts as a good one
_MOST_DOUBLINGS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """`overlaps`: the next connection is opened before this one is given up, so that nothing waits. `pause`: at least so many
    seconds."""

    overlaps: bool = False
    pause: float = 0.0


_OTHER = Ending(pause=1.0)
ENDINGS: Mapping[str, Ending] = {
    "warning": Ending(overlaps=True),  # Slack ends it in about ten seconds
    "refresh_requested": Ending(overlaps=True),
    "too_many_websockets": Ending(pause=60.0),  # ten of an app: another process has ours, and must keep it
    "link_disabled": Ending(pause=300.0),  # Socket Mode was switched off
    "ratelimited": Ending(pause=30.0),
    "invalid_auth": Ending(pause=60.0),
    "not_authed": Ending(pause=60.0),
    "account_inactive": Ending(pause=60.0),
    "not_allowed_token_type": Ending(pause=60.0),
    "missing_scope": Ending(pause=60.0),
}


def ending_of(code: str) -> Ending:
    return ENDINGS.get(code, _OTHER)


class Waiting:
    """Tries in a row, each later than the one before; never two replicas at the same moment."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._failed = 0

    def lasted(self, seconds: float) -> bool:
        """Was that a good one?"""
        if seconds >= LASTED:
            self._failed = 0
        return seconds >= LASTED

    def pause(self, code: str, retry_after: float = 0.0) -> float:
        """Seconds until the next try."""
        doubled = min(LONGEST, 2.0 ** min(self._failed, _MOST_DOUBLINGS))
        self._failed += 1
        least = max(ending_of(code).pause, retry_after, doubled)
        return least * (1.0 + self._random.random() / 2)
