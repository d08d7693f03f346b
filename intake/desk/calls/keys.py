"""What a caller says by key: what kind of matter it is, who is hit, how badly. And what said nothing at all."""

from dataclasses import dataclass, replace

from intake.desk.calls.chosen import BY_KEY, KIND
from intake.desk.calls.first_word import FirstWord, addresses_of
from intake.desk.calls.on_the_line import called, has_said, in_the_end, is_its_own, is_provisional, may_decide, name_of, note
from intake.desk.calls.waiting import CALL
from intake.desk.case import Case
from intake.desk.labelling import PERSON, Labeller
from intake.desk.lifecycle import OPEN
from intake.desk.policy import Policy
from intake.desk.raising import Raiser
from intake.desk.storms.aftermath import Aftermath
from intake.desk.storms.spotting import Spotted
from intake.domain.call import Call
from intake.domain.deed import NameMatter, NoteCall, PressKey
from intake.domain.event import EventKind
from intake.domain.label import Kind, Label, Level
from intake.domain.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerKeys:
    policy: Policy
    labeller: Labeller
    first_word: FirstWord
    storms: Aftermath

    def note(self, deed: NoteCall, case: Case) -> str:
        on = in_the_end(case)
        note(EventKind.CALL_NOTED, deed.call, deed.text, on)
        self.first_word.pager.wait_on(on.ticket, case.books, case.now)
        return "noted"

    def name_matter(self, deed: NameMatter, case: Case) -> str:
        call = called(deed.call, case)
        target = in_the_end(case)
        provisional = target is case and is_provisional(case)
        call = has_said(call, case)
        if provisional:
            self.first_word.revive(case)
        if not self._may_name(call, target) or target is not case:
            note(EventKind.CALL_NOTED, call.name, f"{_spoken(deed.kind)}, said the caller by key; its label stays", target)
            return "its label stays"
        before, pager = case.ticket, self.first_word.pager
        self._name(deed.kind, call, case)
        self.first_word.route(before, case)
        if provisional:
            self.first_word.tell(call, case, Spotted())
        elif case.ticket.state in OPEN:
            woke = pager.running(case.ticket, case.books) is not None
            said = "said by the caller's key"
            pager.follow(before, case.ticket, said, case.books, case.now, taken_by=call.connected_to)
            self.first_word.tell_anew(call, case, woke=woke)
        return deed.kind.value

    def press(self, deed: PressKey, case: Case) -> str:
        """In a call; elsewhere it is what it says. What the caller may not decide about it only ever makes worse."""
        call = case.books.calls.named(name_of(case.thread)) if name_of(case.thread) else None
        if call is None:
            return self.labeller.press_key(deed, case)
        target, pager = in_the_end(case), self.first_word.pager
        provisional = target is case and is_provisional(case)
        call = has_said(call, case)
        if provisional:
            self.first_word.revive(case)
        before, woke = target.ticket, pager.running(target.ticket, case.books) is not None
        if not may_decide(call, target) and not _is_worse(deed, before):
            said = f"impact {deed.impact.value}" if deed.impact else f"urgency {deed.urgency or ''}"
            note(EventKind.CALL_NOTED, call.name, f"{said}, said the caller by key; that changes nothing", target)
            return "that changes nothing"
        said = self.labeller.press_key(deed, target, taken_by=call.connected_to)
        if provisional:
            self.first_word.tell(call, target, Spotted())
        else:
            self.first_word.tell_anew(call, target, woke=woke)
        if target is not case:
            self.storms.follow(before, target)
            self.first_word.teller.refresh(target.ticket, case.books, case.now)
        pager.wait_on(target.ticket, case.books, case.now)
        return said

    def _may_name(self, call: Call, case: Case) -> bool:
        if case.ticket.label_version == PERSON:
            return False
        return is_its_own(call, case) or case.ticket.kind is Kind.NONE

    def _name(self, kind: Kind, call: Call, case: Case) -> None:
        """An incident hinders at least; who is important counts as in a mail."""
        ticket = case.ticket
        urgency = min(ticket.urgency, Level.MEDIUM) if kind is Kind.INCIDENT else ticket.urgency
        category = ticket.category if ticket.category is not None and ticket.category.kind is kind else None
        said = Label(kind=kind, category=category, impact=ticket.impact, urgency=urgency, confidence=1.0, version=BY_KEY)
        label = Raiser(policy=self.policy).by_caller(said, addresses_of(case, self.policy))
        named = replace(
            ticket,
            kind=kind,
            category=category,
            impact=label.impact,
            urgency=urgency,
            priority=self.policy.priority(label.impact, urgency),
            label_version=BY_KEY,
            confidence=1.0,
        )
        reason = f"{_spoken(kind)}, said the caller: {named.priority.value} by the matrix"
        data = {CALL: call.name, KIND: kind.value}
        case.write(EventKind.KEY_PRESSED, reason, named, evidence=label.evidence, data=data)


def _spoken(kind: Kind) -> str:
    return kind.value.replace("_", " ")


def _is_worse(deed: PressKey, ticket: Ticket) -> bool:
    impact, urgency = deed.impact or ticket.impact, deed.urgency or ticket.urgency
    return impact < ticket.impact or urgency < ticket.urgency
