"""The change that a ticket carries, in the hands of whoever has the ticket."""

from collections.abc import Mapping

from intake.desk.case import Case
from intake.desk.changes.in_the_way import may_carry
from intake.domain.change import Change
from intake.domain.errors import NotFound
from intake.domain.event import EventKind
from intake.domain.ticket import spoken

__all__ = ["carried", "may_carry", "put"]

_NOTHING: Mapping[str, str] = {}


def carried(case: Case) -> Change:
    """Raises NotFound where the ticket carries none."""
    change = case.books.changes.get(case.ticket.number)
    if change is None:
        number = spoken(case.ticket.number)
        says = "plan it first (plan_change)" if may_carry(case.ticket) else "relabel it as an enhancement first"
        raise NotFound(f"{number} carries no change: {says}")
    return change


def put(change: Change, case: Case, kind: EventKind, why: str, data: Mapping[str, str] = _NOTHING) -> Change:
    """What is stored and what the timeline says are the same; whoever had looked at the ticket has not seen this."""
    case.books.changes.save(change)
    case.write(kind, why, data={"stage": change.stage.value, **data})
    return change
