"""How often one number may call and text: so many times an hour."""

import math
import time
from collections import OrderedDict
from collections.abc import Collection
from enum import StrEnum

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from intake.desk.policy_file.phone import PhonePolicy
from intake.domain.errors import HelpdeskError

MOST_REMEMBERED = 20_000  # calls and texts, so that the same one is not counted twice
OF_MANY = 10  # so many times as often as one number: the withheld are many people together


class Kind(StrEnum):
    CALL = "call"
    TEXT = "text"


class TooOften(HelpdeskError):
    """`retry_after`: seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Try again in {retry_after} seconds")
        self.retry_after = retry_after


class Rate:
    """Counts in this process alone, and only what has a good signature: strangers must not fill the memory."""

    def __init__(self, policy: PhonePolicy, staff: Collection[str] = ()) -> None:
        """`staff` are the numbers of the desk's own people: who texts in their name must not use up what they take pages by."""
        self._staff = frozenset(staff)
        self._per_hour = {Kind.CALL: policy.calls_per_hour, Kind.TEXT: policy.texts_per_hour}
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._seen: OrderedDict[str, bool] = OrderedDict()

    def count(self, kind: Kind, number: str, name: str) -> None:
        """`name` is what the vendor calls this one: what was counted is not counted again. `number` is empty where it is
        withheld. Raises TooOften, also when the same one comes again."""
        if self._seen.get(name):
            return
        limit = RateLimitItemPerHour(self._per_hour[kind] * (OF_MANY if not number or number in self._staff else 1))
        admitted = self._limiter.hit(limit, kind.value, number)
        self._seen[name] = admitted
        self._seen.move_to_end(name)
        while len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)
        if not admitted:
            reset = self._limiter.get_window_stats(limit, kind.value, number).reset_time
            raise TooOften(max(1, math.ceil(reset - time.time())))

    def refused(self, name: str) -> bool:
        """Was this one turned away?"""
        return self._seen.get(name) is False
