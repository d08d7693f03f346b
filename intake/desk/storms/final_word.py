"""The final response of a major incident: each reporter gets it once, as the answer to their own ticket."""

from dataclasses import dataclass, replace
from functools import partial

from intake.desk.case import Case
from intake.desk.closing import Closer
from intake.desk.lifecycle import OPEN, demand_open
from intake.desk.replies import ON_ITS_WAY, Replies
from intake.desk.storms.settling import settle_parent
from intake.desk.storms.word import Word
from intake.domain.deed import ConfirmUndeliverable, Reply, Resolve
from intake.domain.delivery import DeliveryState
from intake.domain.errors import PolicyViolation
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.storm import Storm, StormStage, Told
from intake.domain.ticket import Ticket, spoken
from intake.domain.ticket_message import TicketMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalWord:
    """Of tickets that stand for no storm it leaves all as it was."""

    replies: Replies
    closer: Closer
    word: Word

    def resolve(self, deed: Resolve, case: Case) -> str:
        storm = _led(case)
        if storm is None:
            return self.replies.resolve(deed, case)
        demand_open(case.ticket, "resolve")
        number = spoken(case.ticket.number)
        if storm.stage is StormStage.PROPOSED:
            raise PolicyViolation(f"{number} is not decided yet: confirm or dissolve it first")
        final = case.ticket.final_response
        if final is not None and case.books.storms.on_its_way(final):
            raise PolicyViolation(f"The final response of {number} is on its way already")
        message = self.replies.write_down(deed, case)
        answered = [child for child in self._open_reports(storm, case) if not self.replies.is_answered(child)]
        sent = sum(self._give(message, storm, child) for child in answered)
        for child in answered:  # after all reports: who has one of those hears it there
            self.replies.hand_to_merged(message, child, partial(self._may_hear, message, storm, child))
        said = f"final response to {sent} {'person' if sent == 1 else 'people'} who reported it"
        data = {"message": str(message.id)}
        case.write(EventKind.FINAL_RESPONSE, said, replace(case.ticket, final_response=message.id), data=data)
        self.closer.pager.acknowledge(case.ticket, case.by.name, case.books, case.now, "by answering")
        settle_parent(case, self.closer)
        return f"{said}; each ticket is resolved when its own copy has arrived"

    def reply(self, deed: Reply, case: Case) -> str:
        if (storm := _led(case)) is not None:
            number = spoken(storm.parent)
            raise PolicyViolation(f"{number} stands for many reporters: tell all of them with intake update-storm {number}")
        return self.replies.reply(deed, case)

    def confirm_undeliverable(self, deed: ConfirmUndeliverable, case: Case) -> str:
        if _led(case) is None:
            return self.replies.confirm_undeliverable(deed, case)
        demand_open(case.ticket, "resolve")
        number, final = spoken(case.ticket.number), case.ticket.final_response
        if final is None:
            raise PolicyViolation(f"{number} has no final response yet: write one first (resolve)")
        waiting = [sent for sent in case.books.outbox.of_reply(final) if sent.state in ON_ITS_WAY | {DeliveryState.HELD}]
        if waiting:
            raise PolicyViolation(f"The final response of {number} may still arrive at {waiting[0].address}: wait for it")
        why = f"the final response could not be delivered: {deed.reason}"
        for child in self._open_reports(None, case):
            if child.ticket.final_response == final:
                self.closer.resolve(child, why)
        self.closer.resolve(case, why)
        return "resolved; the final response could not be delivered to all who reported it"

    def _open_reports(self, storm: Storm | None, case: Case) -> list[Case]:
        parent = storm.parent if storm is not None else case.ticket.number
        found = (case.books.tickets.get(member.ticket) for member in case.books.storms.members(parent))
        return [case.on(ticket) for ticket in found if ticket is not None and ticket.state in OPEN]

    def _give(self, message: TicketMessage, storm: Storm, child: Case) -> bool:
        """True if a copy goes out on this ticket: a person with several gets one, a machine none."""
        said, sent = self._send(message, storm, child)
        why = f"final response of {spoken(storm.parent)}, {said}"
        answered = replace(child.ticket, final_response=message.id)
        child.write(EventKind.FINAL_RESPONSE, why, answered, data={"message": str(message.id)})
        self.replies.teller.refresh(child.ticket, child.books, child.now)
        return sent

    def _send(self, message: TicketMessage, storm: Storm, child: Case) -> tuple[str, bool]:
        if (asked := self.word.hears(child)) is None:
            return "nobody asked who could be told", False
        if not self._is_first(message, storm, child):
            return "which goes to the same person on another ticket of theirs", False
        said = self.replies.hand_over(message, child)
        if not said:
            why = f"{asked.author.value if asked.author else 'whoever asked'} cannot be reached, and no other way is known"
            fields = {"why": f"the final response of {spoken(storm.parent)}: {why}"}
            self.replies.teller.tell_holder(child.ticket, NoticeKind.UNREACHED, child.books, child.now, fields)
            return "nobody can be reached: confirm that it could not be delivered", False
        return said, True

    def _may_hear(self, message: TicketMessage, storm: Storm, child: Case, merged: Ticket) -> bool:
        return self._is_first(message, storm, child.on(merged))

    def _is_first(self, message: TicketMessage, storm: Storm, case: Case) -> bool:
        told = Told(
            storm=storm.parent,
            stage=f"final:{message.id}",
            person=self.word.person_of(case),
            ticket=case.ticket.number,
            at=case.now,
            message=message.id,
        )
        return case.books.storms.tell_once(told)


def _led(case: Case) -> Storm | None:
    """The storm that this ticket stands for, unless it was dissolved."""
    if not may_lead(case.ticket):
        return None
    storm = case.books.storms.get(case.ticket.number)
    return storm if storm is not None and storm.stage is not StormStage.DISSOLVED else None


def may_lead(ticket: Ticket) -> bool:
    """Saves a question: nobody asked for a ticket that the desk opened itself."""
    return ticket.caller is None and ticket.parent is None
