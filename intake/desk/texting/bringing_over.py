"""Whoever asked says that their new ticket is about one that they had: it is merged into that, with what they said."""

from dataclasses import dataclass, replace

from intake.desk.adding import Adder
from intake.desk.case import Case
from intake.desk.joining import final_ticket, link_by_itself
from intake.desk.lifecycle import OPEN, may_reopen, move
from intake.domain.errors import IllegalTransition, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.page import URGENT
from intake.domain.ticket import State, Ticket, spoken
from intake.domain.ticket_message import Direction, TicketMessage
from intake.domain.timer import TimerKind

_ALL = 1_000  # messages of one ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class BringingOver:
    adder: Adder

    def bring(self, case: Case, meant: int, who: str) -> tuple[str, int]:
        """The new ticket becomes part of `meant`, or is linked with it where that cannot be. What became of it, to be put
        behind what was said, and the ticket where its words are now; `who` is the address that says so."""
        books, ticket = case.books, case.ticket
        chosen = books.tickets.get(meant)
        assert chosen is not None
        target = final_ticket(chosen, books)
        if final_ticket(ticket, books).number == target.number != ticket.number:
            return ", where it is already", target.number
        why_not = self._why_not(ticket, target, case)
        if not why_not:
            try:
                with books.savepoint():
                    self._move(case.on(ticket), chosen, target, who)
            except (IllegalTransition, PolicyViolation) as refusal:
                why_not = str(refusal)
        if not why_not:
            return "", target.number
        link_by_itself(ticket, target, f"the same, says {who}", case)
        case.note(EventKind.TEXT_ANSWERED, f"it stays a ticket of its own: {why_not}")
        told = {"by": who, "why": f"it belongs to {spoken(meant)}, says {who}; it stays a ticket of its own: {why_not}"}
        self.adder.teller.tell_holder(case.ticket, NoticeKind.ADDITION, books, case.now, told)
        return f"; linked, because {why_not}", ticket.number

    def _why_not(self, ticket: Ticket, target: Ticket, case: Case) -> str:
        """Why the new ticket is not merged; empty where it is."""
        here, there = spoken(ticket.number), spoken(target.number)
        if ticket.number == target.number:
            return f"{there} is what it went on as"
        if ticket.state not in OPEN or ticket.final_response is not None:
            return f"{here} was answered before"
        if self.adder.pager.running(ticket, case.books) is not None or ticket.priority in URGENT:
            return f"people are woken for {here}"
        if target.state not in OPEN and (target.state is State.CANCELED or not may_reopen(target, self.adder.policy, case.now)):
            return f"{there} is {target.state.value}"
        return ""

    def _move(self, case: Case, chosen: Ticket, target: Ticket, who: str) -> None:
        """Its messages first: they are what the other ticket goes on for. Raises what a merge may raise."""
        here, there, books = spoken(case.ticket.number), spoken(target.number), case.books
        before = case.ticket
        moved = [one for one in books.tickets.heard(before.number, _ALL) if _is_from(one, who)]
        for message in moved:
            books.tickets.move_message(message.id, chosen.number)
        merged = replace(move(before, State.CANCELED), merged_into=target.number, closed_at=case.now)
        data = {"into": there, "messages": " ".join(str(message.id) for message in moved)}
        case.write(EventKind.MERGED, f"the same as {there}, says {who}", merged, data=data)
        books.timers.cancel(before.number, TimerKind.HOLD_OVER)
        self.adder.pager.stop(case.ticket, f"merged into {there}", books, case.now)
        self.adder.storms.follow(before, case)
        self.adder.changes.follow(before, case)
        self.adder.teller.refresh(case.ticket, books, case.now)
        on = case.on(target)
        on.write(EventKind.MERGED_HERE, f"{here} is the same, says {who}", data={"from": here})
        self.adder.take_over(tuple(reversed(moved)), case.on(chosen) if chosen.number != target.number else on, on)


def _is_from(message: TicketMessage, who: str) -> bool:
    return message.direction is Direction.IN and message.author is not None and message.author.value == who
