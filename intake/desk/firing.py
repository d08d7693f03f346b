"""What happens when a timer comes due."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from intake.desk.calls.at_work import CallsAtWork
from intake.desk.case import Case
from intake.desk.changes.at_work import ChangesAtWork
from intake.desk.changes.in_the_way import may_carry
from intake.desk.chat.progress import Progress
from intake.desk.closing import Closer
from intake.desk.handing_over import HandOver
from intake.desk.paging import Pager
from intake.desk.replies import Replies
from intake.desk.sla.running_out import Breach, RunningOut
from intake.desk.storms.at_work import StormsAtWork
from intake.domain.channel import Channel
from intake.domain.ticket import Ticket
from intake.domain.timer import Timer, TimerKind

K = TimerKind
Fired = Callable[[Timer, Case], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    pager: Pager
    hand_over: HandOver
    closer: Closer
    replies: Replies
    running_out: RunningOut
    storms: StormsAtWork
    changes: ChangesAtWork
    calls: CallsAtWork

    def fire(self, timer: Timer, case: Case) -> Sequence[Breach]:
        """Whoever finished the timer first. Which clocks ran out."""
        before, breaches = case.ticket, tuple[Breach, ...]()
        if timer.kind is K.CLOCK:
            breaches = tuple(self.running_out.fire(case.ticket, case.books, case.now))
            self._follow_change(case)
        else:
            self.table[timer.kind](timer, case)
        self._tell_how_it_goes(before, case)
        return breaches

    @property
    def table(self) -> Mapping[TimerKind, Fired]:
        """Every kind but the clocks, which tell what ran out."""
        return {
            K.PAGE_UNANSWERED: lambda timer, case: self.pager.climb(timer, case.ticket, case.books, case.now),
            K.HOLD_OVER: lambda _, case: self.hand_over.hold_is_over(case),
            K.STORM_UPDATE: self.storms.aftermath.update_is_due,
            K.CLOSE: lambda _, case: self.closer.nobody_objected(case),
            K.NO_BOUNCE: self._no_bounce,
            **self.changes.timers,
            **self.calls.timers,
        }

    def _follow_change(self, case: Case) -> None:
        """A clock takes a ticket up whose final response is lost: its change goes on as on one that is reopened."""
        before = case.ticket
        if not may_carry(before) or before.final_response is None:
            return
        if (ticket := case.books.tickets.get(before.number)) is not None:
            self.changes.aftermath.follow(before, case.on(ticket))

    def _tell_how_it_goes(self, before: Ticket, case: Case) -> None:
        """A timer may have had hands of its own on the ticket."""
        teller = self.hand_over.teller
        if Channel.SLACK in teller.senders:
            present = case.books.tickets.many([before.number]).get(before.number, before)
            Progress(teller=teller).follow(before, case.on(present))

    def _no_bounce(self, timer: Timer, case: Case) -> None:
        assert timer.delivery is not None
        self.replies.did_not_bounce(timer.delivery, case.books, case.now)
