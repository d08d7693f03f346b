"""Lists of tickets, and how much lies in which queue."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, RowMapping, Select, TextClause, case, func, select, text

from intake.desk.reading import TicketFilter
from intake.domain.label import Priority
from intake.domain.story import QueueDepth, TicketLine
from intake.domain.ticket import State
from storage import schema
from storage.ticket_rows import ticket_of

_T, _A = schema.tickets, schema.contact_addresses
_OPEN = text("state in ('new', 'in_progress', 'on_hold')")
# A contact may have several addresses: one stands for them. Where all were linked to another contact, it is one of those.
_OWN = select(_A.c.value).where(_A.c.contact == _T.c.caller).order_by(_A.c.kind, _A.c.value).limit(1).scalar_subquery()
_LINKED = (
    select(_A.c.value)
    .where(_A.c.former == _T.c.caller, _A.c.former.is_not(None))
    .order_by(_A.c.kind, _A.c.value)
    .limit(1)
    .scalar_subquery()
)
LINES = select(_T, func.coalesce(_OWN, _LINKED, "").label("caller_address"))
QUEUES = (
    select(
        _T.c.assignment_group,
        _T.c.priority,
        func.count().label("how_many"),
        func.sum(case((_T.c.assigned_to == "", 1), else_=0)).label("untaken"),
        func.min(_T.c.opened_at).label("oldest"),
    )
    .where(_OPEN)
    .group_by(_T.c.assignment_group, _T.c.priority)
    .order_by(_T.c.assignment_group, _T.c.priority)
)


def lines(which: TicketFilter, before: int | None, limit: int) -> Select[*tuple[object, ...]]:
    """The newest first. What is shown is read only for the tickets that are chosen."""
    conditions = list(_conditions(which))
    if before is not None:
        conditions.append(_T.c.number < before)
    chosen = select(_T.c.number).where(*conditions).order_by(_T.c.number.desc()).limit(limit)
    return LINES.where(_T.c.number.in_(chosen)).order_by(_T.c.number.desc())


def line_of(row: RowMapping) -> TicketLine:
    return TicketLine(ticket=ticket_of(row), caller=row["caller_address"])


def queue_of(row: RowMapping) -> QueueDepth:
    return QueueDepth(
        assignment_group=row["assignment_group"],
        priority=Priority(row["priority"]),
        open=row["how_many"],
        untaken=row["untaken"],
        oldest=row["oldest"],
    )


def _conditions(which: TicketFilter) -> Iterator[ColumnElement[bool] | TextClause]:
    if which.states:
        yield _in_states(which)
    if which.kinds:
        yield _T.c.kind.in_([kind.value for kind in which.kinds])
    if which.priorities:
        yield _T.c.priority.in_([priority.value for priority in which.priorities])
    if which.tiers:
        yield _T.c.tier.in_([tier.value for tier in which.tiers])
    if which.assignment_groups:
        yield _T.c.assignment_group.in_(which.assignment_groups)
    if which.assigned_to is not None:
        yield _T.c.assigned_to == which.assigned_to
    if which.assigned_to:
        yield text("assigned_to <> ''")  # spelt as the partial index spells it
    if which.callers is not None:
        yield _T.c.caller.in_(which.callers)


def _in_states(which: TicketFilter) -> ColumnElement[bool]:
    """Most tickets are closed: who wants those goes down from the newest, which needs no index but the key."""
    if State.CLOSED in which.states and not which.assignment_groups:
        return _T.c.state.not_in([state.value for state in State if state not in which.states])
    return _T.c.state.in_([state.value for state in which.states])
