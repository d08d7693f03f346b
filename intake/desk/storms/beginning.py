"""A major incident begins: its own ticket is opened, proposed to tier 1 or formed; it grows with those who report it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.desk.case import Case
from intake.desk.labelling import PERSON
from intake.desk.lifecycle import OPEN
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.record import as_texts
from intake.desk.router import first_route
from intake.desk.sla import keeping
from intake.desk.storms.membership import Membership
from intake.desk.telling import Teller
from intake.domain.channel import Channel
from intake.domain.event import DESK, Change, Event, EventKind
from intake.domain.label import Category, Evidence, Kind, Level
from intake.domain.notice import NoticeKind
from intake.domain.storm import Storm, StormStage
from intake.domain.ticket import CONTACT_TYPE, SHORT_DESCRIPTION_LENGTH, State, Ticket, spoken
from intake.domain.timer import Timer, TimerKind

LABELLED_BY = "storm"  # as a ticket's label version
_TITLE = "Major incident: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    policy: Policy
    teller: Teller
    pager: Pager
    membership: Membership

    def open(self, reports: Sequence[Ticket], people: int, case: Case, evidence: tuple[Evidence, ...]) -> tuple[Storm, Case]:
        """The parent of these reports, the oldest first, not decided yet. It belongs to nobody who asked."""
        books, now = case.books, case.now
        ticket = self._ticket(reports, people, case)
        books.tickets.add(ticket)
        why = (
            f"{len(reports)} reports of {people} people resemble each other: {', '.join(spoken(one.number) for one in reports)}"
        )
        changes = tuple(Change(name, "", text) for name, text in as_texts(ticket).items())
        events = (
            Event(ticket=ticket.number, kind=EventKind.OPENED, at=now, reason=why, evidence=evidence, changes=changes),
            Event(ticket=ticket.number, kind=EventKind.LABELLED, at=now, reason=self._label_in_words(ticket, people)),
            Event(ticket=ticket.number, kind=EventKind.ROUTED, at=now, reason=first_route(self.policy, ticket.kind).reason),
        )
        for event in events:
            books.tickets.add_event(event)
        keeping.begin(ticket, books)
        storm = Storm(parent=ticket.number, stage=StormStage.PROPOSED, since=now)
        books.storms.add(storm)
        self.teller.show(ticket, books, now)
        return storm, Case(ticket, books, now, channel=case.channel, ledger=case.ledger)

    def propose(self, parent: Case, people: int) -> None:
        """The team is asked."""
        why = f"{people} people report the same, it seems: is this a major incident?"
        parent.note(EventKind.STORM_PROPOSED, why)
        self.teller.tell_holder_at_once(
            parent.ticket,
            NoticeKind.STORM_PROPOSED,
            parent.books,
            parent.now,
            {"why": f"{people} people report the same, it seems."},
        )

    def form(self, storm: Storm, parent: Case, why: str, told: set[int]) -> Storm:
        """Its reports become children, and their authors hear of it; `told` gets the numbers of those tickets whose author did.
        One ladder runs, the parent's."""
        books, now = parent.books, parent.now
        formed = replace(storm, stage=StormStage.FORMED, formed_at=now, next_update_at=now + self.policy.storm.update_every)
        books.storms.save(formed)
        parent.note(EventKind.STORM_FORMED, why)
        worst = parent.ticket
        for member in books.storms.members(storm.parent):
            ticket = books.tickets.get(member.ticket)
            if ticket is None or ticket.parent == storm.parent:
                continue
            if ticket.state in OPEN:  # it may have become worse since it was reported
                worst = replace(worst, impact=min(worst.impact, ticket.impact), urgency=min(worst.urgency, ticket.urgency))
            child = Case(ticket, books, now, by=parent.by, channel=parent.channel, ledger=parent.ledger)
            if self.membership.become_child(child, formed, why):
                told.add(ticket.number)
        self.promise(formed, parent)
        self.grow(formed, parent, worst)
        self.pager.start(parent.ticket, books, now, why)
        self.teller.tell_holder_at_once(parent.ticket, NoticeKind.STORM_PROPOSED, books, now, {"formed": "yes", "why": why})
        self.teller.refresh(parent.ticket, books, now)
        return formed

    def promise(self, storm: Storm, parent: Case, reminded: int = 0) -> None:
        """Whoever has it is reminded when the next update is due."""
        parent.books.timers.cancel(storm.parent, TimerKind.STORM_UPDATE)
        if storm.next_update_at is not None:
            parent.books.timers.add(
                Timer(
                    id=parent.books.next_id(),
                    ticket=storm.parent,
                    kind=TimerKind.STORM_UPDATE,
                    due_at=storm.next_update_at,
                    step=reminded,
                )
            )

    def grow(self, storm: Storm, parent: Case, report: Ticket) -> None:
        """As bad as the worst report, and worse the more people there are; unless a person has decided what it is worth."""
        ticket = parent.ticket
        people = parent.books.storms.people(storm.parent)
        impact = min(ticket.impact, report.impact, self._impact_of(people))
        urgency = min(ticket.urgency, report.urgency)
        if ticket.label_version == PERSON or (impact, urgency) == (ticket.impact, ticket.urgency):
            return
        worse = replace(ticket, impact=impact, urgency=urgency, priority=self.policy.priority(impact, urgency))
        parent.write(EventKind.LABELLED, self._label_in_words(worse, people), worse, actor=DESK)
        if storm.stage is StormStage.FORMED and worse.priority < ticket.priority:
            self.pager.follow(ticket, parent.ticket, f"{people} people report it", parent.books, parent.now)
        self.teller.refresh(parent.ticket, parent.books, parent.now)

    def _ticket(self, reports: Sequence[Ticket], people: int, case: Case) -> Ticket:
        where = first_route(self.policy, Kind.INCIDENT)
        impact = min(self._impact_of(people), *(one.impact for one in reports))
        urgency = min(one.urgency for one in reports)
        about = f"{_TITLE}{reports[0].short_description}"
        return Ticket(
            number=case.books.tickets.next_number(),
            kind=Kind.INCIDENT,
            category=_most_common([one.category for one in reports if one.kind is Kind.INCIDENT]),
            impact=impact,
            urgency=urgency,
            priority=self.policy.priority(impact, urgency),
            state=State.NEW,
            tier=where.tier,
            assignment_group=where.team,
            contact_type=CONTACT_TYPE[Channel.API],
            caller=None,
            short_description=about if len(about) <= SHORT_DESCRIPTION_LENGTH else f"{about[: SHORT_DESCRIPTION_LENGTH - 1]}…",
            opened_at=case.now,
            updated_at=case.now,
            label_version=LABELLED_BY,
            confidence=max(one.confidence for one in reports),
            policy=self.policy.version,
        )

    def _impact_of(self, people: int) -> Level:
        storm = self.policy.storm
        if storm.impact_1_at and people >= storm.impact_1_at:
            return Level.HIGH
        return Level.MEDIUM if people >= 2 else Level.LOW

    def _label_in_words(self, ticket: Ticket, people: int) -> str:
        return (
            f"{people} people report it: impact {ticket.impact.value}, urgency {ticket.urgency.value} as in the worst report:"
            f" {ticket.priority.value} by the matrix"
        )


def _most_common(categories: Sequence[Category | None]) -> Category | None:
    found = Counter(category for category in categories if category is not None)
    return found.most_common(1)[0][0] if found else None
