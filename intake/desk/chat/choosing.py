"""Whoever was asked which ticket theirs is about presses one of the buttons."""

from dataclasses import dataclass, replace

from intake.desk.case import Case
from intake.desk.joining import final_ticket
from intake.desk.telling import Teller
from intake.desk.texting.bringing_over import BringingOver
from intake.desk.texting.text_heard import DAY
from intake.domain.deed import ChooseTicket
from intake.domain.errors import PolicyViolation
from intake.domain.event import Event, EventKind
from intake.domain.notice import NoticeKind
from intake.domain.ticket import spoken, unspoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """By whoever asked: that has been seen to. A button stays where it is: it may be pressed late, or another one after it."""

    teller: Teller
    over: BringingOver

    def choose(self, deed: ChooseTicket, case: Case) -> str:
        number, books = case.ticket.number, case.books
        asked = books.tickets.events_of(number, {EventKind.TEXT_ASKED}, 1)
        if not asked or deed.on not in {number, *_options(asked[0])}:
            raise PolicyViolation(f"Nobody was asked whether {spoken(number)} is about {spoken(deed.on)}")
        answers = books.tickets.events_of(number, {EventKind.TEXT_ANSWERED}, 10)
        chosen = next((int(one.data["chosen"]) for one in answers if "chosen" in one.data), None)
        if chosen is not None:
            return self._again(chosen, deed.on, case)
        who = case.by.address.value if case.by.address is not None else case.by.name
        self._settle_question(deed.on, who, case)
        if deed.on == number:
            case.note(EventKind.TEXT_ANSWERED, f"{who} says that it is new", {"chosen": str(number)})
            return "it is new"
        case.note(EventKind.TEXT_ANSWERED, f"{who} says that it belongs to {spoken(deed.on)}", {"chosen": str(deed.on)})
        became, _ = self.over.bring(case, deed.on, who)
        return f"it belongs to {spoken(deed.on)}{became}"

    def _again(self, chosen: int, now: int, case: Case) -> str:
        """It was answered before. The same again says nothing; another answer is for people to sort out."""
        if chosen == now:
            return f"{spoken(chosen)} was chosen already" if chosen != case.ticket.number else "it was new already"
        who = case.by.address.value if case.by.address is not None else case.by.name
        named = spoken(now) if now != case.ticket.number else "a new matter"
        said = f"{who} chose {spoken(chosen)} first, and {named} now: somebody has to look"
        on = case.on(final_ticket(case.ticket, case.books))
        on.note(EventKind.TEXT_ANSWERED, said, {"now": str(now)})
        self.teller.tell_holder(on.ticket, NoticeKind.ADDITION, case.books, case.now, {"by": who, "why": said})
        return "whoever has it was told: it had been answered before"

    def _settle_question(self, chosen: int, who: str, case: Case) -> None:
        """Nothing that is typed answers it once more."""
        question = case.books.texts.newest(who, case.now - DAY)
        if question is not None and question.ticket == case.ticket.number and question.answered_at is None:
            case.books.texts.save(replace(question, answered_at=case.now, chosen=chosen))


def _options(asked: Event) -> frozenset[int]:
    numbers = (unspoken(name) for name in asked.data.get("options", "").split())
    return frozenset(number for number in numbers if number is not None)
