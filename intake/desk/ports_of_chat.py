"""What the desk needs from its store for chats."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from intake.domain.chat import Installation, Lookup, Person, Room


class KnowsPeople(Protocol):
    """What tells who speaks: a unit of work has it, and a reader."""

    def person(self, id: str) -> Person | None: ...

    def person_with(self, mail: str) -> Person | None:
        """Whose proven mail this is, no stranger; the one that was looked up last where there are several."""
        ...

    def groups_of(self, person: str) -> frozenset[str]:
        """The groups that this person is known to be in."""
        ...

    def room(self, id: str) -> Room | None: ...


class Chat(KnowsPeople, Protocol):
    """Rooms, people, groups, and what still has to be looked up."""

    def alone_in(self, room: str) -> None:
        """Whoever else asks this for the room waits until the unit of work ends: two replicas do not decide on two messages of
        one room at once."""
        ...

    def keep_room(self, room: Room) -> None:
        """Written only where it differs from what is known."""
        ...

    def keep_person(self, person: Person) -> None: ...

    def keep_members(self, group: str, people: Collection[str]) -> None:
        """All that are in it now."""
        ...

    def want(self, lookup: Lookup) -> bool:
        """Keep the question; False where the same one waits already. One that was answered, or given up, is asked anew."""
        ...

    def claim(self, *, now: datetime, until: datetime, replica: str, limit: int) -> Sequence[Lookup]:
        """Lease due ones to this replica; each counts as an attempt."""
        ...

    def save(self, lookup: Lookup) -> None:
        """Write state, attempts, due time and error; the lease ends."""
        ...

    def release(self, now: datetime) -> int:
        """End every lease, as `Outbox.release` does."""
        ...


class Installations(Protocol):
    """Where the desk is installed, and the states of installations that somebody has begun."""

    def add(self, installation: Installation) -> None:
        """One of the same place is replaced."""
        ...

    def of(self, enterprise: str, workspace: str) -> Installation | None:
        """The living one of this workspace, else that of its whole enterprise."""
        ...

    def living(self) -> Sequence[Installation]: ...

    def save(self, installation: Installation) -> None: ...

    def end(self, enterprise: str, workspace: str, why: str, at: datetime) -> bool:
        """False where there was none. An empty workspace is the enterprise's own."""
        ...

    def begin(self, state: str, until: datetime) -> None:
        """Somebody sets out to install the desk."""
        ...

    def consume(self, state: str, now: datetime) -> bool:
        """Once, and before it expires."""
        ...


class ChatReader(KnowsPeople, Protocol):
    """Sees one moment."""

    def installations(self) -> Sequence[Installation]:
        """All, those that ended as well; the newest first."""
        ...

    def lookups_waiting(self) -> int: ...

    def note_thread(self, channel: str, ref: str) -> int | None:
        """The ticket whose card was posted as `ref` (`C…/ts`)."""
        ...

    def chat_message(self, name: str) -> bool:
        """The message of this name (`C…/ts`) is on a ticket."""
        ...
