"""The end of a ticket, and its way back: resolved, closed, canceled, reopened."""

from dataclasses import dataclass, replace

from intake.desk.case import Case
from intake.desk.lifecycle import OPEN, demand_open, may_reopen, move
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.telling import Teller
from intake.domain.deed import Cancel, Close, Confirm, Dispute, Reopen
from intake.domain.delivery import DeliveryState
from intake.domain.errors import IllegalTransition, PolicyViolation
from intake.domain.event import DESK, EventKind
from intake.domain.notice import NoticeKind
from intake.domain.principal import STAFF
from intake.domain.ticket import State, Ticket, spoken
from intake.domain.ticket_message import Direction, TicketMessage
from intake.domain.timer import Timer, TimerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Closer:
    policy: Policy
    teller: Teller
    pager: Pager

    def resolve(self, case: Case, why: str) -> None:
        """Whoever calls this has seen to the final response."""
        resolved = replace(move(case.ticket, State.RESOLVED), resolved_at=case.now)
        case.write(EventKind.RESOLVED, why, resolved, data={"message": str(case.ticket.final_response)})
        case.books.timers.cancel(case.ticket.number, TimerKind.HOLD_OVER)
        self.pager.stop(case.ticket, "resolved", case.books, case.now)
        self.wait_for_objections(case)

    def wait_for_objections(self, case: Case) -> None:
        """A resolved ticket closes when nobody has objected for as long as the policy waits."""
        if case.ticket.resolved_at is None or case.ticket.state is not State.RESOLVED:
            return
        due = self.policy.calendar.after_working_days(case.ticket.resolved_at, self.policy.final.close_after_working_days)
        case.books.timers.cancel(case.ticket.number, TimerKind.CLOSE)
        timer = Timer(id=case.books.next_id(), ticket=case.ticket.number, kind=TimerKind.CLOSE, due_at=due)
        case.books.timers.add(timer)

    def close(self, deed: Close, case: Case) -> str:
        if case.ticket.state is not State.RESOLVED:
            raise IllegalTransition(f"{spoken(case.ticket.number)} is {case.ticket.state.value}: resolve it first")
        self._close(case, deed.reason)
        return "closed"

    def nobody_objected(self, case: Case) -> None:
        """Resolved for as long as the policy waits."""
        if case.ticket.state is State.RESOLVED:
            days = self.policy.final.close_after_working_days
            self._close(case, f"nobody objected within {days} working days")

    def confirm(self, _deed: Confirm, case: Case) -> str:
        """By whoever asked. It proves that the final response was read, if it was not known to have arrived yet."""
        if case.ticket.state is State.CLOSED:
            return "was closed already"
        if case.ticket.state in OPEN:
            if case.ticket.final_response is None:
                raise IllegalTransition(f"{spoken(case.ticket.number)} has no final response yet that could be confirmed")
            self._mark_as_read(case, case.ticket.final_response)
            self.resolve(case, "the requester has read the final response")
        if case.ticket.state is not State.RESOLVED:
            raise IllegalTransition(f"{spoken(case.ticket.number)} is {case.ticket.state.value}")
        self._close(case, "the requester says that it is solved")
        return "closed"

    def dispute(self, deed: Dispute, case: Case) -> str:
        """By whoever asked: it is not solved. What they say about it is a message of theirs."""
        ticket = case.ticket
        if ticket.state in OPEN and ticket.final_response is None:
            raise IllegalTransition(f"{spoken(ticket.number)} is being worked on: just answer to it")
        if ticket.state is State.CANCELED:
            raise IllegalTransition(f"{spoken(ticket.number)} was canceled: open a new one")
        self._demand_window(ticket, case)
        why = "the requester says that it is not solved"
        said = self._keep(deed.text, case) if deed.text.strip() else None
        if ticket.state in OPEN:
            case.write(EventKind.FINAL_RESPONSE_WITHDRAWN, why, replace(ticket, final_response=None))
        else:
            self._reopen(case, why)
        self._tell_holder(case, f"{why}; it is worked on again", said)
        return "worked on again"

    def reopen(self, deed: Reopen, case: Case) -> str:
        ticket = case.ticket
        if ticket.merged_into is not None:
            raise IllegalTransition(f"{spoken(ticket.number)} was merged into {spoken(ticket.merged_into)}: undo the merge")
        if ticket.state in OPEN:
            raise IllegalTransition(f"{spoken(ticket.number)} is {ticket.state.value}: there is nothing to reopen")
        said = None
        if case.by.role not in STAFF:
            if ticket.state is State.CANCELED:
                raise PolicyViolation(f"{spoken(ticket.number)} was canceled: open a new one")
            self._demand_window(ticket, case)
            said = self._keep(deed.reason, case)
        self._reopen(case, deed.reason)
        self._tell_holder(case, f"reopened: {deed.reason}" if said is None else "the requester has reopened it", said)
        return "reopened"

    def did_not_arrive(self, case: Case, error: str) -> None:
        """The final response came back after all: it resolves the ticket when it arrives. What a person has closed, because the
        requester or an agent knew better, stays closed; silence is no consent of somebody who never got it."""
        ticket, why = case.ticket, f"the final response did not arrive: {error}"
        if ticket.state is State.CLOSED and self._closed_by_silence(case) and may_reopen(ticket, self.policy, case.now):
            why = f"{why}; it was closed because nobody objected, but nobody could"
        elif ticket.state is not State.RESOLVED:
            return
        self._reopen(case, why, final=ticket.final_response, wakes=False)

    def _closed_by_silence(self, case: Case) -> bool:
        return any(event.actor == DESK for event in case.books.tickets.events_of(case.ticket.number, {EventKind.CLOSED}, 1))

    def cancel(self, deed: Cancel, case: Case) -> str:
        demand_open(case.ticket, "cancel")
        canceled = replace(move(case.ticket, State.CANCELED), closed_at=case.now, final_response=None)
        case.write(EventKind.CANCELED, deed.reason, canceled)
        case.books.timers.cancel(case.ticket.number, TimerKind.HOLD_OVER)
        self.pager.stop(case.ticket, "canceled", case.books, case.now)
        return "canceled"

    def _close(self, case: Case, why: str) -> None:
        case.books.timers.cancel(case.ticket.number, TimerKind.CLOSE)
        case.write(EventKind.CLOSED, why, replace(move(case.ticket, State.CLOSED), closed_at=case.now))

    def _reopen(self, case: Case, why: str, final: int | None = None, *, wakes: bool = True) -> None:
        """`wakes` whom its priority wakes: not where no person says that anything is wrong again."""
        case.books.timers.cancel(case.ticket.number, TimerKind.CLOSE)
        case.write(EventKind.REOPENED, why, replace(reopened(case.ticket), final_response=final))
        if wakes:
            self.pager.start(case.ticket, case.books, case.now, f"reopened by {case.by.name}", anew=True)

    def _demand_window(self, ticket: Ticket, case: Case) -> None:
        if ticket.state not in OPEN and not may_reopen(ticket, self.policy, case.now):
            days = self.policy.final.reopen_window.days
            raise PolicyViolation(f"{spoken(ticket.number)} ended more than {days} days ago: open a new one")

    def _mark_as_read(self, case: Case, message: int) -> None:
        for sent in case.books.outbox.of_reply(message, (case.ticket.number,)):
            if sent.state is DeliveryState.SENT:
                case.books.outbox.save(replace(sent, state=DeliveryState.DELIVERED))
                case.books.timers.cancel(case.ticket.number, TimerKind.NO_BOUNCE, sent.id)

    def _tell_holder(self, case: Case, why: str, said: int | None) -> None:
        """`said` is the message that shows in what they are told."""
        fields = {"by": case.by.name, "why": why, **({"message": str(said)} if said is not None else {})}
        self.teller.tell_holder(case.ticket, NoticeKind.ADDITION, case.books, case.now, fields)

    def _keep(self, text: str, case: Case) -> int:
        """The message's id."""
        message = case.books.next_id()
        case.books.tickets.add_message(
            TicketMessage(
                id=message,
                ticket=case.ticket.number,
                direction=Direction.IN,
                channel=case.channel,
                author=case.by.address,
                body=text,
                full_body=text,
                subject=case.ticket.short_description,
                at=case.now,
                ledger=case.ledger,
            )
        )
        return message


def reopened(ticket: Ticket) -> Ticket:
    return move(ticket, State.IN_PROGRESS)
