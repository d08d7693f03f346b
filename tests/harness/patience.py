"""Waiting for something that will happen: a poll with a generous end, never a guess."""

import time
from collections.abc import Callable

POLL = 0.02  # seconds
AT_MOST = 60.0  # seconds; a busy machine is slow, and a test that waits this long has failed anyway


def wait_until(holds: Callable[[], bool], what: str, at_most: float = AT_MOST) -> None:
    """Raises AssertionError that names `what` when it has not come true in `at_most` seconds."""
    end = time.monotonic() + at_most
    while not holds():
        assert time.monotonic() < end, f"not within {at_most:.0f} s: {what}"
        time.sleep(POLL)
