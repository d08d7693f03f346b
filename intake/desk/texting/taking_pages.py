"""Whoever was paged by SMS takes the page by texting its code back."""

from dataclasses import dataclass

from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.telling import Teller
from intake.desk.texting.page_code import UNUSED_FOR, codes_in, is_code_alone
from intake.desk.texting.short_answers import refuses
from intake.desk.texting.text_heard import TextHeard
from intake.domain.channel import Channel
from intake.domain.event import EventKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.page import Page, PageAnswered, Run, RunState
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import Ticket, spoken

_LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingPages:
    policy: Policy
    pager: Pager
    teller: Teller

    def hear(self, text: TextHeard) -> Receipt | None:
        """None where it holds no code of a page to this number."""
        for code in codes_in(text.words):
            found = text.books.texts.page_coded(text.number, code)
            if found is not None and (receipt := self._answer(*found, text)) is not None:
                return receipt
        return None

    def _answer(self, page: Page, run: Run, text: TextHeard) -> Receipt | None:
        """None where it is over and the text is about something: "floor 3b is dark" was a code once."""
        who = page.agent or self.policy.team(page.team).title
        said = f"by text, {_quoted(text.words)}"
        ticket = text.books.tickets.get(page.ticket)
        assert ticket is not None
        case = text.case(ticket)
        running = self.pager.running(ticket, text.books)  # asked with the ticket locked
        if running is None or running.id != run.id:
            is_late = text.has_no_matter and text.at - page.at <= UNUSED_FOR
            if not is_late and not is_code_alone(text.words):
                return None
            reason = f"{who} answered a page {said}, which is over: {_how_it_ended(run)}"
            case.note(EventKind.NOTED, reason)
            has_it = run.ended_by if run.state is RunState.ACKNOWLEDGED else ""
            self._tell(PageAnswered.OVER, text, ticket, has_it)
            return text.receipt(Outcome.SUPPRESSED, reason, ticket.number)
        if refuses(text.words):
            reason = f"{who} does not take it, {said}: the ladder goes on"
            case.note(EventKind.NOTED, reason)
            self._tell(PageAnswered.PASSED, text, ticket)
            return text.receipt(Outcome.APPLIED, f"acknowledge_page: {reason}", ticket.number)
        self.pager.acknowledge(ticket, who, text.books, text.now, said)
        self._tell(PageAnswered.TAKEN, text, ticket)
        self.teller.refresh(ticket, text.books, text.now)
        return text.receipt(Outcome.APPLIED, f"acknowledge_page: {who} took {spoken(ticket.number)} by text", ticket.number)

    def _tell(self, what: PageAnswered, text: TextHeard, ticket: Ticket, by: str = "") -> None:
        """So that nobody at 3 a.m. wonders whether it counted."""
        notice = Notice(kind=NoticeKind.PAGE_ANSWERED, fields={"what": what.value, "by": by})
        self.teller.tell(ticket, notice, Channel.SMS, text.number, text.books, text.now)


def _how_it_ended(run: Run) -> str:
    by = f"{run.ended_by} had acknowledged it" if run.state is RunState.ACKNOWLEDGED else run.end_why or "the ladder has ended"
    return f"{by}{f', {run.ended_at:%Y-%m-%d %H:%M} UTC' if run.ended_at else ''}; nothing changes"


def _quoted(words: str) -> str:
    line = " ".join(words.split())
    return f'"{line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"}"'
