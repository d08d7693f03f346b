"""What the desk needs from its store to look after what it has to look at by itself: mailboxes, and signs of life."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from intake.domain.mailbox_cursor import MailboxCursor
from intake.domain.sign_of_life import SignOfLife


class MailboxCursors(Protocol):
    def get(self, mailbox: str) -> MailboxCursor | None: ...
    def save(self, cursor: MailboxCursor) -> None: ...


class SignsOfLife(Protocol):
    def all(self) -> Sequence[SignOfLife]: ...

    def get(self, name: str) -> SignOfLife | None: ...

    def saw(self, name: str, now: datetime) -> SignOfLife | None:
        """It lives; what was known of it before, to tell whether a silence is over."""
        ...

    def fell_silent(self, name: str, now: datetime) -> bool:
        """Also of what was never heard of. False if it was known: of several replicas one gives the alarm."""
        ...

    def take_turn(self, name: str, now: datetime, every: timedelta) -> bool:
        """True for one replica, once in so long."""
        ...


class Singleton(Protocol):
    """What only one process at a time may do. `is_ours` takes it if it is free; ask again before each piece of work."""

    def is_ours(self) -> bool: ...
    def give_up(self) -> None: ...
