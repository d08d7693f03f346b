"""A number answers the desk's question: what it texted goes where it belongs."""

from dataclasses import dataclass, replace

from intake.desk.adding import Adder
from intake.desk.case import Case
from intake.desk.joining import final_ticket, link_by_itself
from intake.desk.lifecycle import OPEN, may_reopen, move
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.telling import Teller
from intake.desk.texting.asking import Asking
from intake.desk.texting.short_answers import NEW, Answer, answer_in
from intake.desk.texting.text_heard import DAY, TextHeard
from intake.domain.errors import IllegalTransition, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.page import URGENT
from intake.domain.receipt import Outcome, Receipt
from intake.domain.text_question import TextQuestion
from intake.domain.ticket import State, Ticket, spoken
from intake.domain.ticket_message import Direction, TicketMessage
from intake.domain.timer import TimerKind

_ALL = 1_000  # messages of one ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    policy: Policy
    teller: Teller
    pager: Pager
    adder: Adder
    asking: Asking

    def hear(self, text: TextHeard) -> Receipt | None:
        """None where it is no answer, or nothing was asked: a human who has texted since is who is answered."""
        answer = answer_in(text.words)
        question = _asked(text) if answer is not None else None
        if answer is None or question is None or not answer.named <= {question.ticket, *question.options}:
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
        self.teller.tell_holder(case.ticket, NoticeKind.ADDITION, text.books, text.now, {"by": text.number, "why": said})
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
        chosen = text.books.tickets.get(meant)
        assert chosen is not None
        said = f"{text.number} answered {_quoted(text)}: it belongs to {spoken(meant)}"
        case = text.case(ticket)
        case.note(EventKind.TEXT_ANSWERED, said, {"chosen": str(meant)})
        target = final_ticket(chosen, text.books)
        if final_ticket(ticket, text.books).number == target.number != ticket.number:
            return text.receipt(Outcome.APPLIED, f"answer: {said}, where it is already", target.number)
        why_not = self._why_not(ticket, target, text)
        if not why_not:
            try:
                with text.books.savepoint():
                    self._move(text.case(ticket), chosen, target, text)
            except (IllegalTransition, PolicyViolation) as refusal:
                why_not = str(refusal)
        if not why_not:
            return text.receipt(Outcome.APPLIED, f"answer: {said}", target.number)
        link_by_itself(ticket, target, f"the same, says {text.number}", case)
        case.note(EventKind.TEXT_ANSWERED, f"it stays a ticket of its own: {why_not}")
        told = {"by": text.number, "why": f"{said}; it stays a ticket of its own: {why_not}"}
        self.teller.tell_holder(case.ticket, NoticeKind.ADDITION, text.books, text.now, told)
        return text.receipt(Outcome.APPLIED, f"answer: {said}; linked, because {why_not}", ticket.number)

    def _why_not(self, ticket: Ticket, target: Ticket, text: TextHeard) -> str:
        """Why the new ticket is not merged; empty where it is."""
        here, there = spoken(ticket.number), spoken(target.number)
        if ticket.number == target.number:
            return f"{there} is what it went on as"
        if ticket.state not in OPEN or ticket.final_response is not None:
            return f"{here} was answered before"
        if self.pager.running(ticket, text.books) is not None or ticket.priority in URGENT:
            return f"people are woken for {here}"
        if target.state not in OPEN and (target.state is State.CANCELED or not may_reopen(target, self.policy, text.now)):
            return f"{there} is {target.state.value}"
        return ""

    def _move(self, case: Case, chosen: Ticket, target: Ticket, text: TextHeard) -> None:
        """Its messages first: they are what the other ticket goes on for. Raises what a merge may raise."""
        here, there = spoken(case.ticket.number), spoken(target.number)
        before = case.ticket
        moved = [one for one in text.books.tickets.heard(before.number, _ALL) if _is_from(one, text)]
        for message in moved:
            text.books.tickets.move_message(message.id, chosen.number)
        merged = replace(move(before, State.CANCELED), merged_into=target.number, closed_at=text.now)
        data = {"into": there, "messages": " ".join(str(message.id) for message in moved)}
        case.write(EventKind.MERGED, f"the same as {there}, says {text.number}", merged, data=data)
        text.books.timers.cancel(before.number, TimerKind.HOLD_OVER)
        self.pager.stop(case.ticket, f"merged into {there}", text.books, text.now)
        self.adder.storms.follow(before, case)
        self.adder.changes.follow(before, case)
        self.teller.refresh(case.ticket, text.books, text.now)
        on = text.case(target)
        on.write(EventKind.MERGED_HERE, f"{here} is the same, says {text.number}", data={"from": here})
        self.adder.take_over(tuple(reversed(moved)), text.case(chosen) if chosen.number != target.number else on, on)


def _asked(text: TextHeard) -> TextQuestion | None:
    """What this number was asked, if no human has texted it since; a final response asks nothing."""
    question = text.books.texts.newest(text.number, text.at - DAY)
    if question is None or question.asked_at > text.at:
        return None
    human = text.books.texts.answered_last(text.number, question.asked_at)
    about = text.books.tickets.get(human.ticket) if human is not None else None
    return question if human is None or (about is not None and about.final_response == human.id) else None


def _is_from(message: TicketMessage, text: TextHeard) -> bool:
    return message.direction is Direction.IN and message.author is not None and message.author.value == text.number


def _meant(answer: Answer, question: TextQuestion) -> int | None:
    """The ticket; None where it is none, or several."""
    places = dict(enumerate(question.options, start=1))
    places |= {NEW: question.ticket, len(places) + 1: question.ticket}
    meant = {places.get(option) for option in answer.options} | set(answer.named)
    return meant.pop() if len(meant) == 1 else None


def _quoted(text: TextHeard) -> str:
    return f'"{" ".join(text.words.split())[:80]}"'
