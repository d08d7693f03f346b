"""A clock reaches its warning, or its target: who is told, and where the ticket goes. Once for each clock and target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.desk.case import Case
from intake.desk.handing_over import HandOver
from intake.desk.lifecycle import OPEN
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.replies import Replies
from intake.desk.router import next_tier
from intake.desk.sla.clocks import ClockReading, read_clock
from intake.desk.sla.history import CLOCK, TARGET, History
from intake.desk.sla.keeping import follow, forget_timer, history_now
from intake.desk.sla.targets import of_text
from intake.desk.sla.words import MISSED, duration, moment, target_in_words
from intake.desk.telling import Teller
from intake.domain.clock import ClockKind
from intake.domain.deed import Escalate
from intake.domain.event import EventKind
from intake.domain.label import Priority
from intake.domain.notice import NoticeKind
from intake.domain.ticket import Ticket, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    clock: ClockKind
    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningOut:
    policy: Policy
    teller: Teller
    hand_over: HandOver
    replies: Replies

    def fire(self, ticket: Ticket, books: UnitOfWork, now: datetime) -> Sequence[Breach]:
        """The timer of the ticket's clocks came due; what has run out, if anything has."""
        known = books.clocks.policy(ticket.policy)
        forget_timer(ticket.number, books)
        case = Case(ticket, books, now)
        breached: list[ClockReading] = []
        if known is not None:
            history, policy = history_now(ticket, books), of_text(known.text)
            for clock in ClockKind:
                reading = read_clock(history, policy, clock, now)
                if reading is not None and self._ran_out(reading, history, case):
                    breached.append(reading)
        late = [reading for reading in breached if reading.stopped_at is None]
        if late and case.ticket.state in OPEN and not _is_in_other_hands(case):
            self._consequences(late, case)
        follow(case.ticket, books, now)
        return [Breach(clock=reading.clock, priority=ticket.priority) for reading in breached]

    def wind(self, most: int, books: UnitOfWork, now: datetime) -> int:
        """Tickets from before clocks were kept get theirs; how many did."""
        numbers = books.clocks.open_without(most)
        for number in numbers:
            ticket = books.tickets.get(number)
            if ticket is not None and books.clocks.of(number) is None:  # another replica may have been the first
                follow(ticket, books, now)
        return len(numbers)

    def _ran_out(self, reading: ClockReading, history: History, case: Case) -> bool:
        """Written down, and a warning is given; what a breach brings about is for both clocks together."""
        told, clock = (reading.clock, reading.target.name), reading.clock.value
        if told in history.breached:
            return False
        data = {CLOCK: clock, TARGET: reading.target.name}
        if reading.breached_at is not None:
            case.note(EventKind.SLA_BREACHED, _overdue(reading), data=data)
            return True
        if told not in history.warned and reading.stopped_at is None and reading.elapsed >= reading.target.warning:
            why = _due_soon(reading)
            case.note(EventKind.SLA_WARNED, why, data=data)
            if not _is_in_other_hands(case):
                self.teller.tell_holder(case.ticket, NoticeKind.DUE_SOON, case.books, case.now, {"why": why})
        return False

    def _consequences(self, late: Sequence[ClockReading], case: Case) -> None:
        """Up one tier, also where both clocks ran out at once. Who has answered and waits for it to arrive keeps the ticket."""
        why = "; ".join(_overdue(reading) for reading in late)
        if next_tier(self.policy, case.ticket.kind, case.ticket.tier) is not None and not self.replies.may_arrive(case):
            done = self.hand_over.escalate(Escalate(reason=why), case)
            self.teller.tell_watching_staff(case.ticket, done, case.by.name, case.books, case.now)
            nobody = f"the clock took it to tier {case.ticket.tier.value}, where nobody has it yet"
            self.hand_over.pager.start(case.ticket, case.books, case.now, nobody, anew=True)
        else:
            fields = {"why": why}
            leads = self.policy.routes[case.ticket.kind][Tier.LEADS]
            self.teller.tell_holder(case.ticket, NoticeKind.OVERDUE, case.books, case.now, fields)
            self.teller.tell_others(case.ticket, leads, NoticeKind.OVERDUE, case.books, case.now, fields)
        self.teller.refresh(case.ticket, case.books, case.now)


def _is_in_other_hands(case: Case) -> bool:
    """The report of a major incident that is being worked on: there the clocks have their consequences."""
    parent = case.ticket.parent
    return parent is not None and any(one.state in OPEN for one in case.books.tickets.many([parent]).values())


def _overdue(reading: ClockReading) -> str:
    assert reading.breached_at is not None
    since, target = moment(reading.breached_at, reading.target.hours), target_in_words(reading.target)
    says = MISSED[reading.clock] if reading.stopped_at is None else "it was too late"
    return f"{reading.clock.value} overdue since {since}: {target} had passed and {says}"


def _due_soon(reading: ClockReading) -> str:
    used = f"{duration(reading.elapsed)} of {target_in_words(reading.target)} are used up"
    due = f" due {moment(reading.due, reading.target.hours)}" if reading.due is not None else " on hold"
    return f"{reading.clock.value}{due}: {used}, {duration(reading.left)} left"
