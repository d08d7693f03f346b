"""Whom to leave alone for a while: a domain that said later, or the whole relay.

In memory and for each replica alone: after a restart everybody is asked once more, which is what a restart is for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from intake.desk.dispatch import pause
from intake.desk.policy import DeliveryPolicy
from intake.domain.errors import DeliveryError

RELAY = ""  # no domain is called so
MOST = 1_000  # domains; beyond them those are forgotten whose wait is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """`until` by the clock that was given; `times` in a row; `why` is what was answered."""

    until: float
    times: int
    why: str


class Waits:
    """`clock` in seconds from any beginning. Each refusal in a row doubles the wait up to the longest; a success ends it."""

    def __init__(self, policy: DeliveryPolicy, clock: Callable[[], float], random: Random) -> None:
        self._policy = policy
        self._clock = clock
        self._random = random
        self._waits: dict[str, Wait] = {}

    def demand_none(self, domain: str) -> None:
        """Raises DeliveryError where the relay or the domain is to be left alone. Nobody was asked, so it is no try."""
        now = self._clock()
        for whom, others in ((RELAY, "all mail"), (domain, f"all mail to {domain}")):
            wait = self._waits.get(whom)
            if wait is not None and wait.until > now:
                says = f"waiting, as {others} does: {wait.why}"
                raise DeliveryError(says, permanent=False, retry_after=wait.until - now, tried=False)

    def begin(self, whom: str, why: str) -> float:
        """How many seconds whoever heard this should stay away: longer than the others, so that the next try is somebody
        else's. Otherwise one mail that is never taken would hold up all the rest."""
        now = self._clock()
        earlier = self._waits.get(whom)
        if earlier is None or earlier.until <= now:
            times = earlier.times + 1 if earlier is not None and now - earlier.until < self._longest else 1
            wait = pause(self._policy, times, None, self._random.uniform(0.8, 1.2)).total_seconds()
            self._waits[whom] = earlier = Wait(until=now + wait, times=times, why=why)
            self._forget(now)
        return (earlier.until - now) * 1.5

    def end(self, *whom: str) -> None:
        for each in whom:
            self._waits.pop(each, None)

    @property
    def _longest(self) -> float:
        return max(self._policy.longest_retry, timedelta(seconds=1)).total_seconds()

    def _forget(self, now: float) -> None:
        if len(self._waits) > MOST:
            self._waits = {whom: wait for whom, wait in self._waits.items() if wait.until > now}
