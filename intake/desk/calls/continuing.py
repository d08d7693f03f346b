"""A caller says by key that the call is about a ticket that they have: the call goes over to it."""

from dataclasses import dataclass, replace

from intake.desk.calls.on_the_line import called, conversation, has_said, note
from intake.desk.calls.waiting import CALL
from intake.desk.case import Case
from intake.desk.joining import final_ticket, link_by_itself
from intake.desk.lifecycle import OPEN, may_reopen, move
from intake.desk.paging import Pager
from intake.desk.parties import is_caller
from intake.desk.policy import Policy
from intake.desk.telling import Teller
from intake.desk.threads import bind_names
from intake.domain.channel import Address, AddressKind
from intake.domain.deed import ContinueTicket
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.ticket import State, Ticket, spoken
from intake.domain.timer import TimerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuing:
    policy: Policy
    teller: Teller
    pager: Pager

    def go_on(self, deed: ContinueTicket, case: Case) -> str:
        """Only with what the number's own person asked for. The call's ticket, in which nothing has been said yet, is merged
        into that one, and what is said from now on is added there."""
        call = called(deed.call, case)
        if case.ticket.number == deed.on:
            return f"is about {spoken(deed.on)} already"
        target = case.books.tickets.get(deed.on)
        if target is None or (why := self._why_not(call.caller, target, case)):
            why = why if target is not None else "there is no such ticket"
            note(EventKind.CALL_NOTED, call.name, f"a key for {spoken(deed.on)}, which this call is not about: {why}", case)
            return f"goes on by itself: {why}"
        if self.pager.running(case.ticket, case.books) is not None:  # the key comes late, behind what was said after it
            link_by_itself(case.ticket, target, "the caller says by key that it is about that one", case)
            return f"goes on by itself, linked with {spoken(target.number)}: people are being woken for it"
        here, there = spoken(case.ticket.number), spoken(target.number)
        case.books.timers.cancel(case.ticket.number, TimerKind.CALL_SILENT)
        self._merge(target, call.name, case)
        case.books.calls.save(replace(has_said(call, case), ticket=target.number))
        refs = [conversation(call.name)]
        case.books.threads.bound(refs)
        case.books.threads.unbind(refs)
        bind_names(refs, target.number, case.books)
        on = case.on(target)
        said = f"{case.by.name} calls about this, by key: {here} goes on here"
        on.write(EventKind.MERGED_HERE, said, data={"from": here, CALL: call.name})
        self.teller.refresh(on.ticket, case.books, case.now)
        self.teller.tell_holder(
            on.ticket, NoticeKind.ADDITION, case.books, case.now, {"by": case.by.name, "why": "calls about it"}
        )
        return f"goes on with {there}"

    def _merge(self, target: Ticket, call: str, case: Case) -> None:
        """Where people have brought it to an end meanwhile it stays as it is, and linked."""
        ticket, there = case.ticket, spoken(target.number)
        reason, data = f"the caller says by key that it is about {there}", {"into": there, CALL: call}
        if ticket.state not in OPEN | {State.CANCELED} or ticket.merged_into is not None:
            case.books.tickets.link(ticket.number, target.number)
            case.write(EventKind.LINKED, reason, data={"other": str(target.number)})
            return
        over = ticket if ticket.state is State.CANCELED else move(ticket, State.CANCELED)
        merged = replace(over, merged_into=target.number, closed_at=ticket.closed_at or case.now, final_response=None)
        case.write(EventKind.MERGED, reason, merged, data=data)
        self.pager.stop(case.ticket, f"merged into {there}", case.books, case.now)

    def _why_not(self, number: str, target: Ticket, case: Case) -> str:
        if not number:
            return "the number is withheld"
        if not is_caller(Address(kind=AddressKind.PHONE, value=number), target, case.books):
            return "somebody else asked for it"
        final = final_ticket(target, case.books)
        if final.number == case.ticket.number:
            return "that one goes on in this one"
        if final.state in OPEN:
            return ""
        if final.state is State.CANCELED or not may_reopen(final, self.policy, case.now):
            return f"it is {final.state.value}"
        return ""
