"""What the desk needs from its store to know which conversation belongs to which ticket."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from intake.domain.channel import Channel
from intake.domain.message import ThreadRef


class Threads(Protocol):
    """Which conversation belongs to which ticket."""

    def bind(self, refs: Collection[ThreadRef], ticket: int, message: int | None = None) -> None:
        """A ref already bound stays where it is. `message` is the one that is known by these names. Where another replica
        bound it meanwhile, unseen by this unit of work, a Message-ID stays where it is as well; for a conversation the flush
        raises Conflict: who comes second must decide anew, or the same alarm would open two tickets."""
        ...

    def bound(self, refs: Collection[ThreadRef]) -> Mapping[ThreadRef, int]: ...

    def between(self, first: ThreadRef, last: ThreadRef, *, backwards: bool = False) -> Sequence[ThreadRef]:
        """The names of one kind from `first` to `last` as they sort, at most fifty, in order; the last ones first where it is
        read `backwards`."""
        ...

    def unbind(self, refs: Collection[ThreadRef]) -> None:
        """What comes with these refs belongs to no ticket from now on. Raises Conflict if a ref is no longer bound where
        `bound` last found it."""
        ...

    def names(self, message: int) -> Sequence[ThreadRef]:
        """By which names a message is known."""
        ...

    def conversations(self, ticket: int, channel: Channel) -> Sequence[ThreadRef]:
        """Those of this channel that belong to the ticket, as they sort."""
        ...

    def message_of(self, ref: ThreadRef) -> int | None:
        """The message that is known by this name; None where none is, or only a ticket."""
        ...
