"""The work on a change: begun in its window, completed with nothing left open, looked at, closed."""

from dataclasses import dataclass, replace

from intake.desk.agreements.spenders import demand_allowed_by_another, has_allowed
from intake.desk.case import Case
from intake.desk.changes.announcing import Announcer
from intake.desk.changes.approvers import SIDES, TITLES, approved_by, approvers_of, known_as
from intake.desk.changes.asking import Asking
from intake.desk.changes.carried import carried, put
from intake.desk.changes.ending import Ending, asked_for
from intake.desk.changes.fixes import Fixes, demand_incident
from intake.desk.changes.owners import Owners
from intake.desk.changes.process import becomes
from intake.desk.changes.word import Word
from intake.desk.lifecycle import OPEN
from intake.desk.policy import Policy
from intake.domain.change import Change, ChangeKind, CloseCode, Stage, Window
from intake.domain.deed import CloseChange, CompleteChange, ImplementChange, WithdrawChange
from intake.domain.errors import PolicyViolation
from intake.domain.event import EventKind
from intake.domain.label import Kind, Priority
from intake.domain.ticket import spoken

_NOT_YET_ASKED = frozenset({Stage.ASSESSMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    policy: Policy
    word: Word
    asking: Asking
    ending: Ending
    announcer: Announcer
    fixes: Fixes
    owners: Owners

    def implement(self, deed: ImplementChange, case: Case) -> str:
        change = carried(case)
        stage = becomes(deed, change)
        demand_incident(case, change)
        if change.kind is ChangeKind.EMERGENCY:
            self._demand_emergency(change, case)
        else:
            self._demand_approved(change)
            self._demand_window(change, case)
        name = known_as(case.by.name, self.policy)
        begun = replace(change, stage=stage, since=case.now, implemented_by=name, started_at=case.now)
        if change.kind is ChangeKind.EMERGENCY and not change.is_approved:
            begun = self._to_be_approved(begun, change, case)
        put(begun, case, EventKind.CHANGE_STARTED, "the work begins")
        if begun.approve_by is not None:
            if begun.round != change.round:
                self.asking.begin(begun, case)
                self.owners.ask(begun, case)
            self.asking.demand_until(begun, case)
        self.announcer.begins(case, begun)
        if begun.approve_by is None:
            return "the work begins"
        return f"the work begins; to be approved by {begun.approve_by:%Y-%m-%d %H:%M} UTC"

    def complete(self, deed: CompleteChange, case: Case) -> str:
        change = carried(case)
        stage = becomes(deed, change)
        left = [task for task in case.books.changes.tasks(change.ticket) if task.is_open]
        if left and not deed.backed_out:
            named = ", ".join(f"{task.position} ({task.title})" for task in left)
            raise PolicyViolation(f"{spoken(change.ticket)} has tasks left: {named}. Finish them, or drop them with the reason")
        done = replace(
            change, stage=stage, since=case.now, finished_at=case.now, outcome=deed.text, backed_out=deed.backed_out
        )  # fmt: skip
        what = "backed out" if deed.backed_out else "done"
        put(done, case, EventKind.CHANGE_COMPLETED, f"{what}: {deed.text}", {"backed_out": "yes"} if deed.backed_out else {})
        self.announcer.is_over(case, done)
        self.word.to_requester(case, "backed_out" if deed.backed_out else "done")
        return f"{what}; look whether it did what it should, then close it"

    def close(self, deed: CloseChange, case: Case) -> str:
        change = carried(case)
        stage = becomes(deed, change)
        self._demand_code(deed.close_code, change, case)
        said = f"closed as {deed.close_code.value.replace('_', ' ')}"
        why = f"{said}: {deed.text}"
        ended = self.ending.end(case, change, stage, deed.text, answer=False, code=deed.close_code, done=why)
        self.fixes.propose(ended, deed.final_response.strip() or deed.text, case)
        if deed.final_response.strip():
            return f"{said}; {self.ending.answer(case, deed.final_response)}"
        if not asked_for(case):
            return f"{said}; {self.ending.finish(case)}"
        if case.ticket.final_response is None:
            self.word.to_holder(case, f"{said} by {case.by.name}: whoever asked waits for the final response", at_once=True)
        return f"{said}; whoever asked waits for the final response (resolve)"

    def withdraw(self, deed: WithdrawChange, case: Case) -> str:
        change = carried(case)
        stage = becomes(deed, change)
        self.ending.end(case, change, stage, deed.reason, answer=True)
        self.word.to_holder(case, f"withdrawn by {case.by.name}: {deed.reason}")
        return "withdrawn"

    def _demand_emergency(self, change: Change, case: Case) -> None:
        number = spoken(change.ticket)
        incident = case.books.tickets.get(change.incident) if change.incident is not None else None
        if incident is None or incident.kind is not Kind.INCIDENT or incident.merged_into is not None:
            raise PolicyViolation(f"{number} is an emergency: name the incident that it is for first (plan_change, incident)")
        if incident.priority is not Priority.P1:
            raise PolicyViolation(
                f"{number} is no emergency: {spoken(incident.number)} is {incident.priority.value}, not P1. Ask for"
                " its approval as a normal change (plan_change, kind)"
            )
        if incident.state not in OPEN:
            raise PolicyViolation(
                f"{number} is no emergency: {spoken(incident.number)} is {incident.state.value}. Reopen that first if it is"
                " there still (reopen), or ask for its approval as a normal change (plan_change, kind)"
            )

    def _demand_approved(self, change: Change) -> None:
        if not change.is_approved:
            sides = " and ".join(TITLES[side] for side in SIDES if not approved_by(change, side))
            raise PolicyViolation(f"{spoken(change.ticket)} is not approved by {sides}")

    def _demand_window(self, change: Change, case: Case) -> None:
        number, window = spoken(change.ticket), change.window
        if window is None:
            raise PolicyViolation(f"{number} has no window: give it one first (schedule_change)")
        if case.now < window.starts:
            raise PolicyViolation(f"{number} begins at {self._local(window)}: wait for it, or move it (schedule_change)")
        if case.now >= window.ends:
            raise PolicyViolation(f"The window of {number} has passed: give it another one (schedule_change)")

    def _local(self, window: Window) -> str:
        zone = self.policy.calendar.zone
        return f"{window.starts.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key}), {window.starts:%H:%M} UTC"

    def _to_be_approved(self, begun: Change, change: Change, case: Case) -> Change:
        """Done first, and approved within a set time. Where nobody was asked before, whoever begins asks."""
        begun = replace(begun, approve_by=case.now + self.policy.changes.approve_emergency_within)
        if change.stage not in _NOT_YET_ASKED:
            return begun
        return replace(begun, author=self._author(begun, case), round=change.round + 1, asked_at=case.now)

    def _author(self, begun: Change, case: Case) -> str:
        """Whoever begins the work asks for its approval; where they allowed its overdraft, whoever planned it does. Raises
        Forbidden where that is the same person."""
        if not has_allowed(begun.implemented_by, case):
            return begun.implemented_by
        if not begun.assessed_by or has_allowed(begun.assessed_by, case):
            demand_allowed_by_another(case, self.policy)
        return begun.assessed_by

    def _demand_code(self, code: CloseCode, change: Change, case: Case) -> None:
        number = spoken(change.ticket)
        if code is CloseCode.BACKED_OUT:
            return
        if change.backed_out:
            raise PolicyViolation(f"{number} was backed out: close it as {CloseCode.BACKED_OUT.value}")
        if rejected := approvers_of(change, case, self.policy).rejected_by():
            raise PolicyViolation(f"{number} was rejected by {rejected}: back it out, and close it as backed_out")
        self._demand_approved(change)
