"""Which ticket a text without a matter of its own belongs to, where that is certain."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from intake.desk.joining import final_ticket
from intake.desk.texting.short_answers import answer_in, is_short, same_words
from intake.desk.texting.text_heard import DAY, TextHeard
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import EventKind
from intake.domain.label import Category
from intake.domain.ticket import State, Ticket

MORE_OF_THE_SAME = timedelta(minutes=3)
_LOOK_BACK = 20  # answers on one ticket
_MOST_TICKETS = 10  # with the newest activity: an answer is one


class _Said(NamedTuple):
    at: datetime
    ticket: int


def said_again(text: TextHeard) -> Ticket | None:
    """The very words of this number's last text, a moment later: the same matter, whatever it is."""
    last = text.books.texts.heard_last(text.number, text.at - MORE_OF_THE_SAME, text.channel)
    if last is None or last.at > text.at + MORE_OF_THE_SAME or not same_words(last.body, text.words):
        return None
    return _living(last.ticket, text)


def belongs_to(text: TextHeard) -> Ticket | None:
    """None where it may be one of several, or none is known. Whoever has just written goes on with that; whom a human wrote to
    since answers that; where both would be, or two humans wrote of two tickets, nothing is certain."""
    said = _said_last(text)
    asked = {_end(ticket, text): ticket for ticket in _asked(text, said.at if said else text.at - DAY)}
    if said is not None and abs(text.at - said.at) <= MORE_OF_THE_SAME:
        return _living(said.ticket, text) if asked.keys() <= {_end(said.ticket, text)} else None
    if asked:
        return _living(next(iter(asked.values())), text) if len(asked) == 1 else None
    before = text.books.texts.answered_last(text.number, text.at - DAY, text.channel)
    if said is not None and before is not None:
        return _living(said.ticket, text) if _end(before.ticket, text) == _end(said.ticket, text) else None
    tickets = text.tickets() if is_short(text.words) else ()  # a longer one may say what nobody could read
    return _living(tickets[0].number, text) if len(tickets) == 1 else None


def _said_last(text: TextHeard) -> _Said | None:
    """Within a day; an answer to the desk's question speaks of the ticket that it chose."""
    since = text.at - DAY
    heard, question = text.books.texts.heard_last(text.number, since, text.channel), text.books.texts.newest(text.number, since)
    found = [_Said(heard.at, heard.ticket)] if heard is not None else []
    if question is not None and question.answered_at is not None and question.chosen is not None:
        found.append(_Said(question.answered_at, question.chosen))
    return max(found, default=None)


def _asked(text: TextHeard, since: datetime) -> Iterator[int]:
    """The tickets about which a human has texted this number since then."""
    newest = text.books.texts.answered_last(text.number, since, text.channel)
    if newest is None:
        return
    yield newest.ticket
    for ticket in text.tickets()[:_MOST_TICKETS]:
        if ticket.number != newest.ticket and _was_asked(ticket, text, since):
            yield ticket.number


def _was_asked(ticket: Ticket, text: TextHeard, since: datetime) -> bool:
    answers = text.books.tickets.events_of(ticket.number, {EventKind.REPLIED, EventKind.FINAL_RESPONSE}, _LOOK_BACK)
    messages = [int(event.data["message"]) for event in answers if event.at >= since and "message" in event.data]
    return any(
        sent.channel is text.channel and sent.address == text.number and _has_left(sent)
        for message in messages
        for sent in text.books.outbox.of_reply(message, (ticket.number,))
    )


def _has_left(sent: Delivery) -> bool:
    return sent.sent_at is not None and sent.state is not DeliveryState.FAILED


def _end(number: int, text: TextHeard) -> int:
    """Where a merged ticket went, in the end."""
    ticket = text.books.tickets.get(number)
    return final_ticket(ticket, text.books).number if ticket is not None else number


def _living(number: int, text: TextHeard) -> Ticket | None:
    """As it was named; None where it, or what it was merged into, was canceled."""
    ticket = text.books.tickets.get(number)
    if ticket is None or final_ticket(ticket, text.books).state is State.CANCELED:
        return None
    return ticket


def fix_that_asks(text: TextHeard) -> Ticket | None:
    """Whoever asked for a fix was asked which incident it mends, and answers with nothing but a number."""
    answer = answer_in(text.words)
    if answer is None or len(answer.names) != 1 or answer.options or answer.perhaps:
        return None
    question = text.books.texts.newest(text.number, text.at - DAY)
    since = question.asked_at if question is not None and question.answered_at is None else None
    fixes = [ticket for ticket in text.open_tickets() if ticket.category is Category.DEFECT_FIX]
    waiting = [ticket for ticket in fixes if _waits(ticket, since, text)]
    return _living(waiting[0].number, text) if len(waiting) == 1 and waiting[0].number not in answer.names else None


def _waits(ticket: Ticket, since: datetime | None, text: TextHeard) -> bool:
    """And was that the last question?"""
    change = text.books.changes.get(ticket.number)
    asked = text.books.tickets.events_of(ticket.number, {EventKind.INCIDENT_WANTED}, 1)
    return change is not None and change.incident is None and any(since is None or one.at >= since for one in asked)
