"""Waking somebody: a ladder starts for what is urgent, climbs until a human answers, and stops when nobody need be woken."""

from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.lifecycle import OPEN
from intake.desk.oncall.climbing import Climber
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.telling import REACHED_BY, Teller
from intake.domain.event import DESK, Event, EventKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.page import URGENT, Ladder, Run, RunState
from intake.domain.ticket import Ticket
from intake.domain.timer import Timer, TimerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Whoever calls it has the ticket from `books.tickets.get`, which locks it, or has just added it. One run a ticket at a
    time; what a run does is in the caller's commit."""

    policy: Policy
    teller: Teller

    def wakes_somebody(self, ticket: Ticket) -> bool:
        """Is there a ladder for what it is now? Whether it is open is for the caller to know."""
        return self._ladder(ticket) is not None

    def running(self, ticket: Ticket, books: UnitOfWork) -> Run | None:
        """The ticket's open run: it pages, or everybody was paged and nobody has answered yet."""
        return next((run for run in books.ladders.of(ticket.number) if run.is_open), None)

    def start(self, ticket: Ticket, books: UnitOfWork, now: datetime, why: str, *, anew: bool = False) -> bool:
        """From the first step of the ladder that fits what the ticket is now, with the first pages queued at once. False, and
        nothing happens, where no ladder fits, one is running, or somebody has acknowledged an earlier one; `anew` is for a
        priority that rose and for what was reopened, where an earlier acknowledgement counts no more."""
        ladder, runs = self._ladder(ticket), books.ladders.of(ticket.number)
        if ladder is None or any(run.is_open for run in runs):
            return False
        if not anew and any(run.state is RunState.ACKNOWLEDGED for run in runs):
            return False
        run = Run(
            id=books.next_id(), ticket=ticket.number, ladder=ladder, priority=ticket.priority, started_at=now, why=why
        )  # fmt: skip
        opens = self.policy.opens_next(ladder.quiet_hours, now)
        waits = f"; its first step waits until {opens:%Y-%m-%d %H:%M} UTC, when {ladder.quiet_hours} opens" if opens else ""
        reason = f"{ticket.priority.value}, {why}: the ladder {ladder.name!r} wakes people{waits}"
        self._write(ticket, EventKind.LADDER_STARTED, reason, DESK, books, now)
        climber = Climber(policy=self.policy, teller=self.teller)
        if opens is not None:
            climber.wait(run, ticket, opens, books)
        else:
            run = climber.climb(run, ticket, books, now)
        books.ladders.add(run)
        return True

    def follow(self, before: Ticket, ticket: Ticket, why: str, books: UnitOfWork, now: datetime) -> None:
        """The ticket was `before` and is `ticket` now: what it is decides whether people are woken. Whoever asked is told once
        that it has become urgent."""
        if ticket.state not in OPEN:
            self.stop(ticket, why, books, now)
            return
        woke, ladder = before.state in OPEN and self.wakes_somebody(before), self._ladder(ticket)
        rose = before.state in OPEN and ticket.priority < before.priority
        if not woke and ladder is None:
            return
        run, knows = self.running(ticket, books), self._knows(ticket, books)
        ends = run is not None and (ladder is None or not _goes_on(run, ladder, ticket, rose=rose))
        if ends:
            self.stop(ticket, f"{ticket.priority.value} now: {why}", books, now)
        wakes = run is not None and not ends
        if not wakes and (rose or ends or not woke):  # what ended had no answer: another ladder may be meant for it now
            wakes = self.start(ticket, books, now, why, anew=rose or ends)
        if wakes and not knows and ticket.priority in URGENT:
            self._tell_requester(ticket, books, now)

    def climb(self, timer: Timer, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """Nobody answered in time, or the hours have begun that the first step waited for."""
        run = self.running(ticket, books)
        if run is None or run.state is not RunState.RUNNING or run.made != timer.step:
            return
        ladder = run.ladder or self._ladder(ticket)
        if ticket.state not in OPEN or ladder is None or not ladder.is_for(ticket.kind, ticket.priority):
            self.stop(ticket, f"{ticket.state.value}, {ticket.priority.value}: nobody need be woken", books, now)
            return
        books.ladders.save(Climber(policy=self.policy, teller=self.teller).climb(run, ticket, books, now))

    def acknowledge(self, ticket: Ticket, actor: str, books: UnitOfWork, now: datetime, how: str = "") -> bool:
        """Somebody is on it: nothing more is sent, and what has not left is withdrawn. False if nobody was being paged."""
        if not self._end(ticket, RunState.ACKNOWLEDGED, actor, f"{actor} acknowledged", books, now):
            return False
        reason = f"acknowledged the page{f', {how}' if how else ''}"
        self._write(ticket, EventKind.ACKNOWLEDGED, reason, actor, books, now)
        return True

    def stop(self, ticket: Ticket, why: str, books: UnitOfWork, now: datetime) -> bool:
        """Nobody need be woken any more, whether anybody answered or not. False if nobody was being paged."""
        if not self._end(ticket, RunState.STOPPED, "", why, books, now):
            return False
        self._write(ticket, EventKind.LADDER_STOPPED, f"nobody is paged any more: {why}", DESK, books, now)
        return True

    def _knows(self, ticket: Ticket, books: UnitOfWork) -> bool:
        """Does whoever asked know that it is urgent, from the acknowledgement or because they were told?"""
        if any(run.priority in URGENT for run in books.ladders.of(ticket.number)):
            return True
        return bool(books.tickets.events_of(ticket.number, {EventKind.REQUESTER_TOLD}, 1))

    def _tell_requester(self, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """A person who asked, and takes answers; a monitor is told nothing."""
        asked, _ = books.tickets.opening(ticket.number)
        author = asked.author if asked is not None else None
        if asked is None or author is None or not asked.answerable or author.value in self.teller.own:
            return
        names = books.threads.names(asked.id)
        fields = {"subject": asked.subject, **({"answers": names[0].value} if names else {})}
        notice = Notice(kind=NoticeKind.URGENT, fields=fields)
        self.teller.tell(ticket, notice, REACHED_BY[author.kind], author.value, books, now)
        said = f"told {author.value} that people are being woken for it"
        self._write(ticket, EventKind.REQUESTER_TOLD, said, DESK, books, now)

    def _ladder(self, ticket: Ticket) -> Ladder | None:
        """A child of a major incident wakes nobody: its parent does."""
        return self.policy.ladder_for(ticket.kind, ticket.priority) if ticket.parent is None else None

    def _end(self, ticket: Ticket, state: RunState, by: str, why: str, books: UnitOfWork, now: datetime) -> bool:
        run = self.running(ticket, books)
        if run is None:
            return False
        books.ladders.save(replace(run, state=state, ended_at=now, ended_by=by, end_why=why))
        books.timers.cancel(ticket.number, TimerKind.PAGE_UNANSWERED)
        books.outbox.cancel(ticket.number, [NoticeKind.PAGE], why)
        return True

    def _write(self, ticket: Ticket, kind: EventKind, reason: str, actor: str, books: UnitOfWork, now: datetime) -> None:
        books.tickets.add_event(Event(ticket=ticket.number, kind=kind, at=now, actor=actor, reason=reason))


def _goes_on(run: Run, ladder: Ladder, ticket: Ticket, *, rose: bool) -> bool:
    """A run keeps its own ladder, as it was. What has become worse takes another one that is meant for it, and begins again
    where everybody had been paged."""
    mine = run.ladder or ladder
    if not mine.is_for(ticket.kind, ticket.priority):
        return False
    return not rose or (run.state is RunState.RUNNING and mine.name == ladder.name)
