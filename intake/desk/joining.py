"""Tickets that belong together, and those that do not: merge, split, link, unlink."""

from dataclasses import dataclass, replace

from intake.desk.case import Case
from intake.desk.lifecycle import OPEN, demand_open, move
from intake.desk.opening import Opener
from intake.desk.paging import Pager
from intake.desk.ports import UnitOfWork
from intake.desk.telling import Teller
from intake.domain.deed import Link, Merge, Split, Unlink
from intake.domain.errors import IllegalTransition, NotFound, PolicyViolation
from intake.domain.event import DESK, Event, EventKind
from intake.domain.ticket import State, Ticket, spoken
from intake.domain.ticket_message import Direction, TicketMessage
from intake.domain.timer import TimerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Joiner:
    teller: Teller
    pager: Pager
    opener: Opener

    def merge(self, deed: Merge, case: Case) -> str:
        """What was said stays where it was said; what comes from now on goes to the other ticket."""
        demand_open(case.ticket, "merge")
        if deed.into == case.ticket.number:
            raise PolicyViolation("A ticket cannot be merged into itself")
        target = _other(deed.into, case.books)
        demand_open(target, "merge into")
        here, there = spoken(case.ticket.number), spoken(target.number)
        if target.final_response is not None:
            raise PolicyViolation(f"The final response of {there} has been written already: {here} needs its own answer")
        merged = replace(move(case.ticket, State.CANCELED), merged_into=target.number, closed_at=case.now, final_response=None)
        data = {"into": there}
        case.write(EventKind.MERGED, f"the same as {there}", merged, data=data)
        case.books.timers.cancel(case.ticket.number, TimerKind.HOLD_OVER)
        self.pager.stop(case.ticket, f"merged into {there}", case.books, case.now)
        case.on(target).write(EventKind.MERGED_HERE, f"{here} is the same", data={"from": here})
        self.teller.refresh(target, case.books, case.now)
        return f"merged into {there}"

    def split(self, deed: Split, case: Case) -> str:
        message = message_on(deed.message, case)
        if message.held or message.rejected or not message.public:
            raise IllegalTransition(f"Message {message.id} is not part of the conversation: nothing to split off")
        number = self.split_off(message, case)
        case.write(
            EventKind.SPLIT,
            f"message {message.id} has a ticket of its own: {spoken(number)}",
            data={"message": str(message.id), "to": spoken(number)},
        )
        return f"split off as {spoken(number)}"

    def split_off(self, message: TicketMessage, case: Case) -> int:
        """The number of the new ticket. Raises PolicyViolation for what the ticket began with."""
        oldest = case.books.tickets.heard(case.ticket.number, _ALL)
        if message.direction is not Direction.IN or (oldest and oldest[-1].id == message.id):
            raise PolicyViolation(f"{spoken(case.ticket.number)} began with this message, or it is an answer: it stays")
        return self.opener.open_with(message, case).number

    def link(self, deed: Link, case: Case) -> str:
        if deed.other == case.ticket.number:
            raise PolicyViolation("A ticket cannot be linked with itself")
        other = _other(deed.other, case.books)
        if not case.books.tickets.link(case.ticket.number, other.number):
            return "was linked already"
        write_link(case, other, "linked by hand")
        return f"linked with {spoken(other.number)}"

    def unlink(self, deed: Unlink, case: Case) -> str:
        if not case.books.tickets.unlink(case.ticket.number, deed.other):
            raise NotFound(f"{spoken(case.ticket.number)} has no link with {spoken(deed.other)}")
        _write_on_both(case, _other(deed.other, case.books), EventKind.UNLINKED, "not linked any more")
        return f"not linked with {spoken(deed.other)} any more"


_ALL = 1_000_000


def write_link(case: Case, other: Ticket, why: str, actor: str = "") -> None:
    _write_on_both(case, other, EventKind.LINKED, why, actor)


def link_by_itself(one: Ticket, other: Ticket, why: str, case: Case) -> None:
    """The desk's own doing: it can be undone."""
    if case.books.tickets.link(one.number, other.number):
        write_link(case.on(one), other, why, actor=DESK)


def undo_link(event: Event, case: Case) -> None:
    other = int(event.data["other"])
    if not case.books.tickets.unlink(case.ticket.number, other):
        raise PolicyViolation(f"{spoken(case.ticket.number)} and {spoken(other)} are not linked any more")


def message_on(id: int, case: Case) -> TicketMessage:
    """Raises NotFound unless it belongs to the ticket."""
    message = case.books.tickets.message(id)
    if message is None or message.ticket != case.ticket.number:
        raise NotFound(f"{spoken(case.ticket.number)} has no message {id}")
    return message


def final_ticket(ticket: Ticket, books: UnitOfWork) -> Ticket:
    """Where a merged ticket went, in the end."""
    while ticket.merged_into is not None and (target := books.tickets.get(ticket.merged_into)) is not None:
        ticket = target
    return ticket


def is_over(ticket: Ticket) -> bool:
    return ticket.state not in OPEN


def _other(number: int, books: UnitOfWork) -> Ticket:
    ticket = books.tickets.get(number)
    if ticket is None:
        raise NotFound(f"There is no ticket {spoken(number)}")
    return ticket


def _write_on_both(case: Case, other: Ticket, kind: EventKind, why: str, actor: str = "") -> None:
    case.write(kind, f"{why}: {spoken(other.number)}", actor=actor, data={"other": str(other.number)})
    case.on(other).write(kind, f"{why}: {spoken(case.ticket.number)}", actor=actor, data={"other": str(case.ticket.number)})
