"""What the desk needs from its store to learn from people: their corrections, a history, and the layers that came of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from intake.domain.correction import Correction, PastMatter, Taken
from intake.domain.site_layer import LayerState, SiteLayer


class Corrections(Protocol):
    def add(self, correction: Correction) -> None: ...

    def newest(self, ticket: int) -> Correction | None:
        """The last one of this ticket that was not withdrawn: the one that is learnt from."""
        ...

    def withdraw(self, ticket: int, event: int, now: datetime) -> bool:
        """The one that was made by this event; False if there is none, or it was withdrawn before."""
        ...


class History(Protocol):
    def take_in(self, matters: Collection[PastMatter], now: datetime) -> Taken:
        """Each key once: what is known already is left alone, or changed where it is judged otherwise now."""
        ...

    def forget(self) -> int:
        """All of it; how much that was."""
        ...


class SiteLayers(Protocol):
    def all(self) -> Sequence[SiteLayer]:
        """The newest first."""
        ...

    def active(self) -> SiteLayer | None: ...

    def keep(self, layer: SiteLayer, content: bytes) -> None:
        """One of the same version is replaced. Raises Conflict, at once or at the commit, where another one is active."""
        ...

    def put(self, version: str, state: LayerState, now: datetime, by: str, *, was: LayerState) -> None:
        """Raises Conflict where it is not in the state `was` any more: somebody else has decided meanwhile."""
        ...

    def drop(self, versions: Collection[str]) -> None:
        """But for one that is active."""
        ...
