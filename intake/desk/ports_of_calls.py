"""What the desk needs from its store for calls and texts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from intake.domain.call import Call
from intake.domain.channel import Channel
from intake.domain.message import Attachment
from intake.domain.page import Page, Run
from intake.domain.remote_file import Fetch
from intake.domain.text_question import TextQuestion
from intake.domain.ticket_message import TicketMessage


class Calls(Protocol):
    def named(self, name: str) -> Call | None: ...

    def add(self, call: Call) -> None:
        """Raises Conflict at the flush where another replica has entered the same call."""
        ...

    def save(self, call: Call) -> None: ...

    def live(self, ticket: int, since: datetime) -> Call | None:
        """The newest call on this ticket that began since then, has not ended, and that nobody has taken."""
        ...

    def of(self, ticket: int) -> Sequence[Call]:
        """The oldest first."""
        ...

    def silent(self, caller: str, since: datetime) -> Call | None:
        """The newest call from this number in which nothing was said and that ended since then; where nobody reported an end,
        that began since then. None that began more than a day before."""
        ...


class Texts(Protocol):
    """Questions to phone numbers, and the codes of pages sent to them; and to people of a chat, whose address is their id there
    and of whom only counts what is said to the desk alone."""

    def alone_with(self, address: str, channel: Channel = Channel.SMS) -> None:
        """Whoever else asks this for the number waits until the unit of work ends: two replicas neither decide on two of its
        texts at once, nor give it one code twice."""
        ...

    def add(self, question: TextQuestion) -> None: ...

    def save(self, question: TextQuestion) -> None: ...

    def newest(self, address: str, since: datetime) -> TextQuestion | None:
        """The last question that this number was asked since then, answered or not."""
        ...

    def page_coded(self, address: str, code: str) -> tuple[Page, Run] | None:
        """The newest page to this number with this code; its run may be over."""
        ...

    def codes(self, address: str, since: datetime) -> frozenset[str]:
        """The codes of pages to this number since then."""
        ...

    def heard_last(self, address: str, since: datetime, channel: Channel = Channel.SMS) -> TicketMessage | None:
        """The newest text that came in from this number since then, whatever its ticket. In a chat: what has a name there, so
        nothing that was filled into a form."""
        ...

    def answered_last(self, address: str, since: datetime, channel: Channel = Channel.SMS) -> TicketMessage | None:
        """The newest answer of a human that was sent to this number on this channel since then; its `ticket` is the one that it
        was sent about, which may have been merged since."""
        ...

    def tickets_of(self, contacts: frozenset[int], since: datetime) -> Sequence[int]:
        """The open tickets of these contacts, and those that were resolved since then (or closed, without having been
        resolved), newest activity first, at most fifty; none that was merged or canceled."""
        ...


class Fetches(Protocol):
    """A fetch is on the ticket where its message is, also when that moves."""

    def add(self, fetch: Fetch) -> None: ...

    def claim(self, *, now: datetime, until: datetime, replica: str, limit: int) -> Sequence[Fetch]:
        """Lease due ones to this replica; each counts as an attempt."""
        ...

    def fetched(self, fetch: Fetch, attachment: Attachment) -> bool:
        """It is the last attachment of its message now, and the fetch is done with; False if it was there already."""
        ...

    def save(self, fetch: Fetch) -> None:
        """Write state, attempts, due time and error; the lease ends. Of what was fetched meanwhile nothing changes."""
        ...

    def release(self, now: datetime) -> int:
        """End every lease, as `Outbox.release` does."""
        ...


class CallReader(Protocol):
    """Sees one moment."""

    def call(self, name: str) -> Call | None: ...

    def calls(self, *, before: int | None = None, limit: int) -> Sequence[Call]:
        """The newest first, by when they began; after the one with the id `before`."""
        ...

    def fetches(self, ticket: int) -> Sequence[Fetch]: ...
