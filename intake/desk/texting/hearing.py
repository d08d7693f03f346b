"""What a text is: consent, a page's code, an answer, more of the same, a new matter; in the order of docs/phone.md. What is
said to the desk alone in a chat is decided in the same way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.adding import Adder
from intake.desk.joining import final_ticket, is_over, link_by_itself
from intake.desk.lifecycle import may_reopen
from intake.desk.opening import Opener
from intake.desk.parties import takes_part
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.texting.answering import Answering
from intake.desk.texting.asking import MOST_OPTIONS, Asking
from intake.desk.texting.belonging import belongs_to, fix_that_asks, said_again
from intake.desk.texting.consent import hear_consent
from intake.desk.texting.growing_worse import GrowingWorse
from intake.desk.texting.short_answers import is_thanks, names_in
from intake.desk.texting.taking_pages import TakingPages
from intake.desk.texting.text_heard import TextHeard
from intake.desk.threads import Match, Proof
from intake.domain.channel import Channel
from intake.domain.contact import STOPPED
from intake.domain.label import Label
from intake.domain.message import InboundMessage
from intake.domain.page import URGENT
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import Ticket, spoken

Rule = Callable[[TextHeard], Receipt | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextHearer:
    policy: Policy
    opener: Opener
    adder: Adder
    asking: Asking
    answering: Answering
    pages: TakingPages
    growing_worse: GrowingWorse

    def hear(self, message: InboundMessage, label: Label, ledger: int, books: UnitOfWork, now: datetime) -> Receipt:
        """The first rule that knows the text decides. A number is no proof of a person: what comes from one of the staff's is a
        text like anybody's, and nobody takes part because the desk's own number was written to."""
        message = replace(message, recipients=(), authentic=False)
        if message.author is None and message.consent is not None:
            return Receipt(id=ledger, outcome=Outcome.SUPPRESSED, reason=f"{message.consent.value}: of no number")
        if message.author is None:
            opened = self.opener.open(message, label, ledger, books, now)
            return Receipt(id=ledger, outcome=Outcome.OPENED, ticket=opened.number)
        if message.author.value in self.opener.teller.own:
            return Receipt(id=ledger, outcome=Outcome.SUPPRESSED, reason="own_loop: the desk's own text came back")
        text = TextHeard(message=message, author=message.author, label=label, ledger=ledger, books=books, now=now)
        if message.consent is None:
            books.contacts.mark_alive(text.author, unless=STOPPED)  # it can be reached after all
        return self.decide(text, hear_consent, self.pages.hear)

    def decide(self, text: TextHeard, *first: Rule) -> Receipt:
        """One after the other of what this person says, on all replicas."""
        text.books.texts.alone_with(text.number, text.channel)
        answers = (self._fix, self.answering.hear)
        for rule in (*first, *answers, self._names, self._again, self._urgent, self._more):
            if (receipt := rule(text)) is not None:
                return receipt
        return self._new(text)

    def answer(self, text: TextHeard, about: int | None = None) -> Receipt | None:
        """None where it is no answer to what was asked (`about` that ticket)."""
        text.books.texts.alone_with(text.number, text.channel)
        return self.answering.hear(text, about)

    def _fix(self, text: TextHeard) -> Receipt | None:
        fix = fix_that_asks(text)
        return self.onto(fix, text, Proof.ASKED_BY_TEXT) if fix is not None else None

    def _names(self, text: TextHeard) -> Receipt | None:
        """A ticket by its number. Whoever takes part in exactly one of those is certain; of a stranger's an agent decides,
        unless it presses."""
        names = names_in(text.words)
        theirs = self._theirs(text)
        if len(theirs) > 1:
            return None
        if theirs:
            return self.onto(theirs[0], text, Proof.NAMED_IN_TEXT)
        known = self._known(names.sure, text)
        if not known or self._presses(text):
            return None
        return self.onto(known[0], text, Proof.NAMED_IN_TEXT)

    def _again(self, text: TextHeard) -> Receipt | None:
        ticket = said_again(text)
        return self.onto(ticket, text, _goes_on(text)) if ticket is not None else None

    def _urgent(self, text: TextHeard) -> Receipt | None:
        """By its own words: nothing waits for an answer."""
        if not self._presses(text):
            return None
        others = self._others(text)
        named = [ticket for ticket in self._known(names_in(text.words).sure, text) if ticket not in others]
        receipt = self._open(text)
        self._link(receipt.ticket, others, f"{text.number} had it open", text)
        self._link(receipt.ticket, named[:1], "it names this one", text)
        return receipt

    def _more(self, text: TextHeard) -> Receipt | None:
        if not text.has_no_matter or self._theirs(text):
            return None
        ticket = belongs_to(text)
        return self.onto(ticket, text, _goes_on(text)) if ticket is not None else None

    def _new(self, text: TextHeard) -> Receipt:
        """Where it may be one of theirs, that is the question. What names two of them is about one of these; what has no matter
        of its own may be about one that was resolved lately."""
        return self._open(text, self._theirs(text) or self._others(text))

    def _others(self, text: TextHeard) -> Sequence[Ticket]:
        return (text.tickets() if text.has_no_matter else text.open_tickets())[:MOST_OPTIONS]

    def onto(self, named: Ticket, text: TextHeard, proof: Proof) -> Receipt:
        """As it is named; where it was merged, what it was merged into hears of it."""
        books, now = text.books, text.now
        target = final_ticket(named, books)
        if is_over(target) and not may_reopen(target, self.policy, now):
            receipt = self._open(text)
            self._link(receipt.ticket, (target,), "a message for a ticket that has long been over", text)
            return replace(receipt, reason=f"{spoken(target.number)} has long been over")
        match = Match(ticket=named.number, proof=proof)
        takes = takes_part(text.author, named, books)
        if takes and is_thanks(text.words) and (is_over(target) or target.final_response is not None):
            self.adder.keep_thanks(text.message, named, match, text.case(target))
            return text.receipt(Outcome.APPENDED, f"{match.reason}: thanks", target.number)
        proven = replace(text.message, authentic=True)  # the vendor says so; whether it may join is for the adder to say
        outcome, reason = self.adder.add(proven, named, target, match, text.ledger, books, now)
        if outcome is Outcome.APPENDED:
            self.growing_worse.follow(text, target.number)
        return text.receipt(outcome, reason, target.number)

    def _open(self, text: TextHeard, options: Sequence[Ticket] = ()) -> Receipt:
        question = self.asking.question(text, options) if options and self.asking.may_ask(text) else None
        opened = self.opener.open(text.message, text.label, text.ledger, text.books, text.now, question)
        return text.receipt(Outcome.OPENED, "", opened.number)

    def _link(self, number: int | None, others: Sequence[Ticket], why: str, text: TextHeard) -> None:
        for other in others:
            one, there = (text.books.tickets.get(known) for known in (number or 0, other.number))
            if one is not None and there is not None:
                link_by_itself(one, there, why, text.case(one))

    def _presses(self, text: TextHeard) -> bool:
        return self.policy.priority(text.label.impact, text.label.urgency) in URGENT

    def _theirs(self, text: TextHeard) -> Sequence[Ticket]:
        """Those that it names in which this person takes part."""
        names = names_in(text.words)
        known = self._known((*names.sure, *names.perhaps), text)
        return [ticket for ticket in known if takes_part(text.author, ticket, text.books)]

    def _known(self, numbers: Sequence[int], text: TextHeard) -> Sequence[Ticket]:
        found = (text.books.tickets.get(number) for number in numbers)
        return [ticket for ticket in found if ticket is not None]


def _goes_on(text: TextHeard) -> Proof:
    return Proof.SAME_NUMBER if text.channel is Channel.SMS else Proof.SAME_PERSON
