"""One of the staff answers in the requester's own thread: whoever asked has read it there."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.desk.case import Case
from intake.desk.chat.speaking import Speaking
from intake.desk.parties import is_caller
from intake.desk.permissions import demand_deed
from intake.desk.policy import Policy
from intake.desk.remote_files import remember
from intake.desk.replies import Replies
from intake.desk.short_description import short_description
from intake.desk.telling import Teller
from intake.desk.threads import bind_names
from intake.domain.agent import Agent
from intake.domain.channel import AddressKind
from intake.domain.deed import Reply
from intake.domain.deed_shape import LONGEST_TEXT
from intake.domain.errors import Forbidden, IllegalTransition, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.message import InboundMessage
from intake.domain.ticket import Ticket

REFUSALS = (Forbidden, IllegalTransition, PolicyViolation)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringThere:
    policy: Policy
    teller: Teller
    replies: Replies
    speaking: Speaking

    def author(self, message: InboundMessage, ticket: Ticket, case: Case) -> Agent | None:
        """Who of the staff wrote it; None for whoever asked for the ticket themselves."""
        if message.author is None or is_caller(message.author, ticket, case.books):
            return None
        return self.speaking.agent(message.author, case.books.chat)

    def answer(self, message: InboundMessage, case: Case) -> str:
        """What was done. Raises one of REFUSALS where this agent may not answer there, or the ticket cannot be answered; then
        nothing is. Who reads the thread is not sent it again; others who take part are."""
        deed = Reply(text=words_of(message)[:LONGEST_TEXT])
        with case.books.savepoint():
            demand_deed(case.by, deed, case.ticket, self.policy, case.was_paged)
            done = self.replies.reply(deed, case, set(self._readers(case)))
        self._keep_the_rest(message, case)
        self.teller.refresh(case.ticket, case.books, case.now)
        self.teller.tell_watching_staff(case.ticket, done, case.by.name, case.books, case.now)
        return f"{deed.verb}: {done}"

    def _readers(self, case: Case) -> Iterator[str]:
        caller = case.books.contacts.get(case.ticket.caller) if case.ticket.caller is not None else None
        known = (*(caller.addresses if caller is not None else ()), *case.books.tickets.watchers(case.ticket.number))
        yield from (address.value for address in known if address.kind is AddressKind.SLACK)

    def _keep_the_rest(self, message: InboundMessage, case: Case) -> None:
        """Its files, and its name: what its author changes about it later is found."""
        newest = case.books.tickets.events_of(case.ticket.number, {EventKind.REPLIED}, 1)
        kept = int(newest[0].data["message"])
        remember(message.remote, case.ticket.number, kept, message.received_at, case.books)
        bind_names(message.known_as, case.ticket.number, case.books, kept)


def words_of(message: InboundMessage) -> str:
    """Files may come without any."""
    return message.text if message.text.strip() else short_description(message)
