"""A message that belongs to a ticket is added to it, held until an agent agrees, or filed as machine mail."""

from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.opening import add_message
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.telling import Teller
from intake.desk.threads import Match
from intake.domain.delivery import DeliveryState
from intake.domain.event import DESK, Event, EventKind
from intake.domain.message import InboundMessage
from intake.domain.receipt import Outcome
from intake.domain.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Adder:
    policy: Policy
    teller: Teller

    def add(
        self, message: InboundMessage, ticket: Ticket, match: Match, ledger: int, books: UnitOfWork, now: datetime
    ) -> tuple[Outcome, str]:
        """Our signature, or a participant's hand, appends; anything else waits for an agent."""
        trusted = match.signed or self._takes_part(message, ticket, books)
        outcome = Outcome.APPENDED if trusted else Outcome.HELD
        reason = match.reason if trusted else f"{match.reason}, but its sender takes no part in it"
        add_message(message, ticket.number, ledger, books, public=trusted, held=not trusted)
        books.tickets.add_event(
            Event(
                ticket=ticket.number,
                kind=EventKind.APPENDED if trusted else EventKind.HELD,
                at=now,
                actor=message.author.value if message.author else DESK,
                reason=reason,
            )
        )
        books.tickets.save(replace(ticket, updated_at=now))
        self.teller.refresh(ticket, books, now)
        return outcome, reason

    def file(self, message: InboundMessage, ticket: Ticket, match: Match, ledger: int, books: UnitOfWork, now: datetime) -> str:
        """Keep machine mail with the ticket, out of the requester's sight; a bounce marks the delivery that failed."""
        reason = f"{message.nature.value} mail filed: {match.reason}"
        add_message(message, ticket.number, ledger, books, public=False)
        books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.ATTACHED, at=now, reason=reason))
        if message.bounce and not message.bounce.temporary and match.delivery is not None:
            self._bounced(match.delivery, message.bounce.status, ticket, books, now)
        return reason

    def _bounced(self, delivery: int, status: str, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        sent = books.outbox.get(delivery)
        if sent is None or sent.ticket != ticket.number or sent.state not in {DeliveryState.SENT, DeliveryState.DELIVERED}:
            return
        error = f"bounced {status}".strip()
        books.outbox.save(replace(sent, state=DeliveryState.FAILED, error=error))
        reason = f"{error}: {sent.address} was not reached"
        books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.DELIVERY_FAILED, at=now, reason=reason))

    def _takes_part(self, message: InboundMessage, ticket: Ticket, books: UnitOfWork) -> bool:
        if message.author is None or ticket.caller is None:
            return False
        known = books.contacts.at(message.author)
        return known is not None and known.id == ticket.caller
