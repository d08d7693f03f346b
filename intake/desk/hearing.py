"""What somebody said opens a ticket, joins one, waits for an agent, or is filed."""

from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.adding import Adder
from intake.desk.calls.at_work import CallsAtWork
from intake.desk.case import Case
from intake.desk.chat.hearing import ChatHearer
from intake.desk.coming_back import ComingBack
from intake.desk.incoming import UNLABELLED
from intake.desk.joining import final_ticket, is_over, link_by_itself
from intake.desk.keys import KeyRing
from intake.desk.lifecycle import may_reopen
from intake.desk.opening import Opener
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.signed_names import is_own_mark
from intake.desk.silence import came_home
from intake.desk.staff_by_mail import StaffByMail
from intake.desk.texting.hearing import TextHearer
from intake.desk.threads import Match, Proof, find
from intake.domain.channel import Channel
from intake.domain.label import Label
from intake.domain.message import InboundMessage, Nature, ThreadKind
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import Ticket, spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearer:
    policy: Policy
    keys: KeyRing
    opener: Opener
    adder: Adder
    staff: StaffByMail
    coming_back: ComingBack
    calls: CallsAtWork
    texts: TextHearer
    chat: ChatHearer

    def hear(self, message: InboundMessage, label: Label, ledger: int, books: UnitOfWork, now: datetime) -> Receipt:
        if why_not := came_home(message, self.keys, books, now) or self._own_loop(message):
            return Receipt(id=ledger, outcome=Outcome.SUPPRESSED, reason=why_not)
        if message.channel is Channel.SMS:
            return self.texts.hear(message, label, ledger, books, now)
        if message.channel is Channel.SLACK:
            return self.chat.hear(message, label, ledger, books, now)
        if message.nature is Nature.ALERT:
            return self._alarm(message, label, ledger, books, now)
        if message.ringing is not None:
            return self.calls.beginning.begin(message, ledger, books, now)
        return self._on_its_thread(message, label, ledger, books, now)

    def _on_its_thread(self, message: InboundMessage, label: Label, ledger: int, books: UnitOfWork, now: datetime) -> Receipt:
        match = find(message, books, self.keys)
        ticket = books.tickets.get(match.ticket) if match else None
        if match is None or ticket is None:
            return self._open(message, label, ledger, books, now)
        if message.nature in UNLABELLED:
            return self.coming_back.hear(message, ticket, match, ledger, books, now)
        return self._answer(message, label, match, ticket, ledger, books, now)

    def _own_loop(self, message: InboundMessage) -> str:
        is_ours = message.nature is Nature.OWN_LOOP or (message.loop_mark and is_own_mark(self.keys, message.loop_mark))
        return "own_loop: the desk's own mail came back" if is_ours else ""

    def _answer(
        self,
        message: InboundMessage,
        label: Label,
        match: Match,
        ticket: Ticket,
        ledger: int,
        books: UnitOfWork,
        now: datetime,
    ) -> Receipt:
        if match.proof is Proof.CALL and (heard := self.calls.listening.hear(message, label, match, ledger, books, now)):
            return heard
        target = final_ticket(ticket, books)
        if (agent := self.staff.author(message, ticket, books)) is not None:
            # A note follows the merge; an answer does not: the other ticket has another requester.
            on = target if match.proof is Proof.NOTE_ADDRESS else ticket
            case = Case(on, books, now, by=agent.principal, channel=message.channel, ledger=ledger)
            return self.staff.hear(message, agent, match, case)
        if is_over(target) and not may_reopen(target, self.policy, now):
            return self._open_relative(message, label, target, "answers a ticket that has long been over", ledger, books, now)
        outcome, reason = self.adder.add(message, ticket, target, match, ledger, books, now)
        return Receipt(id=ledger, outcome=outcome, reason=reason, ticket=target.number)

    def _alarm(self, message: InboundMessage, label: Label, ledger: int, books: UnitOfWork, now: datetime) -> Receipt:
        """A monitor means the thing that it names, whatever else its mail points at. The end of an alarm ends the episode: the
        next one is a new matter, and so is one that comes after people were done with it."""
        episode = [ref for ref in message.answers if ref.kind is ThreadKind.CONVERSATION]
        bound = books.threads.bound(episode)
        named = next((bound[ref] for ref in episode if ref in bound), None)
        ticket = books.tickets.get(named) if named is not None else None
        if ticket is None:
            return self._open(message, label, ledger, books, now)
        target = final_ticket(ticket, books)
        if message.recovery or is_over(target):
            books.threads.unbind(episode)
        if is_over(target) and not message.recovery:
            return self._open_relative(message, label, target, "the same alarm again", ledger, books, now)
        case = Case(target, books, now, channel=message.channel, ledger=ledger)
        reason = self.adder.add_alarm(message, label, ticket, case)
        return Receipt(id=ledger, outcome=Outcome.APPENDED, reason=reason, ticket=target.number)

    def _open(self, message: InboundMessage, label: Label, ledger: int, books: UnitOfWork, now: datetime) -> Receipt:
        """Unless it is nothing that anybody has to do something about."""
        why_not = ""
        if message.nature in UNLABELLED:
            why_not = f"{message.nature.value}: machine mail that belongs to no ticket"
        elif message.recovery:
            why_not = "alert: all is well again with what the desk never heard of, or knows to be well"
        if why_not:
            return Receipt(id=ledger, outcome=Outcome.SUPPRESSED, reason=why_not)
        if message.channel is Channel.PHONE:  # of a call whose begin is not known: all that it says belongs together
            message = replace(message, known_as=(*message.known_as, *message.answers))
        opened = self.opener.open(message, label, ledger, books, now)
        return Receipt(id=ledger, outcome=Outcome.OPENED, ticket=opened.number)

    def _open_relative(
        self, message: InboundMessage, label: Label, old: Ticket, why: str, ledger: int, books: UnitOfWork, now: datetime
    ) -> Receipt:
        opened = self.opener.open(message, label, ledger, books, now)
        link_by_itself(opened, old, why, Case(opened, books, now, ledger=ledger))
        return Receipt(id=ledger, outcome=Outcome.OPENED, reason=f"{spoken(old.number)}: {why}", ticket=opened.number)
