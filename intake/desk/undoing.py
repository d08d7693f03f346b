"""Taking back what the desk did by itself, or how somebody corrected it, named by its event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from intake.desk.case import Case
from intake.desk.closing import Closer
from intake.desk.handing_over import HandOver
from intake.desk.joining import Joiner, message_on, undo_link
from intake.desk.labelling import Labeller
from intake.desk.paging import Pager
from intake.desk.ports import UnitOfWork
from intake.desk.record import taken_back
from intake.desk.replies import Replies
from intake.desk.telling import Teller
from intake.domain.deed import Undo
from intake.domain.errors import NotFound, PolicyViolation
from intake.domain.event import Event, EventKind
from intake.domain.ticket import Ticket, spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoer:
    teller: Teller
    joiner: Joiner
    closer: Closer
    hand_over: HandOver
    replies: Replies
    pager: Pager
    labeller: Labeller

    def undo(self, deed: Undo, case: Case) -> str:
        """Once for each event. The ticket gets back what this event changed, if nothing has changed it since."""
        event = case.books.tickets.event(deed.event)
        if event is None or event.ticket != case.ticket.number:
            raise NotFound(f"{spoken(case.ticket.number)} has no event {deed.event}")
        aside: Mapping[EventKind, Callable[[Event, Case], str]] = {
            EventKind.LABELLED: _nothing_aside,
            EventKind.RELABELLED: self.labeller.withdraw,
            EventKind.ROUTED: _nothing_aside,
            EventKind.APPENDED: self._undo_addition,
            EventKind.MERGED: self._undo_merge,
            EventKind.LINKED: self._undo_link,
        }
        if event.kind not in aside:
            raise PolicyViolation(f"{event.kind.value} cannot be undone: do the opposite by hand")
        if case.books.tickets.is_undone(event):
            return "was undone already"
        if not event.changes and event.kind in {EventKind.LABELLED, EventKind.ROUTED}:
            raise PolicyViolation("This event changed nothing that could be given back: correct the label by hand")
        before = case.ticket
        if event.kind is EventKind.RELABELLED:
            self.labeller.check_is_newest(event, case)
        restored = taken_back(before, event.changes)
        also = aside[event.kind](event, case)
        case.write(
            EventKind.UNDONE,
            f"{event.kind.value} undone: {event.reason}{also}",
            taken_back(case.ticket, event.changes) if event.changes else case.ticket,
            data={"event": str(event.id)},
        )
        if event.kind is EventKind.RELABELLED:
            self.labeller.follow_kind_back(before, event, case)
        self.closer.wait_for_objections(case)
        self.hand_over.wait_for_the_end(case)
        self.replies.resolve_if_arrived(case)
        self._page(before, case)
        if restored.assignment_group != before.assignment_group:
            fields = {"by": case.by.name, "why": f"undone: {event.reason}"}
            self.teller.tell_team(case.ticket, case.books, case.now, fields)
        return f"{event.kind.value} undone{also}"

    def _undo_addition(self, event: Event, case: Case) -> str:
        if "merged" in event.data:
            return ""  # the message stays with the ticket that it was sent to
        if "message" not in event.data:
            raise PolicyViolation("This addition was written by an older version: split the message off by hand")
        number = self.joiner.split_off(message_on(int(event.data["message"]), case), case)
        return f"; the message has a ticket of its own: {spoken(number)}"

    def _page(self, before: Ticket, case: Case) -> None:
        """Whom the ticket wakes follows from how it is now."""
        if case.ticket.assigned_to and self.pager.running(case.ticket, case.books) is None:
            return  # somebody has it: they were told, or had taken it
        self.pager.follow(before, case.ticket, f"undone by {case.by.name}", case.books, case.now)

    def _undo_merge(self, event: Event, case: Case) -> str:
        target = _ticket(case.ticket.merged_into, case.books)
        case.on(target).write(
            EventKind.UNDONE, f"{spoken(case.ticket.number)} is a ticket of its own again", data={"merge": str(event.id)}
        )
        self.teller.refresh(target, case.books, case.now)
        for message in event.data.get("messages", "").split():  # what whoever asked said had moved with it
            case.books.tickets.move_message(int(message), case.ticket.number)
        return ""

    def _undo_link(self, event: Event, case: Case) -> str:
        undo_link(event, case)
        other = _ticket(int(event.data["other"]), case.books)
        case.on(other).write(EventKind.UNLINKED, f"not linked any more: {spoken(case.ticket.number)}")
        return ""


def _nothing_aside(_event: Event, _case: Case) -> str:
    return ""


def _ticket(number: int | None, books: UnitOfWork) -> Ticket:
    ticket = books.tickets.get(number) if number is not None else None
    if ticket is None:
        raise NotFound("There is no such ticket any more")
    return ticket
