"""What becomes of a storm when its tickets are canceled, merged, relabelled, reopened, resolved; when an update is due."""

from dataclasses import dataclass, replace

from intake.desk.case import Case
from intake.desk.lifecycle import OPEN
from intake.desk.storms.by_hand import ByHand
from intake.desk.storms.final_word import may_lead
from intake.desk.storms.memory import TAKES_PART
from intake.desk.storms.settling import settle
from intake.domain.errors import PolicyViolation
from intake.domain.event import EventKind
from intake.domain.label import Kind
from intake.domain.notice import NoticeKind
from intake.domain.storm import Member, Storm, StormStage
from intake.domain.ticket import State, Ticket, spoken
from intake.domain.timer import Timer, TimerKind

MOST_REMINDERS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    by_hand: ByHand

    def follow(self, before: Ticket, case: Case) -> None:
        """The ticket was `before`, and something was done to it that had nothing to do with storms. Raises PolicyViolation
        where that cannot be done to a ticket of a storm."""
        ticket = case.ticket
        if ticket.merged_into is not None and before.merged_into is None:
            self._demand_mergeable(before, ticket, case)
        if ticket.parent is not None and {before.state, ticket.state} <= OPEN and ticket.kind in TAKES_PART:
            self._follow_open(before, case)
        if (before.state, before.kind) == (ticket.state, ticket.kind):
            return
        if may_lead(ticket) and (storm := case.books.storms.get(ticket.number)) is not None:
            if storm.stage is not StormStage.DISSOLVED:
                self._follow_parent(storm, before, case)
            return
        fits = ticket.kind in TAKES_PART and ticket.state is not State.CANCELED
        if ticket.parent is None and fits:
            return
        if not fits or before.state not in OPEN:
            self._follow_report(before, case, fits=fits)
        settle(case, self.by_hand.closer)

    def update_is_due(self, timer: Timer, case: Case) -> None:
        """Its reporters were promised to hear more by now: whoever has it is told, and again a while later."""
        storm = case.books.storms.get(case.ticket.number)
        if storm is None or storm.stage is not StormStage.FORMED or case.ticket.state not in OPEN:
            return
        if storm.next_update_at is None or storm.next_update_at > case.now:
            return
        if case.ticket.final_response is not None and case.books.storms.on_its_way(case.ticket.final_response):
            return  # they hear that it is solved
        people = case.books.storms.people(storm.parent)
        why = f"{people} people were promised an update by {storm.next_update_at:%H:%M} UTC"
        case.note(EventKind.STORM_UPDATE_DUE, why)
        teller = self.by_hand.membership.teller
        teller.tell_holder_at_once(case.ticket, NoticeKind.STORM_UPDATE_DUE, case.books, case.now, {"why": why})
        if timer.step < MOST_REMINDERS:
            again = replace(storm, next_update_at=case.now + self.by_hand.policy.storm.update_every)
            self.by_hand.beginning.promise(again, case, timer.step + 1)  # what was promised stays written down as it was

    def _follow_parent(self, storm: Storm, before: Ticket, case: Case) -> None:
        ticket, books = case.ticket, case.books
        if ticket.kind is not Kind.INCIDENT and ticket.state in OPEN:
            raise PolicyViolation(f"{spoken(ticket.number)} is a major incident: dissolve it before you call it anything else")
        if ticket.state is State.CANCELED:
            self.by_hand.demand_silent(before, case)
            self.by_hand.let_go(storm, case, f"{spoken(ticket.number)} was canceled")
        elif ticket.state not in OPEN:
            books.timers.cancel(ticket.number, TimerKind.STORM_UPDATE)
        elif before.state not in OPEN and storm.stage is StormStage.FORMED:
            self.by_hand.goes_on(storm, case)

    def _follow_report(self, before: Ticket, case: Case, *, fits: bool) -> None:
        now_in = self._now_in(case)
        if now_in is None:
            return
        member, storm = now_in
        membership = self.by_hand.membership
        if case.ticket.state is State.CANCELED:
            into = case.ticket.merged_into
            why = f"merged into {spoken(into)}" if into is not None else "canceled"
            membership.stand_alone(case, member, storm, why)
        elif not fits:
            membership.stand_alone(case, member, storm, f"it is a {case.ticket.kind.value}", tell=True)
        elif before.state not in OPEN and case.ticket.state in OPEN and self._is_over(storm, case):
            membership.stand_alone(case, member, storm, "not solved for whoever reported it", anew=True)

    def _follow_open(self, before: Ticket, case: Case) -> None:
        """A report that was open, and is: nothing urgent waits in what is less so, and whoever objects to the final response
        while it is on its way is worked on by themselves."""
        ticket = case.ticket
        objects, rose = before.final_response is not None and ticket.final_response is None, ticket.priority < before.priority
        now_in = self._now_in(case) if objects or rose else None
        if now_in is None:
            return
        member, storm = now_in
        membership = self.by_hand.membership
        if objects and membership.is_the_storms(before, storm, case.books):
            membership.stand_alone(case, member, storm, "not solved for whoever reported it", anew=True)
        elif rose and (too_small := self._too_small(storm, case)):
            membership.stand_alone(case, member, storm, too_small, tell=True, anew=True)

    def _too_small(self, storm: Storm, case: Case) -> str:
        """Why the storm of a report that has become worse wakes nobody for it; mostly it becomes worse as well."""
        ticket, parent = case.ticket, case.books.tickets.get(storm.parent)
        if parent is None:
            return ""
        on_parent = case.on(parent)
        if parent.state in OPEN:
            self.by_hand.beginning.grow(storm, on_parent, ticket)
            if on_parent.ticket.priority <= ticket.priority:
                return ""
        if self.by_hand.policy.ladder_for(ticket.kind, ticket.priority) is None:
            return ""
        of = on_parent.ticket
        return f"it is {ticket.priority.value}; {spoken(of.number)} is {of.priority.value}, {of.state.value}"

    def _is_over(self, storm: Storm, case: Case) -> bool:
        parent = case.books.tickets.get(storm.parent)
        return parent is None or parent.state not in OPEN

    def _demand_mergeable(self, before: Ticket, ticket: Ticket, case: Case) -> None:
        into = ticket.merged_into
        assert into is not None
        number, target = spoken(ticket.number), spoken(into)
        for led, says in (
            (ticket.number, f"{number} stands for a major incident: dissolve it, or let its reports join the other one"),
            (into, f"{target} stands for a major incident: let {number} join it instead (intake join-storm)"),
        ):
            storm = case.books.storms.get(led)
            if storm is not None and storm.stage is not StormStage.DISSOLVED:
                if before.parent == into:
                    raise PolicyViolation(f"{number} belongs to {target} already: its requester hears what that hears")
                raise PolicyViolation(says)

    def _now_in(self, case: Case) -> tuple[Member, Storm] | None:
        found = case.books.storms.memberships([case.ticket.number])
        return next(((member, storm) for member, storm in found if member.left_at is None), None)
