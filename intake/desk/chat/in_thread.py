"""Said where a ticket is talked about already: by whoever takes part, by one of the staff, by somebody who stands by."""

from dataclasses import dataclass, replace

from intake.desk.adding import Adder
from intake.desk.case import Case
from intake.desk.chat.answering_there import REFUSALS, AnsweringThere
from intake.desk.chat.bystanders import Bystanders
from intake.desk.chat.moments import conversation_in_chat
from intake.desk.chat.said import Said
from intake.desk.joining import final_ticket, is_over, link_by_itself
from intake.desk.lifecycle import may_reopen
from intake.desk.opening import Opener
from intake.desk.parties import takes_part
from intake.desk.policy import Policy
from intake.desk.texting.growing_worse import GrowingWorse
from intake.desk.texting.hearing import TextHearer
from intake.desk.texting.short_answers import is_thanks
from intake.desk.threads import Match, Proof
from intake.domain.agent import Agent
from intake.domain.page import URGENT
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import Ticket, spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class InThread:
    policy: Policy
    opener: Opener
    adder: Adder
    growing_worse: GrowingWorse
    texts: TextHearer
    staff: AnsweringThere
    bystanders: Bystanders

    def hear(self, said: Said) -> Receipt | None:
        """None where the conversation that it stands in, or begins, belongs to no ticket. A message may begin one that is bound
        already: its answer was heard first."""
        ref = conversation_in_chat(said.root)
        number = said.books.threads.bound([ref]).get(ref)
        named = said.books.tickets.get(number) if number is not None else None
        if named is None:
            return None
        target = final_ticket(named, said.books)
        if (agent := self.staff.author(said.message, named, said.case(named))) is not None:
            return self._by_staff(said, agent, named, target)
        if takes_part(said.author, named, said.books):
            return self._by_participant(said, named, target)
        return self._by_bystander(said, "said in its thread by somebody who takes no part in it", named, target)

    def _by_staff(self, said: Said, agent: Agent, named: Ticket, target: Ticket) -> Receipt:
        text = said.text
        case = Case(named, text.books, text.now, by=agent.principal, channel=text.channel, ledger=text.ledger)
        try:
            return said.receipt(Outcome.APPLIED, self.staff.answer(said.message, case), named.number)
        except REFUSALS as refusal:
            if takes_part(said.author, named, said.books):
                return self._by_participant(said, named, target)
            return self._by_bystander(said, f"said in its thread by {agent.name}, no answer: {refusal}", named, target)

    def _by_participant(self, said: Said, named: Ticket, target: Ticket) -> Receipt:
        match = Match(ticket=named.number, proof=Proof.CONVERSATION)
        over = is_over(target)
        if said.place.direct and (answered := self.texts.answer(said.text, named.number)) is not None:
            return answered
        if is_thanks(said.text.words) and (over or target.final_response is not None):
            self.adder.keep_thanks(said.message, named, match, said.case(target))
            return said.receipt(Outcome.APPENDED, f"{match.reason}: thanks", target.number)
        if over and not may_reopen(target, self.policy, said.text.now):
            return self._begins_anew(said, target)
        text = said.text
        outcome, reason = self.adder.add(said.message, named, target, match, text.ledger, text.books, text.now)
        if outcome is Outcome.APPENDED:
            self.growing_worse.follow(text, target.number)
        return said.receipt(outcome, reason, target.number)

    def _by_bystander(self, said: Said, why: str, named: Ticket, target: Ticket) -> Receipt:
        """With the desk alone nobody stands by: who got news of a ticket that is not theirs waits for an agent, as by mail."""
        if said.place.direct:
            match, text = Match(ticket=named.number, proof=Proof.CONVERSATION), said.text
            outcome, reason = self.adder.add(said.message, named, target, match, text.ledger, text.books, text.now)
            return said.receipt(outcome, reason, target.number)
        if said.place.mentioned and is_over(target) and not may_reopen(target, self.policy, said.text.now):
            return self._begins_anew(said, target)
        if self.policy.priority(said.text.label.impact, said.text.label.urgency) in URGENT:
            why = f"{why}; it presses, by its own words"
        return self.bystanders.hear(said.message, said.author.value, why, named, said.case(target))

    def _begins_anew(self, said: Said, old: Ticket) -> Receipt:
        """The conversation goes on with the new ticket, and what is still said for the old one is found there."""
        text, why = said.text, "answers a ticket that has long been over"
        said.books.threads.unbind([conversation_in_chat(said.root)])
        names = (*said.message.known_as, conversation_in_chat(said.root))
        message = replace(said.message, known_as=tuple(dict.fromkeys(names)))
        opened = self.opener.open(message, text.label, text.ledger, text.books, text.now)
        link_by_itself(opened, old, why, said.case(opened))
        return said.receipt(Outcome.OPENED, f"{spoken(old.number)}: {why}", opened.number)
