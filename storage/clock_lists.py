"""Lists of open tickets by what is due next, and how the clocks of teams stand."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import RowMapping, Select, func, literal, select, text, union_all

from intake.domain.clock import ClockKind
from intake.domain.story import ClocksOfTeam, QueueLine
from storage import schema
from storage.clocks import clocks_of
from storage.ticket_lists import LINES, line_of

_T, _C = schema.tickets, schema.clocks
_COLUMNS = [column if column.name != "policy" else column.label("clock_policy") for column in _C.c]
_LINES = LINES.add_columns(*_COLUMNS).outerjoin(_C, _C.c.ticket == _T.c.number)
_OPEN = text("state in ('new', 'in_progress', 'on_hold')")
_DUE = text("next_breach is not null")  # spelt as the partial index spells it


def due(groups: Collection[str], assigned_to: str | None, limit: int) -> Select[*tuple[object, ...]]:
    """Open tickets that something is due on, the first of it first."""
    chosen = select(_C.c.ticket).where(_DUE)  # of what is over nothing is due
    if groups or assigned_to is not None:
        chosen = _chosen(chosen.join(_T, _C.c.ticket == _T.c.number), groups, assigned_to)
    first = chosen.order_by(_C.c.next_breach, _C.c.ticket).limit(limit)
    return _LINES.where(_T.c.number.in_(first)).order_by(_C.c.next_breach, _C.c.ticket)


def not_due(groups: Collection[str], assigned_to: str | None, limit: int) -> Select[*tuple[object, ...]]:
    """The other open ones, the oldest first."""
    chosen = _chosen(select(_T.c.number).outerjoin(_C, _C.c.ticket == _T.c.number), groups, assigned_to)
    rest = chosen.where(_C.c.next_breach.is_(None)).order_by(_T.c.number).limit(limit)
    return _LINES.where(_T.c.number.in_(rest)).order_by(_T.c.number)


def _chosen(of: Select[int], groups: Collection[str], assigned_to: str | None) -> Select[int]:
    of = of.where(_OPEN)
    if groups:
        of = of.where(_T.c.assignment_group.in_(groups))
    if assigned_to is not None:
        of = of.where(_T.c.assigned_to == assigned_to)
    if assigned_to:
        of = of.where(text("assigned_to <> ''"))  # spelt as the partial index spells it
    return of


def queue_line_of(row: RowMapping) -> QueueLine:
    kept = clocks_of(row, row["clock_policy"]) if row["ticket"] is not None else None
    return QueueLine(line=line_of(row), clocks=kept)


def standing(now: datetime) -> Select[*tuple[object, ...]]:
    """Open tickets with a clock that is due soon or overdue, by team."""
    parts = []
    for clock in ClockKind:
        due_at, warns = _C.c[f"{clock.value}_due"], _C.c[f"{clock.value}_warns_at"]
        parts.append(
            select(
                _T.c.assignment_group,
                literal(clock.value).label("clock"),
                func.sum((due_at <= now).cast(_T.c.tier.type)).label("overdue"),
                func.sum(((due_at > now) & (warns <= now)).cast(_T.c.tier.type)).label("at_risk"),
            )
            .join(_C, _C.c.ticket == _T.c.number)
            .where(_OPEN, _DUE, due_at.is_not(None))
            .group_by(_T.c.assignment_group)
        )
    return select(union_all(*parts).subquery())


def standing_of(row: RowMapping) -> ClocksOfTeam:
    return ClocksOfTeam(
        assignment_group=row["assignment_group"],
        clock=ClockKind(row["clock"]),
        overdue=int(row["overdue"]),
        at_risk=int(row["at_risk"]),
    )
