"""From a draft to the question to both sides: what is known of a change, and whether that is enough to decide on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.desk.agreements.spenders import demand_allowed_by_another
from intake.desk.case import Case
from intake.desk.changes.approvers import known_as
from intake.desk.changes.asking import Asking
from intake.desk.changes.carried import carried, may_carry, put
from intake.desk.changes.drafting import draft
from intake.desk.changes.fixes import Fixes, demand_incident
from intake.desk.changes.lacking import lacking, lacking_of_major
from intake.desk.changes.owners import Owners
from intake.desk.changes.process import becomes, demand_stage
from intake.desk.changes.word import Word
from intake.desk.lifecycle import demand_open
from intake.desk.names_in_text import key_of
from intake.desk.policy import Policy
from intake.domain.change import Change, ChangeKind
from intake.domain.deed import PlanChange, RequestApproval, SubmitChange
from intake.domain.errors import PolicyViolation
from intake.domain.event import EventKind
from intake.domain.ticket import spoken

_PLANS = ("implementation_plan", "test_plan", "backout_plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    policy: Policy
    word: Word
    asking: Asking
    fixes: Fixes
    owners: Owners

    def plan(self, deed: PlanChange, case: Case) -> str:
        change = case.books.changes.get(case.ticket.number)
        if change is None and may_carry(case.ticket):
            demand_open(case.ticket, "plan")
            change = draft(case, f"{case.by.name} plans it")
        change = change or carried(case)
        demand_stage(deed, change)
        if change.kind is ChangeKind.STANDARD and deed.kind is None:
            raise PolicyViolation(
                f"{spoken(change.ticket)} is a standard change, done as {change.template!r} says: to plan it otherwise, call it"
                " normal as well (kind), and ask for its approval"
            )
        planned = self._with_incident(deed, change, case)
        planned = replace(
            planned,
            kind=deed.kind or change.kind,
            risk=deed.risk or change.risk,
            services=self._services(deed.services) or change.services,
            implementation_plan=deed.implementation_plan.strip() or change.implementation_plan,
            test_plan=deed.test_plan.strip() or change.test_plan,
            backout_plan=deed.backout_plan.strip() or change.backout_plan,
            assessed_by=known_as(case.by.name, self.policy),
        )
        said = f"planned: {', '.join(_given(deed, planned))}"
        put(planned, case, EventKind.CHANGE_PLANNED, said)
        self.fixes.write_named(change, planned, f"{case.by.name} says so", case)
        return said

    def submit(self, deed: SubmitChange, case: Case) -> str:
        change = carried(case)
        submitted = replace(change, stage=becomes(deed, change), since=case.now)
        demand_incident(case, submitted)
        put(submitted, case, EventKind.CHANGE_SUBMITTED, "handed in, to be assessed")
        self.word.to_requester(case, "submitted")
        return "handed in: it is assessed now"

    def request_approval(self, deed: RequestApproval, case: Case) -> str:
        change = carried(case)
        stage = becomes(deed, change)
        demand_incident(case, change)
        demand_allowed_by_another(case, self.policy)
        if missing := self.missing(change, case):
            raise PolicyViolation(f"{spoken(change.ticket)} cannot be decided on yet. It lacks {_enumerated(missing)}")
        asked = replace(
            change,
            stage=stage,
            since=case.now,
            author=known_as(case.by.name, self.policy),
            round=change.round + 1,
            asked_at=case.now,
            cio_approved_by="",
            process_approved_by="",
        )
        case.books.changes.save(asked)
        self.asking.begin(asked, case)
        self.owners.ask(asked, case)
        return "CIO and Process are asked to approve it"

    def missing(self, change: Change, case: Case) -> list[str]:
        """What both sides must know before they are asked, each with the deed that adds it."""
        changes, number = case.books.changes, change.ticket
        today = case.now.astimezone(self.policy.calendar.zone).date()
        found = [
            *lacking(change, can_reserve=case.books.agreements.any_open(today)),
            *lacking_of_major(change, changes.tasks(number), changes.announcements(number), changes.audience(number)),
        ]
        return [f"{lack.what} ({lack.mend.verb})" for lack in found]

    def _with_incident(self, deed: PlanChange, change: Change, case: Case) -> Change:
        if deed.incident is None or deed.incident == change.incident:
            return change
        named = replace(change, incident=deed.incident)
        demand_incident(case, named)
        return named

    def _services(self, given: Sequence[str]) -> tuple[str, ...]:
        """A service that desk.toml knows goes by its own name: windows and freezes compare them."""
        known = self.policy.site.own_names()
        names = (known.get(key_of(one), one.strip()) for one in given)
        return tuple({name.casefold(): name for name in reversed(list(names))}.values())[::-1]


def _given(deed: PlanChange, planned: Change) -> list[str]:
    return [
        *([planned.kind.value] if deed.kind else []),
        *([f"for {spoken(deed.incident)}"] if deed.incident is not None else []),
        *([f"risk {planned.risk.value}"] if deed.risk and planned.risk else []),
        *([f"touches {', '.join(planned.services)}"] if deed.services else []),
        *(name.replace("_", " ").replace("backout", "back-out") for name in _PLANS if getattr(deed, name).strip()),
    ]


def _enumerated(things: Sequence[str]) -> str:
    *some, last = things
    return f"{', '.join(some)} and {last}" if some else last
