"""A number answers the desk's question: what it texted goes where it belongs."""

from dataclasses import dataclass, replace

from intake.desk.joining import final_ticket
from intake.desk.texting.asking import Asking
from intake.desk.texting.bringing_over import BringingOver
from intake.desk.texting.short_answers import NEW, Answer, answer_in
from intake.desk.texting.text_heard import DAY, TextHeard
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome, Receipt
from intake.domain.text_question import TextQuestion
from intake.domain.ticket import Ticket, spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    asking: Asking
    over: BringingOver

    def hear(self, text: TextHeard, about: int | None = None) -> Receipt | None:
        """None where it is no answer, or nothing was asked (where `about` is given: of that ticket): a human who has texted
        since is who is answered."""
        answer = answer_in(text.words)
        question = _asked(text) if answer is not None else None
        if answer is None or question is None or not answer.named <= {question.ticket, *question.options}:
            return None
        if about is not None and question.ticket != about:
            return None
        if question.answered_at is not None:
            return self._twice(question, answer, text)
        ticket = text.books.tickets.get(question.ticket)
        assert ticket is not None
        meant = _meant(answer, question)
        if meant is None:
            return self._unclear(question, ticket, text)
        text.books.texts.save(replace(question, answered_at=text.at, chosen=meant))
        if meant == question.ticket:
            said = f"{text.number} answered {_quoted(text)}: it is new"
            text.case(ticket).note(EventKind.TEXT_ANSWERED, said, {"chosen": str(meant)})
            return text.receipt(Outcome.APPLIED, f"answer: {said}", ticket.number)
        return self._belongs(ticket, meant, text)

    def _twice(self, question: TextQuestion, answer: Answer, text: TextHeard) -> Receipt | None:
        """It was answered before. The same again says nothing; another answer is for people to sort out."""
        meant, chosen = _meant(answer, question), question.chosen
        assert chosen is not None
        if meant == chosen:
            return text.receipt(Outcome.SUPPRESSED, f"answer: {spoken(chosen)} was chosen already", chosen)
        if meant is None:
            return None
        ticket = text.books.tickets.get(chosen)
        assert ticket is not None
        case = text.case(final_ticket(ticket, text.books))
        named = spoken(meant) if meant != question.ticket else "a new matter"
        said = f"{text.number} chose {spoken(chosen)} first, and answers {_quoted(text)} now, {named}: somebody has to look"
        case.note(EventKind.TEXT_ANSWERED, said, {"chosen": str(chosen), "now": str(meant)})
        told = {"by": text.number, "why": said}
        self.asking.teller.tell_holder(case.ticket, NoticeKind.ADDITION, text.books, text.now, told)
        return text.receipt(Outcome.APPLIED, f"answer: {said}", case.ticket.number)

    def _unclear(self, question: TextQuestion, ticket: Ticket, text: TextHeard) -> Receipt:
        """Asked again, once; after that it stays new, and a right answer still counts."""
        asked = text.books.tickets.events_of(ticket.number, {EventKind.TEXT_ASKED}, 2)
        said = f"{text.number} answered {_quoted(text)}, which is no option"
        if again := len(asked) == 1:
            self.asking.ask(ticket, text, question.options, again=True)
        said = f"{said}: asked again" if again else f"{said}: it stays new"
        text.case(ticket).note(EventKind.TEXT_ANSWERED, said)
        return text.receipt(Outcome.APPLIED, f"answer: {said}", ticket.number)

    def _belongs(self, ticket: Ticket, meant: int, text: TextHeard) -> Receipt:
        said = f"{text.number} answered {_quoted(text)}: it belongs to {spoken(meant)}"
        case = text.case(ticket)
        case.note(EventKind.TEXT_ANSWERED, said, {"chosen": str(meant)})
        became, on = self.over.bring(case, meant, text.number)
        return text.receipt(Outcome.APPLIED, f"answer: {said}{became}", on)


def _asked(text: TextHeard) -> TextQuestion | None:
    """What this number was asked, if no human has texted it since; a final response asks nothing."""
    question = text.books.texts.newest(text.number, text.at - DAY)
    if question is None or question.asked_at > text.at:
        return None
    human = text.books.texts.answered_last(text.number, question.asked_at, text.channel)
    about = text.books.tickets.get(human.ticket) if human is not None else None
    return question if human is None or (about is not None and about.final_response == human.id) else None


def _meant(answer: Answer, question: TextQuestion) -> int | None:
    """The ticket; None where it is none, or several."""
    places = dict(enumerate(question.options, start=1))
    places |= {NEW: question.ticket, len(places) + 1: question.ticket}
    meant = {places.get(option) for option in answer.options} | set(answer.named)
    return meant.pop() if len(meant) == 1 else None


def _quoted(text: TextHeard) -> str:
    return f'"{" ".join(text.words.split())[:80]}"'
