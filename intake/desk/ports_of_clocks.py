"""What the desk needs from its store to keep the clocks of tickets."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from intake.domain.clock import KeptClocks
from intake.domain.event import Event
from intake.domain.story import QueueLine


class KeptPolicy(NamedTuple):
    """What one version of desk.toml says about clocks, as `intake.desk.sla.targets` writes it."""

    version: str
    text: str


class Clocks(Protocol):
    def remember(self, version: str, text: Callable[[], str], now: datetime) -> None:
        """Keep this version's text, unless it is known: what was first said of a version stays."""
        ...

    def policy(self, version: str) -> KeptPolicy | None:
        """Of this version; of one that was never kept, the oldest known."""
        ...

    def events(self, ticket: int) -> Sequence[Event]:
        """Those that its clocks follow from (`intake.desk.sla.history`), the oldest first."""
        ...

    def of(self, ticket: int) -> KeptClocks | None: ...

    def add(self, clocks: KeptClocks) -> None: ...

    def save(self, clocks: KeptClocks) -> None: ...

    def open_without(self, most: int) -> Collection[int]:
        """Open tickets whose clocks nobody has kept yet, the oldest first."""
        ...


class ClocksReader(Protocol):
    """Sees one moment."""

    def sla_policy(self, version: str) -> KeptPolicy | None:
        """As `Clocks.policy`."""
        ...

    def queue(self, groups: Collection[str], assigned_to: str | None, limit: int) -> Sequence[QueueLine]:
        """Open tickets, what is due first comes first. No groups are all of them; "" is assigned to nobody."""
        ...
