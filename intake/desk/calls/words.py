"""What a caller says: the first words label the call's ticket, and all of them are on it."""

from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.adding import Adder
from intake.desk.calls.chosen import chosen_by_key
from intake.desk.calls.first_word import FirstWord, addresses_of
from intake.desk.calls.on_the_line import caller_of, has_said, is_its_own, is_provisional, name_of, note
from intake.desk.calls.waiting import CALL
from intake.desk.case import Case
from intake.desk.changes.aftermath import Aftermath as Changes
from intake.desk.changes.fixes import Said
from intake.desk.first_label import as_chosen, label_in_words
from intake.desk.joining import final_ticket
from intake.desk.labelling import PERSON
from intake.desk.lifecycle import OPEN
from intake.desk.opening import UNKNOWN, add_message
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.raising import Raiser
from intake.desk.short_description import first_line
from intake.desk.storms.aftermath import Aftermath as Storms
from intake.desk.storms.spotting import Spotted, Spotter
from intake.desk.threads import Match
from intake.domain.call import Call
from intake.domain.event import EventKind
from intake.domain.label import Kind, Label, Level
from intake.domain.message import InboundMessage
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import State, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    policy: Policy
    first_word: FirstWord
    adder: Adder
    storms: Storms
    changes: Changes
    spotter: Spotter | None

    def hear(
        self, message: InboundMessage, label: Label, match: Match, ledger: int, books: UnitOfWork, now: datetime
    ) -> Receipt | None:
        """What is said in a call, or recorded there; None where it is no call that the desk knows."""
        name = next((found for ref in message.answers if (found := name_of(ref))), "")
        ticket = books.tickets.get(match.ticket)  # first: whoever has it may go on with its calls
        call = books.calls.named(name)
        if ticket is None or call is None:
            return None
        case = Case(ticket, books, now, by=caller_of(call.caller), channel=message.channel, ledger=ledger)
        provisional = ticket.state in _BEGINS and ticket.merged_into is None and is_provisional(case)
        call = has_said(call, case)
        if provisional:
            self._begin_with(message, label, call, case)
            receipt = Receipt(id=ledger, outcome=Outcome.APPENDED, reason="the caller's first words", ticket=ticket.number)
        else:
            receipt = self._add(message, label, call, match, case)
        on = Case(final_ticket(case.ticket, books), books, now, by=case.by, channel=message.channel, ledger=ledger)
        for anomaly in message.notes:
            on.note(EventKind.NOTED, anomaly[:_LONGEST])
        for file in message.remote:
            note(EventKind.RECORDED, name, message.text or file.name, on, {"url": file.url})
        if message.remote:
            self.first_word.pager.connect_no_longer(name, on.ticket, "the caller has left a recording", books, now)
        return receipt

    def _begin_with(self, message: InboundMessage, label: Label, call: Call, case: Case) -> None:
        assert case.ledger is not None
        self.first_word.revive(case)
        kept = add_message(message, case.ticket.number, case.ledger, case.books)
        about = case.ticket if message.remote else replace(case.ticket, short_description=first_line("", message.text))
        case.write(EventKind.APPENDED, _said(message), about, data={"message": str(kept), CALL: call.name})
        before = case.ticket
        self._label(message, label, call, case)
        self.first_word.route(before, case)
        self.first_word.tell(call, case, self._spot(message, case))
        self.changes.opened(case, Said(text=message.text, author=message.author))
        self.first_word.teller.refresh(case.ticket, case.books, case.now)

    def _add(self, message: InboundMessage, label: Label, call: Call, match: Match, case: Case) -> Receipt:
        """To what is known already. After keys alone, words say what it is about; they go by what the keys said."""
        assert case.ledger is not None
        named, books, now = case.ticket, case.books, case.now
        target = final_ticket(named, books)
        late = named is target and not message.remote and is_its_own(call, case) and not self._was_labelled(case)
        outcome, reason = self.adder.add(message, named, target, match, case.ledger, books, now)
        if late and (present := books.tickets.get(named.number)) is not None:
            on = case.on(present)
            before = on.ticket
            if not books.tickets.events_of(named.number, {EventKind.RELABELLED}, 1):
                on.write(EventKind.NOTED, "the caller's words say what it is about", _described(on.ticket, message))
            self._label(message, label, call, on)
            self.first_word.route(before, on)
            self._spot(message, on)
            woke = self.first_word.pager.running(on.ticket, books) is not None
            taken_by = call.connected_to
            self.first_word.pager.follow(before, on.ticket, "by the caller's words", books, now, taken_by=taken_by)
            self.storms.follow(before, on)
            self.changes.follow(before, on)
            self.first_word.tell_anew(call, on, woke=woke)
        return Receipt(id=case.ledger, outcome=outcome, reason=reason, ticket=target.number)

    def _was_labelled(self, case: Case) -> bool:
        labelled = case.books.tickets.events_of(case.ticket.number, {EventKind.LABELLED}, _LOOK_BACK)
        return any(CALL in event.data for event in labelled)

    def _label(self, message: InboundMessage, label: Label, call: Call, case: Case) -> None:
        """Once. What keys said stands over what anybody reads out of the words, and a person's judgement over both."""
        if case.ticket.label_version == PERSON or message.remote:
            return
        label = Raiser(policy=self.policy).by_caller(label, addresses_of(case, self.policy))
        kind, keys = chosen_by_key(case)
        label = as_chosen(label, keys)
        if kind is Kind.INCIDENT and keys.urgency is None:
            label = replace(label, urgency=min(label.urgency, Level.MEDIUM))
        before = case.ticket
        if kind is not None and label.kind is not kind:
            label = replace(label, kind=kind, category=None, confidence=before.confidence, version=before.label_version)
        after = replace(
            before,
            kind=label.kind,
            category=label.category,
            impact=label.impact,
            urgency=label.urgency,
            priority=self.policy.priority(label.impact, label.urgency),
            label_version=label.version or UNKNOWN.version,
            confidence=label.confidence,
        )
        case.write(EventKind.LABELLED, label_in_words(after, label), after, evidence=label.evidence, data={CALL: call.name})

    def _spot(self, message: InboundMessage, case: Case) -> Spotted:
        if self.spotter is None or message.remote or case.ticket.parent is not None:
            return Spotted()
        return self.spotter.spot(replace(message, subject=""), case)


def _described(ticket: Ticket, message: InboundMessage) -> Ticket:
    return replace(ticket, short_description=first_line("", message.text))


def _said(message: InboundMessage) -> str:
    return "left a recording before a word was understood" if message.remote else "said in the call"


_BEGINS = OPEN | {State.CANCELED}  # what people have resolved is reopened, as by any word
_LOOK_BACK = 50
_LONGEST = 2_000
