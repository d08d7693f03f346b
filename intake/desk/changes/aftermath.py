"""What becomes of a change when its ticket is opened, relabelled, answered, merged, canceled, reopened."""

from dataclasses import dataclass

from intake.desk.case import Case
from intake.desk.changes.drafting import drafted, drafted_again
from intake.desk.changes.ending import Ending
from intake.desk.changes.fixes import Fixes, Said
from intake.desk.changes.in_the_way import (
    becomes_a_fix,
    in_the_way,
    is_answered_now,
    is_canceled_now,
    is_open_again,
    may_carry,
    waits,
)
from intake.desk.lifecycle import OPEN
from intake.domain.change import Change, Stage
from intake.domain.deed_shape import LONGEST_LINE
from intake.domain.errors import PolicyViolation
from intake.domain.event import EventKind
from intake.domain.label import Category, Kind
from intake.domain.ticket import State, Ticket, spoken

_LEFT_BEHIND = frozenset({Stage.DRAFT, Stage.ASSESSMENT})  # what somebody has thought of, and nobody decided
_CAME_TO_NOTHING = frozenset({Stage.REJECTED, Stage.WITHDRAWN})
_MOST_HEARD = 50  # messages that are read for an incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    fixes: Fixes
    ending: Ending

    def opened(self, case: Case, *said: Said, may_ask: bool = True) -> None:
        """A ticket has just been opened with these words, and whoever asked has heard its number. Who opens it from its
        incident need not be asked for that: `may_ask`."""
        if case.ticket.kind is not Kind.ENHANCEMENT:
            return
        change = drafted(case, "it was opened as an enhancement")
        if may_ask:
            self._wants_its_incident(change, said, case)

    def heard(self, case: Case, *said: Said) -> None:
        """Somebody who takes part has added something: it may be the answer to the question which incident it mends."""
        if case.ticket.category is not Category.DEFECT_FIX:
            return
        change = case.books.changes.get(case.ticket.number)
        if change is not None and change.stage is Stage.DRAFT and self.fixes.is_wanted(change, case.ticket):
            self.fixes.find(change, said, case)

    def follow(self, before: Ticket, case: Case) -> None:
        """The ticket was `before`, and something was done to it. Raises PolicyViolation where its change, or a fix that names
        it, stands in the way of that."""
        ticket = case.ticket
        if not _matters(before, ticket):
            return
        if why := in_the_way(before, ticket, case.books):
            raise PolicyViolation(why)
        if not may_carry(before) and not may_carry(ticket):
            return
        change = case.books.changes.get(ticket.number)
        if change is not None and (why := _why_it_ends(change, before, ticket, case)):
            self.ending.end(case, change, Stage.WITHDRAWN, why, answer=False)
        elif may_carry(ticket):
            self._carry(change, before, case)

    def _carry(self, change: Change | None, before: Ticket, case: Case) -> None:
        ticket = case.ticket
        if change is None:
            if ticket.kind is not Kind.ENHANCEMENT:
                return  # patching has one when somebody plans it
            change = drafted(case, "it is an enhancement now")
        elif change.stage in _CAME_TO_NOTHING and waits(ticket):
            if may_carry(before) and not is_open_again(before, ticket):
                return
            change = drafted_again(change, case)
        elif not becomes_a_fix(before, ticket):
            return
        self._wants_its_incident(change, (), case)

    def _wants_its_incident(self, change: Change, said: tuple[Said, ...], case: Case) -> None:
        if change.stage is not Stage.DRAFT or not self.fixes.is_wanted(change, case.ticket):
            return
        if not said:
            heard = case.books.tickets.heard(case.ticket.number, _MOST_HEARD)
            said = tuple(Said(text=f"{one.subject}\n{one.body}", author=one.author) for one in heard)
        if self.fixes.is_wanted(self.fixes.find(change, said, case), case.ticket):
            self.fixes.ask(case)


def _matters(before: Ticket, ticket: Ticket) -> bool:
    """To changes. Who has a ticket, and how urgent it is, does not."""
    return (
        before.kind is not ticket.kind
        or before.category is not ticket.category
        or before.final_response != ticket.final_response
        or before.merged_into != ticket.merged_into
        or (before.state is not ticket.state and not {before.state, ticket.state} <= OPEN)
    )


def _why_it_ends(change: Change, before: Ticket, ticket: Ticket, case: Case) -> str:
    """Empty where it goes on."""
    if change.stage in _CAME_TO_NOTHING or change.stage is Stage.CLOSED:
        return ""
    if not may_carry(ticket) and change.stage in _LEFT_BEHIND:
        return f"{spoken(ticket.number)} is {'without a label' if ticket.kind is Kind.NONE else f'a {_called(ticket)}'} now"
    if is_canceled_now(before, ticket):
        if ticket.merged_into is not None:
            return f"merged into {spoken(ticket.merged_into)}"
        newest = next(iter(case.books.tickets.events_of(ticket.number, {EventKind.CANCELED}, 1)), None)
        return f"canceled: {newest.reason}"[:LONGEST_LINE] if newest is not None else "canceled"
    if change.stage is Stage.DRAFT and (is_answered_now(before, ticket) or ticket.state is State.RESOLVED):
        return "answered without a change"
    return ""


def _called(ticket: Ticket) -> str:
    return (ticket.category or ticket.kind).value.replace("_", " ")
