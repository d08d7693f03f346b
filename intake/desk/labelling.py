"""The label in people's hands: corrections, the requester's answer to the desk's question, a caller's keys."""

from dataclasses import dataclass, replace

from intake.desk.case import Case
from intake.desk.lifecycle import OPEN, move
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.router import route
from intake.desk.telling import Teller
from intake.domain.deed import AnswerQuestion, PressKey, Relabel
from intake.domain.errors import IllegalTransition, PolicyViolation
from intake.domain.event import DESK, EventKind
from intake.domain.label import Category, Evidence, Kind
from intake.domain.ticket import State, Ticket, spoken

PERSON = "person"  # what labels it, where no classifier does


@dataclass(frozen=True, slots=True, kw_only=True)
class Labeller:
    policy: Policy
    teller: Teller
    pager: Pager

    def relabel(self, deed: Relabel, case: Case) -> str:
        """A correction, on any ticket at any time; an open one goes where its new kind belongs."""
        kind, category = _kind_and_category(deed, case.ticket)
        changed = replace(
            case.ticket,
            kind=kind,
            category=category,
            impact=deed.impact or case.ticket.impact,
            urgency=deed.urgency or case.ticket.urgency,
        )
        if changed == case.ticket:
            return "was labelled so already"
        return self._put(changed, EventKind.RELABELLED, deed.reason or "corrected by hand", case)

    def answer_question(self, deed: AnswerQuestion, case: Case) -> str:
        if not has_question(case.ticket):
            raise IllegalTransition(f"{spoken(case.ticket.number)} has been sorted already: thank you")
        return self._put(replace(case.ticket, kind=deed.kind), EventKind.QUESTION_ANSWERED, "said by the requester", case)

    def press_key(self, deed: PressKey, case: Case) -> str:
        """A caller's own word. Priority follows from the matrix."""
        impact, urgency = deed.impact or case.ticket.impact, deed.urgency or case.ticket.urgency
        changed = replace(case.ticket, impact=impact, urgency=urgency, priority=self.policy.priority(impact, urgency))
        said = f"impact {impact.value}" if deed.impact else f"urgency {urgency.value}"
        before = case.ticket
        case.write(EventKind.KEY_PRESSED, f"{said}, said the caller: {changed.priority.value} by the matrix", changed)
        self._page(before, case)
        return said

    def _put(self, changed: Ticket, event: EventKind, why: str, case: Case) -> str:
        before = case.ticket
        changed = replace(
            changed,
            priority=self.policy.priority(changed.impact, changed.urgency),
            confidence=1.0,
            label_version=PERSON,
        )
        says = f"{changed.kind.value}{f'/{changed.category.value}' if changed.category else ''}"
        evidence = tuple(
            Evidence(source=case.by.name, says=f"{name}={value}")
            for name, old, value in (
                ("kind", before.kind.value, changed.kind.value),
                ("category", before.category and before.category.value, changed.category and changed.category.value),
                ("impact", before.impact.value, changed.impact.value),
                ("urgency", before.urgency.value, changed.urgency.value),
            )
            if old != value and value is not None
        )
        said = f"{says}, impact {changed.impact.value}, urgency {changed.urgency.value}: {changed.priority.value}"
        case.write(event, f"{said}; {why}", changed, evidence=evidence)
        if before.kind is not changed.kind and case.ticket.state in OPEN:
            self._reroute(case)
        self._page(before, case)
        return said

    def _reroute(self, case: Case) -> None:
        """At the tier where it is; a kind that has no such tier starts above."""
        where = route(self.policy, case.ticket.kind, case.ticket.tier)
        if (where.team, where.tier) == (case.ticket.assignment_group, case.ticket.tier):
            return
        moved = replace(case.ticket, tier=where.tier, assignment_group=where.team, final_response=None)
        agent = self.policy.agents.get(moved.assigned_to)
        if moved.assigned_to and (agent is None or where.team not in agent.teams):
            moved = replace(moved, assigned_to="")
            if moved.state is State.IN_PROGRESS:
                moved = move(moved, State.NEW)
        case.write(EventKind.ROUTED, where.reason, moved, actor=DESK)
        self.teller.tell_team(case.ticket, case.books, case.now, {"by": case.by.name, "why": "its label was corrected"})

    def _page(self, before: Ticket, case: Case) -> None:
        if case.ticket.state not in OPEN:
            return
        wakes, woke = self.pager.wakes_somebody(case.ticket), self.pager.wakes_somebody(before)
        if wakes and not woke:
            self.pager.start(case.ticket, case.books, case.now)
        elif woke and not wakes:
            self.pager.stop(case.ticket, f"{case.ticket.priority.value} now", case.books)


def has_question(ticket: Ticket) -> bool:
    """Does the desk still want to know what kind of matter this is?"""
    return ticket.kind is Kind.NONE and ticket.state in OPEN


def _kind_and_category(deed: Relabel, ticket: Ticket) -> tuple[Kind, Category | None]:
    """A category brings its kind; another kind leaves the old category behind."""
    if deed.category is not None:
        return deed.category.kind, deed.category
    if deed.kind is None or deed.kind is ticket.kind:
        return ticket.kind, ticket.category
    if deed.kind is Kind.NONE:
        raise PolicyViolation("A person's label must name a kind")
    return deed.kind, None
