"""Somebody wants a ticket of what another one said: it is the author's, and who asked for it stands on its timeline."""

from dataclasses import dataclass, replace

from intake.desk.chat.moments import message_in_chat, notes_in_chat
from intake.desk.chat.note_thread import is_triage
from intake.desk.opening import Opener
from intake.desk.ports import UnitOfWork
from intake.desk.texting.text_heard import TextHeard
from intake.domain.channel import AddressKind, Channel
from intake.domain.event import EventKind
from intake.domain.message import InboundMessage, Nature, ThreadKind
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    opener: Opener

    def hear(self, text: TextHeard) -> Receipt | None:
        """What is on a ticket already opens none; also not where it comes in only now that it was marked."""
        message, books = text.message, text.books
        name = next((ref.value for ref in message.known_as if ref.kind is ThreadKind.MESSAGE_ID), "")
        known = ticket_of_name(name, books) if name else None
        if known is not None:
            return self._already(known, text)
        if message.marked is None:
            return None
        if message.place is not None and is_triage(message.place.room, self.opener.policy):
            return text.receipt(Outcome.SUPPRESSED, "marked: what is said in a team's own channel is no request")
        if (number := self._ticket_of_thread(text)) is not None:
            if self._is_our_own(name, number, books):
                return text.receipt(Outcome.SUPPRESSED, "own_loop: the desk's own words are nobody's request", number)
            self._note(number, "wants a ticket of what was said in its thread", text)
            return None
        opened = self.opener.open(message, text.label, text.ledger, books, text.now)
        return text.receipt(Outcome.OPENED, "", opened.number)

    def _ticket_of_thread(self, text: TextHeard) -> int | None:
        """What stands where a ticket is talked about belongs there: two in one thread would answer each other's askers."""
        refs = [ref for ref in text.message.known_as if ref.kind is ThreadKind.CONVERSATION]
        bound = text.books.threads.bound(refs) if text.message.place is not None else {}
        return next(iter(bound.values()), None)

    def _is_our_own(self, name: str, number: int, books: UnitOfWork) -> bool:
        """Answers and notices are no words of whoever marks them."""
        ticket = books.tickets.get(number)
        assert ticket is not None
        caller = books.contacts.get(ticket.caller) if ticket.caller is not None else None
        people = (*(caller.addresses if caller is not None else ()), *books.tickets.watchers(number))
        told = {one.value for one in people if one.kind is AddressKind.SLACK}
        return any(name in books.outbox.refs(Channel.SLACK, one, ticket.opened_at) for one in told)

    def _already(self, number: int, text: TextHeard) -> Receipt:
        if text.message.marked is None:
            return text.receipt(Outcome.SUPPRESSED, f"it is on {spoken(number)} already", number)
        self._note(number, "wants a ticket of it: it is one already", text)
        return text.receipt(Outcome.SUPPRESSED, f"marked: it is on {spoken(number)} already", number)

    def _note(self, number: int, what: str, text: TextHeard) -> None:
        ticket, marked = text.books.tickets.get(number), text.message.marked
        assert ticket is not None
        assert marked is not None
        data = {"by": marked.by.value, **({"link": marked.link} if marked.link else {})}
        text.case(ticket).note(EventKind.MARKED, f"{marked.by.value} {what}", data)


def in_whose_name(message: InboundMessage) -> InboundMessage:
    """What a program said, or nobody knows who, is asked by whoever marked it. What could not be read says so."""
    marked = message.marked
    if marked is None:
        return message
    if message.author is None or message.nature is Nature.BOT:
        message = replace(message, author=marked.by)
    message = replace(message, nature=Nature.HUMAN)
    if marked.why_not and not message.text.strip():
        told = f"A message that could not be read ({marked.why_not})"
        text = f"{told}:\n{marked.link}" if marked.link else f"{told}."
        message = replace(message, text=text, full_text=text)
    return message


def where_the_desk_is(message: InboundMessage, books: UnitOfWork) -> InboundMessage:
    """Anything that somebody sees can be marked: also what two people say to each other alone. The desk is not there, and
    answers its author elsewhere."""
    place = message.place
    known = place is None or not place.direct or message.nature is Nature.BOT or books.chat.room(place.room) is not None
    if message.marked is None or known:
        return message
    name = tuple(ref for ref in message.known_as if ref.kind is ThreadKind.MESSAGE_ID)
    return replace(message, place=None, known_as=name, answers=())


def ticket_of_name(name: str, books: UnitOfWork) -> int | None:
    """Where the message is that goes by this name; also of a card, which is no message of anybody's."""
    refs = [message_in_chat(name), notes_in_chat(name)]
    bound = books.threads.bound(refs)
    return next((bound[ref] for ref in refs if ref in bound), None)
