"""The check-list of a change: every task is done or dropped before the work is over."""

from dataclasses import dataclass, replace
from functools import partial

from intake.desk.case import Case
from intake.desk.changes.approvers import is_same
from intake.desk.changes.carried import carried
from intake.desk.changes.process import demand_stage
from intake.desk.changes.teams import teams_of_change
from intake.desk.permissions import demand_reach
from intake.desk.policy import Policy
from intake.desk.policy_file.change_template import MOST_TASKS
from intake.domain.change import ChangeTask
from intake.domain.deed import AddTask, DropTask, FinishTask
from intake.domain.errors import NotFound, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.ticket import spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    policy: Policy

    def add(self, deed: AddTask, case: Case) -> str:
        change = carried(case)
        demand_stage(deed, change)
        name = deed.assigned_to.strip()
        if name and name not in self.policy.agents:
            there = ", ".join(sorted(self.policy.agents)) or "nobody yet"
            raise NotFound(f"{name!r} is nobody in the directory. Known from desk.toml [[agent]]: {there}")
        task = add_to(change.ticket, deed.title.strip(), case, assigned_to=name)
        return f"task {task.position}: {task.title}"

    def finish(self, deed: FinishTask, case: Case) -> str:
        """By whoever has the task, of whatever team they are, or by the ticket's own people."""
        demand_stage(deed, carried(case))
        task = _task(deed.task, case)
        if not is_same(task.assigned_to, case.by.name):
            demand_reach(case.by, case.ticket, self.policy, case.was_paged, partial(teams_of_change, case, self.policy))
        if task.done_by:
            return f"task {task.position} was done already, by {task.done_by}"
        if task.dropped_because:
            raise PolicyViolation(f"task {task.position} was dropped: {task.dropped_because}. Add it anew (add_task)")
        case.books.changes.put_task(replace(task, done_by=case.by.name, done_at=case.now))
        case.write(EventKind.TASK_DONE, f"task {task.position} is done: {task.title}", data={"task": str(task.position)})
        return f"task {task.position} is done"

    def drop(self, deed: DropTask, case: Case) -> str:
        demand_stage(deed, carried(case))
        task = _task(deed.task, case)
        if task.dropped_because:
            return f"task {task.position} was dropped already: {task.dropped_because}"
        if task.done_by:
            raise PolicyViolation(f"task {task.position} is done, by {task.done_by}: what is done cannot be dropped")
        case.books.changes.put_task(replace(task, dropped_because=deed.reason.strip()))
        says = f"task {task.position} is dropped: {deed.reason.strip()}"
        case.write(EventKind.TASK_DROPPED, says, data={"task": str(task.position)})
        return says


def add_to(ticket: int, title: str, case: Case, *, assigned_to: str = "") -> ChangeTask:
    """The next task of its change. Raises PolicyViolation where there are too many."""
    known = case.books.changes.tasks(ticket)
    if len(known) >= MOST_TASKS:
        raise PolicyViolation(f"{spoken(ticket)} has {MOST_TASKS} tasks, and no more can be")
    position = max((task.position for task in known), default=0) + 1
    task = ChangeTask(ticket=ticket, position=position, title=title, assigned_to=assigned_to)
    case.books.changes.put_task(task)
    whose = f", for {assigned_to}" if assigned_to else ""
    case.write(EventKind.TASK_ADDED, f"task {position}{whose}: {title}", data={"task": str(position)})
    return task


def _task(position: int, case: Case) -> ChangeTask:
    """Raises NotFound."""
    for task in case.books.changes.tasks(case.ticket.number):
        if task.position == position:
            return task
    raise NotFound(f"{spoken(case.ticket.number)} has no task {position}")
