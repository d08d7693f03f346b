"""The label in people's hands: corrections, the requester's answer to the desk's question, a caller's keys."""

from dataclasses import dataclass, replace

from intake.desk.case import Case
from intake.desk.incoming import as_classified
from intake.desk.lifecycle import OPEN, move
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.router import route
from intake.desk.telling import Teller
from intake.domain.correction import LONGEST_TEXT, Correction, Judgement
from intake.domain.deed import AnswerQuestion, CorrectKind, PressKey, Relabel
from intake.domain.errors import IllegalTransition, PolicyViolation
from intake.domain.event import DESK, Event, EventKind
from intake.domain.label import Category, Evidence, Kind, Level
from intake.domain.page import URGENT
from intake.domain.ticket import State, Ticket, Tier, spoken

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
        if not has_question(case.ticket, self.policy):
            raise IllegalTransition(f"{spoken(case.ticket.number)} has been sorted already: thank you")
        return self._said_by_requester(deed.kind, EventKind.QUESTION_ANSWERED, case)

    def correct_kind(self, deed: CorrectKind, case: Case) -> str:
        """By whoever asked, of what the desk read out of their words. What a person has judged stands; and where people are
        at it because it presses, nobody sends them away by a menu."""
        ticket, number = case.ticket, spoken(case.ticket.number)
        if ticket.kind is Kind.NONE:
            return self.answer_question(AnswerQuestion(kind=deed.kind), case)
        if ticket.state not in OPEN:
            raise IllegalTransition(f"{number} is {ticket.state.value}")
        if ticket.kind is deed.kind:
            return "was labelled so already"
        if ticket.label_version == PERSON:
            raise IllegalTransition(f"{number} has been sorted by a person")
        if ticket.priority in URGENT or self.pager.running(ticket, case.books) is not None:
            raise IllegalTransition(f"{number} presses: people decide what it is")
        return self._said_by_requester(deed.kind, EventKind.RELABELLED, case)

    def _said_by_requester(self, kind: Kind, event: EventKind, case: Case) -> str:
        category = case.ticket.category if case.ticket.kind is kind else None
        said = self._put(replace(case.ticket, kind=kind, category=category), event, "said by the requester", case)
        if kind is Kind.INCIDENT and case.ticket.urgency is Level.LOW:
            self._hinders_somebody(case)
        return said

    def press_key(self, deed: PressKey, case: Case, *, taken_by: str = "") -> str:
        """A caller's own word. Priority follows from the matrix. `taken_by`: who has taken their call."""
        impact, urgency = deed.impact or case.ticket.impact, deed.urgency or case.ticket.urgency
        changed = replace(case.ticket, impact=impact, urgency=urgency, priority=self.policy.priority(impact, urgency))
        said = f"impact {impact.value}" if deed.impact else f"urgency {urgency.value}"
        before = case.ticket
        data = {name: str(level.value) for name, level in (("impact", deed.impact), ("urgency", deed.urgency)) if level}
        case.write(
            EventKind.KEY_PRESSED, f"{said}, said the caller: {changed.priority.value} by the matrix", changed, data=data
        )
        self._page(before, case, f"{said}, said the caller", taken_by)
        return said

    def _hinders_somebody(self, case: Case) -> None:
        """What the desk makes of an answer by itself; the requester did not say it, and nothing is learnt from it."""
        before, urgency = case.ticket, Level.MEDIUM
        hinders = replace(before, urgency=urgency, priority=self.policy.priority(before.impact, urgency))
        why = f"whoever reports an incident is hindered: urgency 2, {hinders.priority.value} by the matrix"
        case.write(EventKind.LABELLED, why, hinders, actor=DESK)
        self._page(before, case, "whoever reports an incident is hindered")

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
        data = {"tier": str(before.tier.value)}
        _keep_correction(before, case.write(event, f"{said}; {why}", changed, evidence=evidence, data=data), case)
        self.follow_kind(before, before.tier, "its label was corrected", case)
        self._page(before, case, f"labelled so by {case.by.name}")
        return said

    def check_is_newest(self, event: Event, case: Case) -> None:
        """Raises PolicyViolation where a later correction is in force."""
        newest = case.books.corrections.newest(case.ticket.number)
        if newest is None or newest.event == event.id or newest.at <= event.at:
            return
        later = case.books.tickets.event(newest.event)
        if later is not None and later.kind is not EventKind.RELABELLED:
            says = f"{later.kind.value.replace('_', ' ')} since, which cannot be undone: correct the label by hand"
            raise PolicyViolation(f"{spoken(case.ticket.number)}: {says}")
        raise PolicyViolation(f"{spoken(case.ticket.number)}: the label has been corrected again since: that comes first")

    def withdraw(self, event: Event, case: Case) -> str:
        """Somebody takes back a correction: nothing is learnt from it."""
        case.books.corrections.withdraw(case.ticket.number, event.id, case.now)
        return ""

    def follow_kind_back(self, before: Ticket, corrected: Event, case: Case) -> None:
        """After a correction was undone: to the tier where it found the ticket, unless somebody moved the ticket since."""
        tier = before.tier
        if "tier" in corrected.data:
            found_at = Tier(int(corrected.data["tier"]))
            if route(self.policy, before.kind, found_at).tier is tier:
                tier = found_at
        self.follow_kind(before, tier, "the correction of its label was undone", case)

    def follow_kind(self, before: Ticket, tier: Tier, why: str, case: Case, *, tell: bool = True) -> None:
        """Of an open ticket: at this tier; a kind that has no such tier starts above. `tell` its team."""
        if before.kind is case.ticket.kind or case.ticket.state not in OPEN:
            return
        where = route(self.policy, case.ticket.kind, tier)
        if (where.team, where.tier) == (case.ticket.assignment_group, case.ticket.tier):
            return
        moved = replace(case.ticket, tier=where.tier, assignment_group=where.team, final_response=None)
        agent = self.policy.agents.get(moved.assigned_to)
        if moved.assigned_to and (agent is None or where.team not in agent.teams):
            moved = replace(moved, assigned_to="")
            if moved.state is State.IN_PROGRESS:
                moved = move(moved, State.NEW)
        case.write(EventKind.ROUTED, where.reason, moved, actor=DESK)
        if tell:
            self.teller.tell_team(case.ticket, case.books, case.now, {"by": case.by.name, "why": why})

    def _page(self, before: Ticket, case: Case, why: str, taken_by: str = "") -> None:
        if case.ticket.state in OPEN:
            self.pager.follow(before, case.ticket, why, case.books, case.now, taken_by=taken_by)


def has_question(ticket: Ticket, policy: Policy) -> bool:
    """Does the desk still want to know what kind of matter this is? Not where somebody is woken for it: they find out."""
    asks = policy.classifier.ask and not policy.wakes(ticket.kind, ticket.priority)
    return asks and ticket.kind is Kind.NONE and ticket.state in OPEN


def _keep_correction(before: Ticket, event: int, case: Case) -> None:
    """What the desk learns from: in the ticket's own transaction."""
    opening, _ = case.books.tickets.opening(before.number)
    was, now = _judgement(before), _judgement(case.ticket)
    earlier = case.books.corrections.newest(before.number)
    if earlier is not None:
        was = replace(
            was,
            impact=_as_found(earlier.before.impact, earlier.after.impact, was.impact, now.impact),
            urgency=_as_found(earlier.before.urgency, earlier.after.urgency, was.urgency, now.urgency),
        )
    case.books.corrections.add(
        Correction(
            id=case.books.next_id(),
            ticket=before.number,
            event=event,
            at=case.ticket.updated_at,
            by=case.by.name,
            role=case.by.role,
            before=was,
            after=now,
            label_version=before.label_version,
            text=as_classified(opening.subject, opening.body)[:LONGEST_TEXT] if opening else "",
        )
    )


def _as_found(first: Level | None, corrected: Level | None, was: Level | None, now: Level | None) -> Level | None:
    """What stays as the earlier correction left it was judged there. What the desk or a caller changed in between was not."""
    return first if corrected is was and was is now else was


def _judgement(ticket: Ticket) -> Judgement:
    return Judgement(kind=ticket.kind, category=ticket.category, impact=ticket.impact, urgency=ticket.urgency)


def _kind_and_category(deed: Relabel, ticket: Ticket) -> tuple[Kind, Category | None]:
    """A category brings its kind; another kind leaves the old category behind."""
    if deed.category is not None:
        return deed.category.kind, deed.category
    if deed.kind is None or deed.kind is ticket.kind:
        return ticket.kind, ticket.category
    if deed.kind is Kind.NONE:
        raise PolicyViolation("A person's label must name a kind")
    return deed.kind, None
