"""Recurring changes open their tickets by themselves, some time ahead, each once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.agreements.spending import Spending
from intake.desk.case import Case
from intake.desk.changes.local_window import in_words
from intake.desk.changes.recurrence import occurrences, window_of
from intake.desk.changes.resting import rest
from intake.desk.changes.templates import add_tasks, planned_by
from intake.desk.changes.windows import MOST_LOOKED_AT, conflicts, freezes_in, frozen_in_words, told
from intake.desk.policy import Policy
from intake.desk.policy_file.change import ChangeTemplate
from intake.desk.ports import UnitOfWork
from intake.desk.record import as_texts
from intake.desk.sla import keeping
from intake.desk.sla.history import UNASKED
from intake.desk.sla.targets import as_text
from intake.desk.telling import Teller
from intake.domain.change import Change as PlannedChange
from intake.domain.change import ChangeKind, Stage
from intake.domain.channel import Channel
from intake.domain.errors import Forbidden, NotFound, PolicyViolation
from intake.domain.event import DESK, Change, Event, EventKind
from intake.domain.label import Category, Kind, Level
from intake.domain.notice import NoticeKind
from intake.domain.ticket import CONTACT_TYPE, State, Ticket
from intake.domain.work_note import WorkNote

MOST_AT_ONCE = 20  # tickets in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    template: ChangeTemplate
    occurrence: datetime


def due(policy: Policy, now: datetime) -> Iterator[Due]:
    """Those that are to be open by now, whether they are or not: each begins later than now."""
    for template in policy.changes.templates.values():
        for occurrence in occurrences(template, now, now + template.open_ahead):
            yield Due(template=template, occurrence=occurrence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    policy: Policy
    teller: Teller
    spending: Spending

    def open_due(self, books: UnitOfWork, now: datetime, known: Sequence[Due] | None = None) -> int:
        """How many tickets were opened: at most `MOST_AT_ONCE`, the rest the next time. `known` is what `due` says, where it
        was worked out before. Raises Conflict where another replica opened one of them meanwhile: then it is there."""
        opened = 0
        for one in due(self.policy, now) if known is None else known:
            if opened == MOST_AT_ONCE:
                break
            if one.occurrence > now and not books.changes.has_occurrence(one.template.name, one.occurrence):
                with books.savepoint():
                    self._open(one, books, now)
                opened += 1
        return opened

    def _open(self, one: Due, books: UnitOfWork, now: datetime) -> None:
        template, window = one.template, window_of(one.template, one.occurrence)
        books.clocks.remember(self.policy.version, lambda: as_text(self.policy.sla, now.year), now)
        case = Case(self._ticket(one, books, now), books, now)
        frozen = freezes_in(window, template.services, self.policy)
        change = PlannedChange(
            ticket=case.ticket.number,
            kind=ChangeKind.STANDARD,
            stage=Stage.ASSESSMENT if frozen else Stage.SCHEDULED,
            since=now,
        )
        change = replace(planned_by(template, change), occurrence=one.occurrence)
        others = conflicts(change, window, books.changes.windows(window, MOST_LOOKED_AT), self.policy)
        if not frozen:
            change = replace(change, window=window, moved=1)
        books.changes.add(change)
        stage = {"stage": change.stage.value}
        case.note(EventKind.CHANGE_DRAFTED, f"a standard change, by the template {template.name!r}", stage)
        if not frozen:
            case.note(EventKind.CHANGE_SCHEDULED, "; ".join([f"to happen {in_words(window)}", *told(others, [], "")]), stage)
        add_tasks(template, case)
        self._reserve(template, change, case)
        if frozen:
            keeping.follow(case.ticket, books, now)
        else:
            rest(change, case)
        self.teller.tell_team(case.ticket, books, now, {"why": f"{template.name}, {in_words(window)}"})
        if frozen:
            why = f"{'; '.join(map(frozen_in_words, frozen))}: it was to happen {in_words(window)}; choose another window"
            case.note(EventKind.NOTED, why)
            self.teller.tell_holder(case.ticket, NoticeKind.CHANGE_NEWS, books, now, {"why": why})
        self.teller.show(case.ticket, books, now)

    def _ticket(self, one: Due, books: UnitOfWork, now: datetime) -> Ticket:
        """Nobody asked for it, so nobody waits for an answer."""
        template, policy = one.template, self.policy
        tiers = policy.tiers_of.get(template.team) or {policy.first_tier[Kind.SERVICE_REQUEST]}
        ticket = Ticket(
            number=books.tickets.next_number(),
            kind=Kind.SERVICE_REQUEST,
            category=Category.COLLATERAL,
            impact=Level.LOW,
            urgency=Level.LOW,
            priority=policy.priority(Level.LOW, Level.LOW),
            state=State.NEW,
            tier=min(tiers),
            assignment_group=template.team,
            contact_type=CONTACT_TYPE[Channel.API],
            caller=None,
            short_description=template.title,
            opened_at=now,
            updated_at=now,
            label_version=f"template {template.name}",
            confidence=1.0,
            policy=policy.version,
        )
        books.tickets.add(ticket)
        changes = tuple(Change(name, "", text) for name, text in as_texts(ticket).items())
        when = in_words(window_of(template, one.occurrence))
        why = f"desk.toml [[change_template]] {template.name!r}, {template.repeats}: the one of {when}"
        data = {"template": template.name, "occurrence": one.occurrence.isoformat(), UNASKED: "yes"}
        books.tickets.add_event(
            Event(ticket=ticket.number, kind=EventKind.OPENED, at=now, reason=why, data=data, changes=changes)
        )
        routed = f"desk.toml [[change_template]]: it belongs to {policy.team(template.team).title}"
        books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.ROUTED, at=now, reason=routed))
        if template.text:
            books.tickets.add_note(WorkNote(id=books.next_id(), ticket=ticket.number, author=DESK, text=template.text, at=now))
        keeping.begin(ticket, books)
        return ticket

    def _reserve(self, template: ChangeTemplate, change: PlannedChange, case: Case) -> None:
        """Work that is due is not left undone because its hours are used up: people are told."""
        if not template.agreement:
            return
        try:
            with case.books.savepoint():
                self.spending.reserve(case, change, template.agreement, template.minutes)
        except (PolicyViolation, NotFound, Forbidden) as fault:
            why = f"its {template.minutes} minutes are not reserved in {template.agreement!r}: {fault}"
            case.note(EventKind.NOTED, why)
            self.teller.tell_holder(case.ticket, NoticeKind.CHANGE_NEWS, case.books, case.now, {"why": why})
