"""A message that belongs to a ticket is added to it, or held until an agent agrees."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.addressed import addressed
from intake.desk.case import Case
from intake.desk.changes.aftermath import Aftermath as Changes
from intake.desk.changes.fixes import Said
from intake.desk.closing import reopened
from intake.desk.joining_in import JoiningIn
from intake.desk.labelling import PERSON
from intake.desk.lifecycle import OPEN
from intake.desk.opening import add_message
from intake.desk.paging import Pager
from intake.desk.parties import takes_part
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.storms.aftermath import Aftermath
from intake.desk.telling import Teller
from intake.desk.threads import Match, Proof
from intake.domain.call import WITHHELD
from intake.domain.channel import Address, AddressKind
from intake.domain.event import DESK, EventKind
from intake.domain.label import Label
from intake.domain.message import InboundMessage, Nature
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from intake.domain.ticket import Ticket, spoken
from intake.domain.ticket_message import TicketMessage
from intake.domain.timer import TimerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Adder:
    policy: Policy
    teller: Teller
    pager: Pager
    joining_in: JoiningIn
    storms: Aftermath
    changes: Changes

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
        """What proves to descend from the desk's own mail, or comes from somebody who takes part, is added; anything else waits
        for an agent. `named` is the ticket that the message names; where that was merged, `ticket` is where it went."""
        case = Case(ticket, books, now, channel=message.channel, ledger=ledger)
        takes = takes_part(message.author, named, books)
        nobody = WITHHELD if match.proof is Proof.CALL else DESK
        why_not = self._why_not(message, named, match, books, takes=takes)
        reason = match.reason if named is ticket else f"{match.reason}, {spoken(named.number)}, which was merged"
        actor = message.author.value if message.author else nobody
        # What was said for a merged ticket stays there: the other one has another requester.
        kept = add_message(message, named.number, ledger, books, public=not why_not, held=bool(why_not))
        data = {"message": str(kept)}
        what = EventKind.HELD if why_not else EventKind.APPENDED
        if named is not ticket:
            case.on(named).write(what, f"{match.reason}, but {why_not}" if why_not else match.reason, actor=actor, data=data)
            data = {"merged": str(named.number)}
        if why_not:
            reason = f"{reason}, but {why_not}"
            case.write(what, reason, actor=actor, data=data)
        else:
            after, said = self._heard_again(message.nature, case)
            new = "" if takes or message.author is None else f"; {actor} is new to it and hears no answers until let to watch"
            case.write(what, f"{reason}{new}{said}", after, actor=actor, data=data)
            self.storms.follow(ticket, case)
            self.changes.follow(ticket, case)
            self.changes.heard(case, Said(text=message.text, author=message.author))
            if after.state is not ticket.state:
                self.pager.start(case.ticket, books, now, f"reopened by {actor}", anew=True)
            self._join(message, named, books, now, takes=takes)
        self.teller.refresh(case.ticket, books, now)
        told = {"by": actor, "held": "yes" if why_not else "", "why": why_not, "message": str(kept)}
        self.teller.tell_holder(case.ticket, NoticeKind.ADDITION, books, now, told)
        return (Outcome.HELD if why_not else Outcome.APPENDED), reason

    def _join(self, message: InboundMessage, ticket: Ticket, books: UnitOfWork, now: datetime, *, takes: bool) -> None:
        """Whoever takes part may bring others in; somebody new may not."""
        to = addressed(message, self.teller.own)
        if takes:
            self.joining_in.people(message, to, ticket, books, now)
            others = [mailbox for mailbox in (to.mailbox, *to.also) if mailbox and mailbox != ticket.mailbox]
            self.joining_in.teams(replace(to, also=tuple(others)), ticket, books, now)
        if message.authentic and message.author is not None and message.author.kind is not AddressKind.PHONE:
            books.contacts.mark_alive(message.author)  # a number that wants no texts may call

    def take_over(self, messages: Sequence[TicketMessage], named: Case, case: Case) -> None:
        """What their author says belongs here, and has been moved here, is as if it had been sent here; the oldest first.
        Where `named` was merged, `case` is where it went."""
        books, now, before = case.books, case.now, case.ticket
        for message in messages:
            actor = message.author.value if message.author else DESK
            after, said = self._heard_again(Nature.HUMAN, case)
            data = {"message": str(message.id)}
            if named.ticket.number != case.ticket.number:
                named.note(EventKind.APPENDED, "its author says that it belongs here", data)
                data = {"merged": str(named.ticket.number)}
            case.write(EventKind.APPENDED, f"its author says that it belongs here{said}", after, actor=actor, data=data)
            self.changes.heard(case, Said(text=message.body, author=message.author))
        self.storms.follow(before, case)
        self.changes.follow(before, case)
        if case.ticket.state is not before.state:
            self.pager.start(case.ticket, books, now, "reopened by whoever asked", anew=True)
        self.teller.refresh(case.ticket, books, now)
        if messages:
            told = {"by": messages[-1].author.value if messages[-1].author else DESK, "message": str(messages[-1].id)}
            self.teller.tell_holder(case.ticket, NoticeKind.ADDITION, books, now, told)

    def keep_thanks(self, message: InboundMessage, named: Ticket, match: Match, case: Case) -> None:
        """Words that ask for nothing, on a ticket that has its final response: it stays as it is."""
        assert case.ledger is not None
        actor = message.author.value if message.author else DESK
        kept = str(add_message(message, named.number, case.ledger, case.books))
        data = {"message": kept}
        if named.number != case.ticket.number:
            case.on(named).note(EventKind.APPENDED, f"{match.reason}: thanks", data)
            data = {"merged": str(named.number)}
        case.write(EventKind.APPENDED, f"{match.reason}: thanks, which changes nothing", actor=actor, data=data)
        self.teller.refresh(case.ticket, case.books, case.now)

    def add_alarm(self, message: InboundMessage, label: Label, named: Ticket, case: Case) -> str:
        """A monitor's word on what this ticket is about. It reopens nothing; an alarm that is worse than the ticket was taken
        for makes it so, and wakes whom that wakes. Where `named` was merged, the case is where it went."""
        assert case.ledger is not None
        reason = "the monitor says that all is well again" if message.recovery else "the same alarm again"
        actor = message.author.value if message.author else DESK
        kept = str(add_message(message, named.number, case.ledger, case.books))
        data = {"message": kept}
        if named.number != case.ticket.number:
            case.on(named).write(EventKind.APPENDED, reason, actor=actor, data=data)
            data = {"merged": str(named.number)}
        case.write(EventKind.APPENDED, reason, actor=actor, data=data)
        if not message.recovery and case.ticket.state in OPEN:
            self._rises_to(label, case)
        self.teller.refresh(case.ticket, case.books, case.now)
        self.teller.tell_holder(case.ticket, NoticeKind.ADDITION, case.books, case.now, {"by": actor, "message": kept})
        return reason

    def _rises_to(self, label: Label, case: Case) -> None:
        """Unless a person has decided what it is worth."""
        impact, urgency = min(label.impact, case.ticket.impact), min(label.urgency, case.ticket.urgency)
        worse = replace(case.ticket, impact=impact, urgency=urgency, priority=self.policy.priority(impact, urgency))
        if label.abstained or case.ticket.label_version == PERSON or worse.priority >= case.ticket.priority:
            return
        before = case.ticket
        says = f"the alarm is worse now: impact {impact.value}, urgency {urgency.value}, {worse.priority.value} by the matrix"
        case.write(EventKind.LABELLED, says, worse, evidence=label.evidence)
        self.pager.follow(before, case.ticket, "the alarm is worse now", case.books, case.now)
        self.storms.follow(before, case)

    def _why_not(self, message: InboundMessage, ticket: Ticket, match: Match, books: UnitOfWork, *, takes: bool) -> str:
        """Why this may not join the ticket by itself; empty where it may."""
        if match.proof is Proof.NOTE_ADDRESS:
            return "its sender is none of the staff, whom that address is for"
        if match.proof.is_signed or match.proof is Proof.CALL:
            return ""
        if not takes and not self._is_colleague(message.author, ticket, books):
            return "its sender takes no part in it"
        return "" if message.authentic else "nothing proves that it is from its sender"

    def _is_colleague(self, author: Address | None, ticket: Ticket, books: UnitOfWork) -> bool:
        """From the requester's own domain, unless anybody can have an address there."""
        caller = books.contacts.get(ticket.caller) if ticket.caller is not None else None
        if author is None or caller is None or author.kind is not AddressKind.EMAIL:
            return False
        domains = {address.value.rpartition("@")[2] for address in caller.addresses if address.kind is AddressKind.EMAIL}
        domain = author.value.rpartition("@")[2]
        return domain in domains and domain not in self.policy.trust.public_domains

    def _heard_again(self, nature: Nature, case: Case) -> tuple[Ticket, str]:
        """What a human says reopens what was over, and a final response that was on its way does not close the matter."""
        ticket = case.ticket
        if nature not in {Nature.HUMAN, Nature.LIST}:
            return ticket, ""
        if ticket.state not in OPEN:
            case.books.timers.cancel(ticket.number, TimerKind.CLOSE)
            return reopened(ticket), "; reopened"
        if ticket.final_response is not None:
            return replace(ticket, final_response=None), "; the final response no longer resolves it"
        return ticket, ""
