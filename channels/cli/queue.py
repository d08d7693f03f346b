"""`intake queue`: the open tickets of a team or an agent, what is due first comes first."""

from collections.abc import Sequence
from datetime import UTC, datetime

from channels.api import shapes, sla_shapes
from channels.cli.settings import read_desk_settings
from channels.cli.store import reading
from channels.cli.terminal import Column, complain, in_one_line, say, show_table, utc_minute
from channels.cli.wanted import NOBODY
from channels.cli.who import as_written
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.desk.sla.explaining import DueNext, due_next
from intake.desk.sla.words import duration, wall_time
from intake.domain.clock import ClockState
from intake.domain.story import QueueLine
from intake.domain.ticket import spoken

ALL = 1_000_000
COLUMNS = (
    Column(title="ticket"),
    Column(title="pri"),
    Column(title="state"),
    Column(title="due (UTC)"),
    Column(title="left"),
    Column(title="what"),
    Column(title="group", gives=True, spare=True),
    Column(title="assigned to", gives=True),
    Column(title="about", gives=True),
)


def show_queue(teams: Sequence[str], name: str | None, limit: int | None, *, as_json: bool) -> None:
    """`name` is an agent's, or - for nobody."""
    desk = read_desk_settings()
    policy = read_policy(desk.policy)
    assigned_to = None if name is None else "" if name == NOBODY else as_written(name, policy)
    now = datetime.now(UTC)
    with reading(desk) as store:
        lines = store.ask(lambda reader: reader.queue(teams, assigned_to, limit or ALL))
    if as_json:
        for line in lines:
            say(shapes.json_line(sla_shapes.queued(line, now)))
        return
    if lines:
        show_table(COLUMNS, [_row(line, now) for line in lines])
        say(_sum(lines, now, limit))
    else:
        say("Nothing is open here.")
    _complain_of_strangers(teams, assigned_to, policy)


def _row(line: QueueLine, now: datetime) -> Sequence[str]:
    it, due = line.line.ticket, due_next(line, now)
    when = due.kept.due if due is not None else None
    return (
        spoken(it.number),
        it.priority.value,
        it.state.value,
        utc_minute(when) if when is not None else "-",
        _left(due, now),
        due.clock.value if due is not None else "-",
        it.assignment_group,
        it.assigned_to or "-",
        it.short_description,
    )


def _left(due: DueNext | None, now: datetime) -> str:
    """To the due on the wall; of a paused clock what will be left of its working time."""
    if due is None:
        return "-"
    if (left := due.left(now)) is not None:
        return wall_time(left) if left.total_seconds() > 0 else f"overdue {wall_time(-left)}"
    return f"paused, {duration(due.kept.left)} to go" if due.kept.left is not None else "-"


def _sum(lines: Sequence[QueueLine], now: datetime, limit: int | None) -> str:
    late = sum(due is not None and due.state is ClockState.BREACHED for due in (due_next(line, now) for line in lines))
    cut = (
        f" The {limit} that are due first: --limit {limit * 10} for more." if limit is not None and len(lines) == limit else ""
    )
    why = f" Why: intake ticket {spoken(lines[0].line.ticket.number)} --sla" if late else ""
    return f"{len(lines)} open, {late or 'none'} overdue.{cut}{why}"


def _complain_of_strangers(teams: Sequence[str], name: str | None, policy: Policy) -> None:
    """A misspelt team or name finds nothing: that must not read as all is done."""
    if strangers := [team for team in teams if team not in policy.teams]:
        complain(in_one_line(f"No team is called {' or '.join(strangers)}. There are: {', '.join(policy.teams)}"))
    if name and name not in policy.agents:
        there = f" There are: {', '.join(sorted(policy.agents))}" if policy.agents else ""
        complain(in_one_line(f"No agent is called {name}.{there}"))
