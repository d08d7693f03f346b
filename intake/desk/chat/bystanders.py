"""Somebody who takes no part speaks in the open where a ticket is talked about: it stands there, and changes nothing."""

from dataclasses import dataclass

from intake.desk.case import Case
from intake.desk.opening import add_message
from intake.desk.telling import Teller
from intake.domain.event import EventKind
from intake.domain.message import InboundMessage
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import Ticket, spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Bystanders:
    teller: Teller

    def hear(self, message: InboundMessage, who: str, why: str, named: Ticket, case: Case) -> Receipt:
        """Nothing is reopened, no final response withdrawn, no clock calmed. Where `named` was merged, the case is where it
        went: whoever has that hears of it, and the words stay where they were said."""
        assert case.ledger is not None
        kept = str(add_message(message, named.number, case.ledger, case.books))
        data = {"message": kept}
        if named.number != case.ticket.number:
            case.on(named).note(EventKind.APPENDED, why, data)
            data = {"merged": str(named.number)}
        case.note(EventKind.APPENDED, f"{why}: {who}", data)
        self.teller.refresh(case.ticket, case.books, case.now)
        told = {"by": who, "why": why, "message": kept}
        self.teller.tell_holder(case.ticket, NoticeKind.ADDITION, case.books, case.now, told)
        reason = f"{why}, {spoken(named.number)}" if named.number != case.ticket.number else why
        return Receipt(id=case.ledger, outcome=Outcome.APPENDED, reason=reason, ticket=case.ticket.number)
