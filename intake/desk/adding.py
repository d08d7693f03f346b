"""A message that belongs to a ticket is added to it, held until an agent agrees, or filed as machine mail."""

from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.case import Case
from intake.desk.closing import reopened
from intake.desk.directory import Directory
from intake.desk.lifecycle import OPEN
from intake.desk.opening import add_message
from intake.desk.parties import is_caller, takes_part
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.replies import Replies
from intake.desk.telling import Teller
from intake.desk.threads import Match
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import DESK, Event, EventKind
from intake.domain.message import InboundMessage, Nature
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from intake.domain.ticket import Ticket, spoken
from intake.domain.timer import TimerKind

_COMES_BACK = frozenset({DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED})  # a bounce may be the quicker


@dataclass(frozen=True, slots=True, kw_only=True)
class Adder:
    policy: Policy
    teller: Teller
    replies: Replies

    def add(
        self,
        message: InboundMessage,
        named: Ticket,
        ticket: Ticket,
        match: Match,
        ledger: int,
        books: UnitOfWork,
        now: datetime,
    ) -> tuple[Outcome, str]:
        """Our signature, or a participant's hand, appends; anything else waits for an agent. `named` is the ticket that the
        message names; where that was merged, `ticket` is where it went."""
        case = Case(ticket, books, now, channel=message.channel, ledger=ledger)
        if self._is_staff_only(message, named, books):
            return self._keep_inside(message, match, case)
        trusted = match.signed or takes_part(message.author, named, books)
        reason = match.reason if named is ticket else f"{match.reason}, {spoken(named.number)}, which was merged"
        actor = message.author.value if message.author else DESK
        # What was said for a merged ticket stays there: the other one has another requester.
        there = named if trusted else ticket
        kept = add_message(message, there.number, ledger, books, public=trusted, held=not trusted)
        data = {"message": str(kept)}
        if there is not ticket:
            case.on(named).write(EventKind.APPENDED, match.reason, actor=actor, data=data)
            data = {"merged": str(named.number)}
        if not trusted:
            reason = f"{reason}, but its sender takes no part in it"
            case.write(EventKind.HELD, reason, actor=actor, data=data)
        else:
            after, said = self._heard_again(message, case)
            case.write(EventKind.APPENDED, f"{reason}{said}", after, actor=actor, data=data)
        self.teller.refresh(case.ticket, books, now)
        self.teller.tell_holder(case.ticket, NoticeKind.ADDITION, books, now, {"by": actor, "held": "" if trusted else "yes"})
        return (Outcome.APPENDED if trusted else Outcome.HELD), reason

    def file(self, message: InboundMessage, ticket: Ticket, match: Match, ledger: int, books: UnitOfWork, now: datetime) -> str:
        """Keep machine mail with the ticket, out of the requester's sight; a bounce marks the delivery that failed."""
        reason = f"{message.nature.value} mail filed: {match.reason}"
        add_message(message, ticket.number, ledger, books, public=False)
        books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.ATTACHED, at=now, reason=reason))
        if message.bounce and not message.bounce.temporary and match.delivery is not None:
            self._bounced(match.delivery, message.bounce.status, ticket, books, now)
        return reason

    def _heard_again(self, message: InboundMessage, case: Case) -> tuple[Ticket, str]:
        """What a human says reopens what was over, and a final response that was on its way does not close the matter."""
        ticket = case.ticket
        if message.nature is not Nature.HUMAN:
            return ticket, ""
        if ticket.state not in OPEN:
            case.books.timers.cancel(ticket.number, TimerKind.CLOSE)
            return reopened(ticket), "; reopened"
        if ticket.final_response is not None:
            return replace(ticket, final_response=None), "; the final response no longer resolves it"
        return ticket, ""

    def _is_staff_only(self, message: InboundMessage, ticket: Ticket, books: UnitOfWork) -> bool:
        """One of the desk's own people, who did not ask for this themselves. A mail's From proves nothing: it is kept where
        no requester sees it."""
        if message.author is None or Directory(policy=self.policy).at(message.author) is None:
            return False
        return not is_caller(message.author, ticket, books)

    def _keep_inside(self, message: InboundMessage, match: Match, case: Case) -> tuple[Outcome, str]:
        assert case.ledger is not None
        assert message.author is not None
        reason = f"{match.reason}; from one of the desk's own people: kept inside, the requester was not answered"
        kept = add_message(message, case.ticket.number, case.ledger, case.books, public=False)
        case.write(EventKind.ATTACHED, reason, actor=message.author.value, data={"message": str(kept)})
        self.teller.refresh(case.ticket, case.books, case.now)
        return Outcome.APPENDED, reason

    def _bounced(self, delivery: int, status: str, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        sent = books.outbox.get(delivery)
        if sent is None or sent.ticket != ticket.number or sent.state not in _COMES_BACK:
            return
        error = f"bounced {status}".strip()
        failed: Delivery = replace(sent, state=DeliveryState.FAILED, error=error)
        books.outbox.save(failed)
        reason = f"{error}: {sent.address} was not reached"
        books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.DELIVERY_FAILED, at=now, reason=reason))
        if failed.reply is not None:
            self.replies.failed(failed, books, now, was=sent.state)
