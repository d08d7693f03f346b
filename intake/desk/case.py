"""A ticket in somebody's hands, inside one unit of work."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from intake.desk.changes.in_the_way import in_the_way
from intake.desk.ports import UnitOfWork
from intake.desk.record import changes
from intake.desk.sla.keeping import concerns_clocks, follow
from intake.domain.channel import Channel
from intake.domain.errors import PolicyViolation
from intake.domain.event import DESK, Event, EventKind
from intake.domain.label import Evidence
from intake.domain.message import ThreadRef
from intake.domain.principal import Principal, Role
from intake.domain.ticket import Ticket

TICK = timedelta(microseconds=1)
THE_DESK = Principal(name=DESK, role=Role.DEVICE)
_NOTHING: Mapping[str, str] = {}


class Case:
    """Whoever changes a ticket changes it here: what is stored and what the timeline says are the same by construction.

    `ledger` is the input that all this comes from, None for what a timer or a delivery brought about; `thread` is the
    conversation that it happened in, where it names its ticket by one, `delivery` what it answers.
    """

    def __init__(
        self,
        ticket: Ticket,
        books: UnitOfWork,
        now: datetime,
        *,
        by: Principal = THE_DESK,
        channel: Channel = Channel.API,
        ledger: int | None = None,
    ) -> None:
        self.ticket = ticket
        self.books = books
        self.now = now
        # Replicas' clocks differ a little: what comes later on one ticket is never written down as earlier.
        self._at = max(now, ticket.updated_at + TICK)
        self.by = by
        self.channel = channel
        self.ledger = ledger
        self.thread: ThreadRef | None = None
        self.delivery: int | None = None

    def write(
        self,
        kind: EventKind,
        reason: str,
        ticket: Ticket | None = None,
        *,
        actor: str = "",
        evidence: tuple[Evidence, ...] = (),
        data: Mapping[str, str] = _NOTHING,
    ) -> int:
        """Put it on the timeline, with what it changes of the ticket; the event's id. Raises PolicyViolation where its change,
        or a fix that names it, stands in the way: no deed, timer or report goes round this."""
        after = ticket or self.ticket
        if after is not self.ticket and (why := in_the_way(self.ticket, after, self.books)):
            raise PolicyViolation(why)
        event = Event(
            ticket=self.ticket.number,
            kind=kind,
            at=self._at,
            actor=actor or self.by.name,
            reason=reason,
            evidence=evidence,
            data=data,
            changes=changes(self.ticket, after),
        )
        after = replace(after, updated_at=self._at)
        self.books.tickets.save(after)
        self.ticket = replace(after, revision=self.ticket.revision + 1)
        return self._add(event)

    def note(
        self, kind: EventKind, reason: str, data: Mapping[str, str] = _NOTHING, *, evidence: tuple[Evidence, ...] = ()
    ) -> int:
        """Put something on the timeline that leaves the ticket as it is: whoever looked at it has seen it still."""
        number, actor = self.ticket.number, self.by.name
        event = Event(ticket=number, kind=kind, at=self._at, actor=actor, reason=reason, evidence=evidence, data=data)
        return self._add(event)

    def was_paged(self, agent: str) -> bool:
        """By a ladder; or they took a call about it, which is as good."""
        if self.books.ladders.has_paged(self.ticket.number, agent):
            return True
        return any(call.connected_to == agent for call in self.books.calls.of(self.ticket.number))

    def _add(self, event: Event) -> int:
        id = self.books.tickets.add_event(event)  # noqa: A001 - the event's own word
        if concerns_clocks(event.kind, event.changes):
            follow(self.ticket, self.books, self.now)
        return id

    def on(self, ticket: Ticket) -> "Case":
        """Another ticket in the same hands."""
        hands = Case(ticket, self.books, self.now, by=self.by, channel=self.channel, ledger=self.ledger)
        hands.thread, hands.delivery = self.thread, self.delivery
        return hands
