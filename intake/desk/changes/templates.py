"""Standard changes by hand: a ticket gets the plan, the check-list and the hours of a template that was approved beforehand."""

from dataclasses import dataclass, replace

from intake.desk.agreements.spending import Spending
from intake.desk.case import Case
from intake.desk.changes.approvers import known_as
from intake.desk.changes.carried import carried, may_carry, put
from intake.desk.changes.drafting import draft
from intake.desk.changes.fixes import demand_incident
from intake.desk.changes.process import becomes
from intake.desk.changes.tasks import add_to
from intake.desk.lifecycle import demand_open
from intake.desk.policy import Policy
from intake.desk.policy_file.change import ChangeTemplate
from intake.domain.change import Change, ChangeKind
from intake.domain.deed import UseTemplate
from intake.domain.errors import NotFound, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.ticket import spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    policy: Policy
    spending: Spending

    def use(self, deed: UseTemplate, case: Case) -> str:
        """Used once more it replaces the plans; tasks that are there stay, and are not added twice."""
        template = self.policy.changes.templates.get(deed.template.strip())
        if template is None:
            there = ", ".join(sorted(self.policy.changes.templates)) or "none yet"
            raise NotFound(f"There is no change template {deed.template.strip()!r}; in desk.toml [[change_template]]: {there}")
        change = case.books.changes.get(case.ticket.number)
        if change is None and may_carry(case.ticket):
            demand_open(case.ticket, "plan")
            change = draft(case, f"by the template {template.name!r}")
        change = change or carried(case)
        stage = becomes(deed, change)
        if change.occurrence is not None and template.name != change.template:
            raise PolicyViolation(
                f"{spoken(change.ticket)} is one of those that {change.template!r} plans by itself: use that again, plan it"
                " otherwise (plan_change, kind), or withdraw it and open another ticket"
            )
        since = change.since if stage is change.stage else case.now
        planned = planned_by(
            template, replace(change, stage=stage, since=since, assessed_by=known_as(case.by.name, self.policy))
        )
        demand_incident(case, planned)
        put(planned, case, EventKind.CHANGE_PLANNED, f"a standard change, by the template {template.name!r}")
        add_tasks(template, case)
        if template.agreement:
            self.spending.reserve(case, planned, template.agreement, template.minutes)
        return f"a standard change, by the template {template.name!r}: give it a window"


def planned_by(template: ChangeTemplate, change: Change) -> Change:
    return replace(
        change,
        kind=ChangeKind.STANDARD,
        template=template.name,
        risk=template.risk,
        services=template.services,
        implementation_plan=template.implementation_plan,
        test_plan=template.test_plan,
        backout_plan=template.backout_plan,
        cio_approved_by="",
        process_approved_by="",
    )


def add_tasks(template: ChangeTemplate, case: Case) -> None:
    there = {task.title for task in case.books.changes.tasks(case.ticket.number) if not task.dropped_because}
    for title in template.tasks:
        if title not in there:
            add_to(case.ticket.number, title, case)
