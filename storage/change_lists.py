"""Changes to look at: lists, the calendar, and the whole story of one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, TextClause, bindparam, func, select, text
from sqlalchemy.engine import Connection

from intake.desk.ports_of_changes import ChangeFilter
from intake.domain.change import Announcement, ChangeDecision, ChangeLine, ChangeStory, ChangeTask, NotApproved, Window
from storage.agreements import of_change
from storage.change_rows import COLUMNS, announcement_of, decision_of, line_of, task_of
from storage.change_tables import (
    NOT_APPROVED,
    change_announcements,
    change_audience,
    change_decisions,
    change_tasks,
    changes,
)
from storage.ticket_tables import tickets

_MOST_ALARMS = 100
_C, _D, _K, _N, _A = changes, change_decisions, change_tasks, change_announcements, change_audience
Rows = Select[*tuple[object, ...]]
LINES = select(tickets, *COLUMNS).join_from(_C, tickets, tickets.c.number == _C.c.ticket)


def in_window(query: Rows, stages: TextClause) -> Rows:
    """Those whose window overlaps what is between `since` and `until`, `most` of them."""
    return (
        query.where(
            text("window_ends is not null"),
            _C.c.window_ends > bindparam("since"),
            _C.c.window_starts < bindparam("until"),
            stages,
        )
        .order_by(_C.c.window_starts, _C.c.ticket)
        .limit(bindparam("most"))
    )


# Whoever has the calendar has seen them: what came to nothing is shown as that.
# Said by what it is not, or SQLite would go through all that were ever closed.
_WERE_SCHEDULED = in_window(LINES, text("stage not in ('draft', 'assessment', 'approval')"))
_FIXES = LINES.where(_C.c.incident == bindparam("of_incident"), text("incident is not null")).order_by(_C.c.ticket)
_DECISIONS = select(_D).where(_D.c.ticket == bindparam("of_ticket")).order_by(_D.c.at, _D.c.id)
_TASKS = select(_K).where(_K.c.ticket == bindparam("of_ticket")).order_by(_K.c.position)
_ANNOUNCEMENTS = select(_N).where(_N.c.ticket == bindparam("of_ticket")).order_by(_N.c.position)
_AUDIENCE = select(_A.c.address).where(_A.c.ticket == bindparam("of_ticket")).order_by(_A.c.address)
_OVERDUE = select(func.count()).select_from(_C).where(text(NOT_APPROVED), _C.c.approve_by <= bindparam("now"))
_NOT_APPROVED = (
    select(_C.c.ticket, _C.c.approve_by)
    .where(text(NOT_APPROVED), _C.c.approve_by <= bindparam("now"))
    .order_by(_C.c.approve_by, _C.c.ticket)
    .limit(_MOST_ALARMS)
)


def change_lines(connection: Connection, which: ChangeFilter, before: int | None, limit: int) -> Sequence[ChangeLine]:
    query = LINES.order_by(_C.c.ticket.desc()).limit(limit)
    if which.stages:
        query = query.where(_C.c.stage.in_([stage.value for stage in which.stages]))
    if which.kinds:
        query = query.where(_C.c.kind.in_([kind.value for kind in which.kinds]))
    if which.agreement is not None:
        query = query.where(_C.c.agreement == which.agreement, text("agreement is not null"))
    if which.incident is not None:
        query = query.where(_C.c.incident == which.incident, text("incident is not null"))
    if before is not None:
        query = query.where(_C.c.ticket < before)
    return [line_of(row) for row in connection.execute(query).mappings()]


def fixes(connection: Connection, incident: int) -> Sequence[ChangeLine]:
    """The oldest first."""
    return [line_of(row) for row in connection.execute(_FIXES, {"of_incident": incident}).mappings()]


def change_story(connection: Connection, ticket: int) -> ChangeStory | None:
    row = connection.execute(LINES.where(_C.c.ticket == ticket)).mappings().first()
    if row is None:
        return None
    has = of_change(ticket, connection).values()
    return ChangeStory(
        line=line_of(row),
        decisions=tuple(decisions_of(ticket, connection)),
        tasks=tuple(tasks_of(ticket, connection)),
        announcements=tuple(announcements_of(ticket, connection)),
        audience=tuple(audience_of(ticket, connection)),
        reserved=sum(one.reserved for one in has),
        spent=sum(one.spent for one in has),
    )


def change_windows(connection: Connection, during: Window, limit: int) -> Sequence[ChangeLine]:
    values = {"since": during.starts, "until": during.ends, "most": limit}
    return [line_of(row) for row in connection.execute(_WERE_SCHEDULED, values).mappings()]


def overdue_approvals(connection: Connection, now: datetime) -> int:
    return int(connection.execute(_OVERDUE, {"now": now}).scalar_one())


def not_approved(connection: Connection, now: datetime) -> Sequence[NotApproved]:
    """Emergencies past their deadline, the oldest first."""
    return tuple(NotApproved(ticket=ticket, approve_by=by) for ticket, by in connection.execute(_NOT_APPROVED, {"now": now}))


def decisions_of(ticket: int, connection: Connection) -> Sequence[ChangeDecision]:
    return [decision_of(row) for row in connection.execute(_DECISIONS, {"of_ticket": ticket}).mappings()]


def tasks_of(ticket: int, connection: Connection) -> Sequence[ChangeTask]:
    return [task_of(row) for row in connection.execute(_TASKS, {"of_ticket": ticket}).mappings()]


def announcements_of(ticket: int, connection: Connection) -> Sequence[Announcement]:
    return [announcement_of(row) for row in connection.execute(_ANNOUNCEMENTS, {"of_ticket": ticket}).mappings()]


def audience_of(ticket: int, connection: Connection) -> Sequence[str]:
    return list(connection.execute(_AUDIENCE, {"of_ticket": ticket}).scalars())
