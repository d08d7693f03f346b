"""A text, or a direct message in a chat, in the desk's hands: who it is from, and which tickets they have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.desk.case import Case
from intake.desk.lifecycle import OPEN
from intake.desk.opening import UNKNOWN
from intake.desk.ports import UnitOfWork
from intake.desk.texting.short_answers import is_thanks, refers_back
from intake.domain.channel import Address, Channel
from intake.domain.label import Label
from intake.domain.message import InboundMessage
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import Ticket

DAY = timedelta(days=1)
STILL_MEANT = timedelta(days=7)  # after it was resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class TextHeard:
    """`now` is when it is booked: after a time without a store that is later than when it came, `at`."""

    message: InboundMessage
    author: Address
    label: Label
    ledger: int
    books: UnitOfWork
    now: datetime

    @property
    def at(self) -> datetime:
        return self.message.received_at

    @property
    def channel(self) -> Channel:
        return self.message.channel

    @property
    def number(self) -> str:
        """In a chat: the person's id."""
        return self.author.value

    @property
    def words(self) -> str:
        return self.message.text.strip()

    @property
    def has_no_matter(self) -> bool:
        """Of its own: nobody could open a ticket by it who has not read what was said before."""
        return self.label.abstained or is_thanks(self.words) or refers_back(self.words)

    def tickets(self) -> Sequence[Ticket]:
        """Of this person, by whatever way they came: open ones and those that were resolved lately, newest activity first. A
        call in which nothing was said is about nothing yet."""
        known = self.books.contacts.at(self.author)
        if known is None:
            return ()
        numbers = self.books.texts.tickets_of(self.books.contacts.identities(known.id), self.at - STILL_MEANT)
        found = self.books.tickets.many(numbers)
        return tuple(found[number] for number in numbers if number in found and not self._is_silent(found[number]))

    def _is_silent(self, ticket: Ticket) -> bool:
        if ticket.label_version != UNKNOWN.version:
            return False
        calls = self.books.calls.of(ticket.number)
        return bool(calls) and not any(call.said for call in calls)

    def open_tickets(self) -> Sequence[Ticket]:
        return tuple(ticket for ticket in self.tickets() if ticket.state in OPEN)

    def case(self, ticket: Ticket) -> Case:
        return Case(ticket, self.books, self.now, channel=self.message.channel, ledger=self.ledger)

    def receipt(self, outcome: Outcome, reason: str, ticket: int | None = None) -> Receipt:
        return Receipt(id=self.ledger, outcome=outcome, reason=reason, ticket=ticket)
