"""A defect fix is opened from its incident: a ticket of its own, with the incident named."""

from dataclasses import dataclass, replace

from intake.desk.case import Case
from intake.desk.changes.approvers import known_as
from intake.desk.changes.carried import put
from intake.desk.changes.fixes import Fixes
from intake.desk.directory import Directory
from intake.desk.opening import Opener
from intake.desk.policy import Policy
from intake.desk.short_description import first_line
from intake.domain.change import ChangeKind
from intake.domain.deed import OpenFix
from intake.domain.errors import PolicyViolation
from intake.domain.event import EventKind
from intake.domain.label import Category, Evidence, Kind, Label, Level, Priority
from intake.domain.ticket import State, Ticket, spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class FixOpener:
    policy: Policy
    opener: Opener
    fixes: Fixes

    def open(self, deed: OpenFix, case: Case) -> str:
        """Whoever opens it asked for it, and does not approve it. It concerns as many as its incident; how urgent that is, only
        an emergency is as well: the incident has clocks of its own, and a fix is planned."""
        incident = case.ticket
        self._demand_incident(incident, emergency=deed.emergency)
        number = spoken(incident.number)
        label = Label(
            kind=Kind.ENHANCEMENT,
            category=Category.DEFECT_FIX,
            impact=incident.impact,
            urgency=incident.urgency if deed.emergency else Level.LOW,
            confidence=1.0,
            evidence=(Evidence(source=case.by.name, says=f"category={Category.DEFECT_FIX.value}", text=f"mends {number}"),),
            version="person",
        )
        agent = Directory(policy=self.policy).named(case.by.name)
        author = Directory(policy=self.policy).mail_of(agent) if agent is not None else None
        about = first_line(f"Fix of {number}: {incident.short_description}", "")
        on = self.opener.open_by_hand(label, about, deed.text, author, f"to mend {number}", case)
        change = on.books.changes.get(on.ticket.number)
        assert change is not None  # an enhancement has one from its first moment
        kind = ChangeKind.EMERGENCY if deed.emergency else change.kind
        planner = known_as(case.by.name, self.policy)
        named = replace(change, incident=incident.number, kind=kind, assessed_by=planner)
        put(named, on, EventKind.CHANGE_PLANNED, f"planned: {kind.value}, for {number}")
        self.fixes.write_named(change, named, f"{case.by.name} opened it from there", on)
        what = "an emergency fix" if deed.emergency else "a fix"
        return f"{what} is {spoken(on.ticket.number)}"

    def _demand_incident(self, incident: Ticket, *, emergency: bool) -> None:
        number = spoken(incident.number)
        if incident.merged_into is not None:
            raise PolicyViolation(f"{number} was merged into {spoken(incident.merged_into)}: open its fix from there")
        if incident.kind is not Kind.INCIDENT:
            raise PolicyViolation(f"{number} is no incident: a fix mends one. Relabel it first, if it is (relabel)")
        if incident.state is State.CANCELED:
            raise PolicyViolation(f"{number} was canceled: reopen it first, to mend it")
        if emergency and incident.priority is not Priority.P1:
            raise PolicyViolation(f"{number} is {incident.priority.value}: an emergency change is for a P1")
