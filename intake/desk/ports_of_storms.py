"""What the desk asks of whoever tells alike reports from others, and of its store about storms."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from intake.domain.label import Kind
from intake.domain.storm import Member, Standing, Storm, StormLine, StormStory, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody reported, in their own words. `services` and `sites` are the names in desk.toml that it mentions."""

    ticket: int
    at: datetime
    text: str
    services: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """`score` is 0 to 1; `shared` are the words or names that both have, as evidence for people, the most telling first."""

    ticket: int
    score: float
    shared: tuple[str, ...]


class Similarity(Protocol):
    """Remembers recent reports in memory; each replica follows the others. Not safe from several threads."""

    def remember(self, report: Report) -> None:
        """Again under the same ticket replaces what was there."""
        ...

    def forget(self, ticket: int) -> None: ...

    def forget_before(self, moment: datetime) -> None: ...

    def like(self, report: Report, *, since: datetime, alike: float, most: int) -> Sequence[Likeness]:
        """The remembered reports since then that resemble this one by at least `alike`, the most alike first; never itself."""
        ...

    def own_words(self, text: str) -> str:
        """Without greeting, signature and quote: whoever signs "Plant Lyon" does not report from there. In any case."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A ticket as the memory of reports takes it up. `text` is what was reported, empty where nobody did."""

    number: int
    opened_at: datetime
    kind: Kind
    text: str


class Storms(Protocol):
    """A storm is known by the number of its parent."""

    def lock(self) -> None:
        """Nobody else begins a storm until this unit of work ends; whatever others began before can be seen from now on."""
        ...

    def get(self, parent: int) -> Storm | None: ...

    def add(self, storm: Storm) -> None: ...

    def save(self, storm: Storm) -> None: ...

    def join(self, member: Member) -> None:
        """Also one that had left this storm. Raises Conflict where the ticket is in a storm already."""
        ...

    def leave(self, member: Member, because: str, now: datetime) -> bool:
        """False if it had left already."""
        ...

    def members(self, storm: int) -> Sequence[Member]:
        """Who belongs to it now, in the order of their numbers."""
        ...

    def memberships(self, tickets: Collection[int]) -> Sequence[tuple[Member, Storm]]:
        """Of these tickets, those that have left too."""
        ...

    def people(self, storm: int) -> int:
        """How many different people it has; all those whom nobody knows are one."""
        ...

    def fellows(self, ticket: int) -> Sequence[int]:
        """The other tickets of the same person in the same storm."""
        ...

    def tell_once(self, told: Told) -> bool:
        """False if this person was told of this stage before."""
        ...

    def on_its_way(self, message: int) -> int:
        """How many deliveries of this answer may still arrive; copies for those who read along do not count."""
        ...

    def newest(self, limit: int) -> Sequence[Seen]:
        """The last tickets, the newest first."""
        ...

    def after(self, number: int, gaps: Collection[int], limit: int) -> Sequence[Seen]:
        """Tickets above this number, and those that fill a gap: the last of them, the newest first."""
        ...

    def of_storms_since(self, moment: datetime, limit: int) -> Sequence[Seen]:
        """Reports in formed storms that are open, or ended since then; the newest first."""
        ...


class StormReader(Protocol):
    """For looking alone."""

    def storms(self, *, standing: Collection[Standing] = (), before: int | None = None, limit: int) -> Sequence[StormLine]:
        """The newest first; those that stand so, or all."""
        ...

    def storm(self, parent: int) -> StormStory | None: ...
