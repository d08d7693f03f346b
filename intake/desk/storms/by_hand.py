"""What people decide about a storm: it is one, it is none, how it stands, which reports belong to it."""

from dataclasses import dataclass, replace
from datetime import UTC

from intake.desk.case import Case
from intake.desk.closing import Closer
from intake.desk.lifecycle import OPEN, demand_open, may_reopen, move
from intake.desk.policy import Policy
from intake.desk.storms.beginning import Beginning
from intake.desk.storms.membership import Membership, may_take_part
from intake.desk.storms.memory import TAKES_PART
from intake.domain.deed import ConfirmStorm, DissolveStorm, JoinStorm, LeaveStorm, Reopen, UpdateStorm
from intake.domain.errors import IllegalTransition, NotFound, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.storm import Member, Storm, StormStage
from intake.domain.ticket import State, Ticket, spoken
from intake.domain.ticket_message import Direction, TicketMessage
from intake.domain.timer import TimerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Each returns what was done, in words."""

    policy: Policy
    closer: Closer
    membership: Membership
    beginning: Beginning

    def confirm(self, _deed: ConfirmStorm, case: Case) -> str:
        storm = self._led(case)
        if storm.stage is StormStage.FORMED and storm.confirmed_by:
            return f"was confirmed already, by {storm.confirmed_by}"
        demand_open(case.ticket, "confirm")
        told = set[int]()
        if storm.stage is StormStage.PROPOSED:
            storm = self.beginning.form(storm, case, f"{case.by.name} says that it is a major incident", told)
        case.books.storms.save(replace(storm, confirmed_by=case.by.name, confirmed_at=case.now))
        case.note(EventKind.STORM_CONFIRMED, "it is a major incident: somebody has looked")
        return f"confirmed; {_people(len(told))} told" if told else "confirmed"

    def dissolve(self, deed: DissolveStorm, case: Case) -> str:
        storm = case.books.storms.get(case.ticket.number)
        if storm is not None and storm.stage is StormStage.DISSOLVED:
            return "was dissolved already"
        storm = self._led(case)
        demand_open(case.ticket, "dissolve")
        self.demand_silent(case.ticket, case)
        count = self.let_go(storm, case, deed.reason)
        self._end(storm, case, f"no major incident: {deed.reason}")
        return f"dissolved; {count} {'report stands' if count == 1 else 'reports stand'} alone again"

    def demand_silent(self, parent: Ticket, case: Case) -> None:
        """Nobody is told that it is solved, and that it was nothing."""
        if parent.final_response is not None and case.books.storms.on_its_way(parent.final_response):
            raise PolicyViolation(f"The final response of {spoken(parent.number)} is on its way to its reporters already")

    def let_go(self, storm: Storm, case: Case, why: str) -> int:
        """Every report stands alone again; how many there were."""
        books = case.books
        members = books.storms.members(storm.parent)
        for member in members:
            if (ticket := books.tickets.get(member.ticket)) is not None:
                self.membership.stand_alone(case.on(ticket), member, storm, f"no major incident: {why}", tell=True)
        self._write_off(storm, case)
        return len(members)

    def _write_off(self, storm: Storm, case: Case) -> None:
        case.books.timers.cancel(storm.parent, TimerKind.STORM_UPDATE)
        case.books.storms.save(replace(storm, stage=StormStage.DISSOLVED, next_update_at=None))

    def _end(self, storm: Storm, case: Case, why: str) -> None:
        self._write_off(storm, case)
        canceled = replace(move(case.ticket, State.CANCELED), closed_at=case.now, final_response=None)
        case.write(EventKind.STORM_DISSOLVED, why, canceled)
        case.books.timers.cancel(case.ticket.number, TimerKind.HOLD_OVER)
        self.closer.pager.stop(case.ticket, "dissolved", case.books, case.now)

    def update(self, deed: UpdateStorm, case: Case) -> str:
        storm = self._led(case)
        demand_open(case.ticket, "update")
        self._demand_formed(storm, case)
        if deed.next_update is not None and deed.next_update <= case.now:
            raise PolicyViolation("next_update must lie in the future")
        due = deed.next_update.astimezone(UTC) if deed.next_update else case.now + self.policy.storm.update_every
        message = self._write(deed.text, case)
        updated = replace(storm, update=message, next_update_at=due)
        case.books.storms.save(updated)
        told = self._tell_all(updated, case)
        self.beginning.promise(updated, case)
        progress = move(case.ticket, State.IN_PROGRESS) if case.ticket.state is State.NEW and case.ticket.assigned_to else None
        said = f"{_people(told)} told; next update by {due:%Y-%m-%d %H:%M} UTC"
        case.write(EventKind.STORM_UPDATED, said, progress, data={"message": str(message)})
        self.closer.pager.acknowledge(case.ticket, case.by.name, case.books, case.now, "by writing an update")
        return said

    def join(self, deed: JoinStorm, case: Case) -> str:
        ticket, books = case.ticket, case.books
        parent, storm = books.tickets.get(deed.storm), books.storms.get(deed.storm)
        number = spoken(deed.storm)
        if parent is None or storm is None or storm.stage is StormStage.DISSOLVED:
            raise NotFound(f"{number} is no major incident: `intake storms` lists them")
        now_in = self._now_in(ticket, case)
        if now_in is not None and now_in[1].parent == storm.parent:
            return f"belonged to {number} already"
        if now_in is not None:
            raise PolicyViolation(f"{spoken(ticket.number)} belongs to {spoken(now_in[1].parent)}: let it leave that first")
        demand_open(ticket, "join")
        own = books.storms.get(ticket.number)
        if own is not None and own.stage is not StormStage.DISSOLVED:
            return self._join_all(own, storm, parent, case)
        if not may_take_part(ticket):
            kinds = " or ".join(sorted("one without a label" if kind == "none" else f"an {kind.value}" for kind in TAKES_PART))
            raise PolicyViolation(f"{spoken(ticket.number)} is a {ticket.kind.value}: only {kinds} joins; relabel it first")
        on_parent = case.on(parent)
        self._reopen(storm, on_parent, ticket)
        self._join(storm, on_parent, case)
        return f"part of {number}"

    def _join_all(self, own: Storm, storm: Storm, parent: Ticket, case: Case) -> str:
        """Two that turn out to be one: every report of this one joins the other."""
        if own.parent == storm.parent:
            raise PolicyViolation(f"{spoken(own.parent)} is that major incident itself")
        books, number = case.books, spoken(storm.parent)
        self.demand_silent(case.ticket, case)
        on_parent = case.on(parent)
        self._reopen(storm, on_parent, case.ticket)
        members = books.storms.members(own.parent)
        for member in members:
            if (report := books.tickets.get(member.ticket)) is None:
                continue
            on_report = case.on(report)
            self.membership.go_over(on_report, member, own, number)
            if may_take_part(on_report.ticket):
                self._join(books.storms.get(storm.parent) or storm, on_parent, on_report)
        storm = books.storms.get(storm.parent) or storm
        if own.stage is StormStage.FORMED and storm.stage is StormStage.PROPOSED:  # else nobody would be woken any more
            storm = self.beginning.form(storm, on_parent, f"{spoken(own.parent)} is part of it", set())
        self.beginning.grow(storm, on_parent, case.ticket)
        self._end(own, case, f"it is {number}: its reports joined that")
        return f"{len(members)} {'report' if len(members) == 1 else 'reports'} joined {number}"

    def leave(self, deed: LeaveStorm, case: Case) -> str:
        now_in = self._now_in(case.ticket, case)
        if now_in is None:
            return "belonged to no major incident"
        member, storm = now_in
        case.books.tickets.get(storm.parent)  # locked: its final response may be going out
        self.membership.stand_alone(case, member, storm, deed.reason, tell=True)
        return f"no part of {spoken(storm.parent)} any more"

    def _join(self, storm: Storm, parent: Case, case: Case) -> None:
        self.membership.join(case, storm, None)
        form_at, people = self.policy.storm.form_at, case.books.storms.people(storm.parent)
        if storm.stage is StormStage.PROPOSED and form_at and people >= form_at:
            self.beginning.form(storm, parent, f"{people} people report it", set())
            stored = case.books.tickets.get(case.ticket.number)
            assert stored is not None
            case.ticket = stored
        else:
            self.beginning.grow(storm, parent, case.ticket)

    def _reopen(self, storm: Storm, parent: Case, joining: Ticket) -> None:
        """Who joins what was over says that it is there again. Who came too late for its final response would hear nothing."""
        number = spoken(storm.parent)
        if parent.ticket.state in OPEN:
            if parent.ticket.final_response is not None:
                says = "answer it by itself, or let it join when that is resolved, which opens it again"
                raise PolicyViolation(f"The final response of {number} has been written already: {says}")
            return
        if parent.ticket.state is State.CANCELED or not may_reopen(parent.ticket, self.policy, parent.now):
            raise IllegalTransition(f"{number} ended too long ago, or was canceled: leave {spoken(joining.number)} as it is")
        self.closer.reopen(Reopen(reason=f"{spoken(joining.number)} reports it again"), parent)
        self.goes_on(storm, parent)

    def goes_on(self, storm: Storm, parent: Case) -> None:
        """It was over, and is not."""
        due = parent.now + self.policy.storm.update_every
        going = replace(storm, next_update_at=due)
        parent.books.storms.save(going)
        self.beginning.promise(going, parent)

    def _tell_all(self, storm: Storm, case: Case) -> int:
        """Everybody whose report is still open; how many were told."""
        told = 0
        for member in case.books.storms.members(storm.parent):
            ticket = case.books.tickets.get(member.ticket)
            if ticket is None or ticket.state not in OPEN:
                continue
            told += self.membership.word.update(case.on(ticket), storm)
        return told

    def _write(self, text: str, case: Case) -> int:
        message = case.books.next_id()
        case.books.tickets.add_message(
            TicketMessage(
                id=message,
                ticket=case.ticket.number,
                direction=Direction.OUT,
                channel=case.channel,
                author=None,
                body=text,
                full_body=text,
                subject=case.ticket.short_description,
                at=case.now,
                ledger=case.ledger,
            )
        )
        return message

    def _now_in(self, ticket: Ticket, case: Case) -> tuple[Member, Storm] | None:
        found = case.books.storms.memberships([ticket.number])
        return next(((member, storm) for member, storm in found if member.left_at is None), None)

    def _led(self, case: Case) -> Storm:
        """Raises PolicyViolation unless the ticket stands for a storm that nobody has dissolved."""
        storm = case.books.storms.get(case.ticket.number)
        if storm is None:
            raise PolicyViolation(f"{spoken(case.ticket.number)} is no major incident: `intake storms` lists them")
        if storm.stage is StormStage.DISSOLVED:
            raise PolicyViolation(f"{spoken(case.ticket.number)} was dissolved: it is no major incident")
        return storm

    def _demand_formed(self, storm: Storm, case: Case) -> None:
        if storm.stage is not StormStage.FORMED:
            number = spoken(case.ticket.number)
            raise PolicyViolation(f"Nobody outside knows of {number} yet: confirm it first (intake confirm-storm {number})")


def _people(count: int) -> str:
    return f"{count} {'person' if count == 1 else 'people'}"
