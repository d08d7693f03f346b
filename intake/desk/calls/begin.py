"""A call begins: it has its ticket before anybody has said a word, and nobody is told of it yet."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake.desk.calls.on_the_line import caller_of, conversation, name_of, note
from intake.desk.calls.waiting import A_CALL_LASTS
from intake.desk.case import Case
from intake.desk.lifecycle import OPEN
from intake.desk.opening import UNKNOWN, Opener, contact_of
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.short_description import short_description
from intake.desk.threads import bind_names
from intake.domain.call import Call
from intake.domain.event import EventKind
from intake.domain.message import InboundMessage
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import Ticket
from intake.domain.timer import Timer, TimerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    policy: Policy
    opener: Opener

    def begin(self, message: InboundMessage, ledger: int, books: UnitOfWork, now: datetime) -> Receipt:
        """A provisional ticket; or the one of the same number's last call, where nothing was said in that. None for our own."""
        assert message.ringing is not None
        name = next((found for ref in message.known_as if (found := name_of(ref))), message.external_id)
        if (known := books.calls.named(name)) is not None:
            return Receipt(id=ledger, outcome=Outcome.APPENDED, reason="the call has begun already", ticket=known.ticket)
        caller = message.author.value if message.author is not None else ""
        if caller and (caller == message.ringing.line or caller in self.opener.teller.own):
            return Receipt(id=ledger, outcome=Outcome.SUPPRESSED, reason=_OUR_OWN)
        by = caller_of(caller)
        heard = self._heard_of(name, books)
        last = heard or self._without_a_word(caller, books, now)
        ticket = last if last is not None else self._open(message, by.name, books, now)
        case = Case(ticket, books, now, by=by, channel=message.channel, ledger=ledger)
        call = Call(
            id=books.next_id(),
            name=name,
            ticket=ticket.number,
            line=message.ringing.line,
            caller=caller,
            began_at=message.received_at,
            said=heard is not None,
        )
        books.calls.add(call)
        bind_names(message.known_as, ticket.number, books)
        again = ", again: nothing was said before" if last is not None and heard is None else ""
        note(EventKind.CALL_BEGAN, name, f"{by.name} called {call.line}{again}", case, {"line": call.line})
        for anomaly in message.notes:
            case.note(EventKind.NOTED, anomaly[:_LONGEST])
        if heard is not None:
            self._say_who(message, case)
        else:
            wait_for_a_word(case, A_CALL_LASTS + self.policy.phone.silence)  # its end may never be reported
        if last is not None:
            why = "the call has been heard of already" if heard is not None else "the same number called again"
            return Receipt(id=ledger, outcome=Outcome.APPENDED, reason=why, ticket=ticket.number)
        return Receipt(id=ledger, outcome=Outcome.OPENED, ticket=ticket.number)

    def _heard_of(self, name: str, books: UnitOfWork) -> Ticket | None:
        """Where what was said in it was booked before its begin, from another machine's spool."""
        ref = conversation(name)
        number = books.threads.bound([ref]).get(ref)
        return books.tickets.get(number) if number is not None else None

    def _say_who(self, message: InboundMessage, case: Case) -> None:
        """What the vendor tells of a recording does not say who called."""
        if case.ticket.caller is None and message.author is not None:
            contact = contact_of(message.author, case.books, case.now)
            case.write(EventKind.NOTED, f"{case.by.name} is who called", replace(case.ticket, caller=contact.id))

    def _without_a_word(self, caller: str, books: UnitOfWork, now: datetime) -> Ticket | None:
        """Of a call that is over: several people may call from one number at once."""
        call = books.calls.silent(caller, now - self.policy.phone.silence) if caller else None
        ticket = books.tickets.get(call.ticket) if call is not None else None
        if ticket is None or ticket.state not in OPEN:
            return None
        over = all(one.ended_at is not None and not one.said for one in books.calls.of(ticket.number))
        return ticket if over else None

    def _open(self, message: InboundMessage, actor: str, books: UnitOfWork, now: datetime) -> Ticket:
        contact = contact_of(message.author, books, now) if message.author is not None else None
        caller = contact.id if contact is not None else None
        about = short_description(message)
        ticket = self.opener.blank(UNKNOWN, message.channel, caller, about, message.received_at, books, now)
        self.opener.enter(ticket, UNKNOWN, f"by {message.channel.value}", actor, books)
        return ticket


def wait_for_a_word(case: Case, how_long: timedelta) -> None:
    """Then its ticket is canceled, if nothing was said."""
    number = case.ticket.number
    case.books.timers.cancel(number, TimerKind.CALL_SILENT)
    due = case.now + how_long
    case.books.timers.add(Timer(id=case.books.next_id(), ticket=number, kind=TimerKind.CALL_SILENT, due_at=due))


_LONGEST = 2_000
_OUR_OWN = "own_loop: the desk's own call came back, forwarded by the phone of whoever was rung"
