"""The acknowledgement that is a question: is this new, or one of the tickets that this person has?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.desk.ports import UnitOfWork
from intake.desk.short_description import first_line
from intake.desk.telling import Teller
from intake.desk.texting.text_heard import DAY, TextHeard
from intake.domain.event import EventKind
from intake.domain.message import InboundMessage
from intake.domain.notice import Notice, NoticeKind
from intake.domain.text_question import TextQuestion
from intake.domain.ticket import Ticket, spoken

MOST_OPTIONS = 3
ONE_AT_A_TIME = timedelta(hours=1)  # a second question would make a late "1" an answer to the wrong one
_LONGEST_WORDS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    teller: Teller

    def may_ask(self, text: TextHeard) -> bool:
        last = text.books.texts.newest(text.number, text.at - DAY)
        return last is None or last.answered_at is not None or text.at - last.asked_at >= ONE_AT_A_TIME

    def question(self, text: TextHeard, options: Sequence[Ticket]) -> "Question":
        return Question(asking=self, text=text, options=tuple(ticket.number for ticket in options[:MOST_OPTIONS]))

    def ask(self, ticket: Ticket, text: TextHeard, options: tuple[int, ...], *, again: bool = False) -> None:
        names = " ".join(spoken(number) for number in options)
        words = "\n".join(_words_of(number, text) for number in options)
        notice = Notice(kind=NoticeKind.WHICH_TICKET, fields={"options": names, "words": words})
        books, now = text.books, text.now
        self.teller.tell(ticket, notice, text.channel, text.number, books, now)
        books.texts.add(
            TextQuestion(id=books.next_id(), address=text.number, ticket=ticket.number, options=options, asked_at=now)
        )
        says = f"{text.number} was asked{' again' if again else ''}: is it new, or one of {names}?"
        data = {"options": names, "again": "yes" if again else ""}
        text.case(ticket).note(EventKind.TEXT_ASKED, says, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """In the place of the acknowledgement of one new ticket."""

    asking: Asking
    text: TextHeard
    options: tuple[int, ...]

    def __call__(
        self,
        ticket: Ticket,
        message: InboundMessage,
        books: UnitOfWork,
        now: datetime,
        *,
        paged: bool,
        storm: int | None = None,
    ) -> None:
        """Where people are woken for it, or it is part of something larger, it is acknowledged as ever: nobody is asked."""
        teller = self.asking.teller
        is_heard = teller.living(self.text.author, books) == self.text.author and message.answerable
        if paged or storm is not None or not is_heard:
            teller.acknowledge(ticket, message, books, now, paged=paged, storm=storm)
        else:
            self.asking.ask(ticket, self.text, self.options)


def _words_of(number: int, text: TextHeard) -> str:
    """Of what this very address said: whoever reads along there has seen it. Anything else is told by its number alone."""
    opening, _ = text.books.tickets.opening(number)
    if opening is None or opening.channel is not text.channel or opening.author is None or opening.author.value != text.number:
        return ""
    line = first_line("", opening.body)
    return line if len(line) <= _LONGEST_WORDS else f"{line[: _LONGEST_WORDS - 1].rstrip()}…"
