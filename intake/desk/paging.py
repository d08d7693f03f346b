"""Waking somebody: a ladder starts for what is urgent, climbs until a human answers, and stops when nobody need be woken."""

from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.calls.plan import LONGEST
from intake.desk.calls.waiting import A_CALL_LASTS, being_connected, somebody_talks
from intake.desk.lifecycle import OPEN
from intake.desk.oncall.climbing import Climber
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.telling import REACHED_BY, Teller
from intake.domain.channel import Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import DESK, Event, EventKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.page import URGENT, Ladder, Page, Run, RunState
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

    def start(
        self, ticket: Ticket, books: UnitOfWork, now: datetime, why: str, *, anew: bool = False, taken_by: str = ""
    ) -> bool:
        """From the first step of the ladder that fits what the ticket is now, with the first pages queued at once. False, and
        nothing happens, where no ladder fits, one is running, or somebody has acknowledged an earlier one; `anew` is for a
        priority that rose and for what was reopened, where an earlier acknowledgement counts no more. `taken_by`: who took the
        call that says so; then the run is theirs at once, and nobody is paged: False."""
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
        if taken_by:
            waits = f"; not now: {taken_by} has taken the call"
        elif opens is None and (opens := being_connected(ticket, self.policy, books, now)):
            waits = f"; its first step waits while the caller is being connected, until {opens:%H:%M:%S} UTC at most"
        reason = f"{ticket.priority.value}, {why}: the ladder {ladder.name!r} wakes people{waits}"
        self._write(ticket, EventKind.LADDER_STARTED, reason, DESK, books, now)
        climber = Climber(policy=self.policy, teller=self.teller)
        books.ladders.add(run)  # before its pages, which refer to it: what is read meanwhile may have them written
        if taken_by:
            self.acknowledge(ticket, taken_by, books, now, "by having taken the call")
        elif opens is not None:
            climber.wait(run, ticket, opens, books)
        else:
            books.ladders.save(climber.climb(run, ticket, books, now))
        return not taken_by

    def follow(self, before: Ticket, ticket: Ticket, why: str, books: UnitOfWork, now: datetime, *, taken_by: str = "") -> None:
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
            wakes = self.start(ticket, books, now, why, anew=rose or ends, taken_by=taken_by)
        if wakes and not knows and ticket.priority in URGENT:
            self._tell_requester(ticket, books, now)

    def climb(self, timer: Timer, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """Nobody answered in time, or what the first step waited for is over: quiet hours, a call."""
        run = self.running(ticket, books)
        if run is not None and run.state is RunState.RUNNING and run.made == timer.step:
            self._climb(run, ticket, books, now)

    def wait_on(self, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """The caller is still being asked, or connected: a first step that waits for that waits on, never longer than `LONGEST`
        in all."""
        run = self._waits_for_a_call(ticket, books, now)
        until = being_connected(ticket, self.policy, books, now) if run is not None else None
        if run is not None and until is not None:
            books.timers.cancel(ticket.number, TimerKind.PAGE_UNANSWERED)
            until = min(until, run.started_at + LONGEST)
            Climber(policy=self.policy, teller=self.teller).wait(run, ticket, until, books)

    def connect_no_longer(self, call: str, ticket: Ticket, why: str, books: UnitOfWork, now: datetime) -> bool:
        """Nobody took this call: a first step that waits for it is made at once. False where none does, or another caller of
        the same matter is being connected."""
        run = self._waits_for_a_call(ticket, books, now)
        if run is None or being_connected(ticket, self.policy, books, now, but=call) is not None:
            return False
        self._write(ticket, EventKind.NOTED, f"the ladder waits no longer: {why}", DESK, books, now)
        self._climb_at_once(run, ticket, books, now)
        return True

    def nobody_took(self, call: str, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """Everybody was rung for this caller in vain, who hears that people go on being woken: a first step that waited is made
        at once, and a ladder that is over (answered for an earlier call, or nobody was left) begins anew."""
        run = self.running(ticket, books)
        if self.connect_no_longer(call, ticket, "nobody took the call", books, now) or (run and run.state is RunState.RUNNING):
            return
        if ticket.state not in OPEN or not self.wakes_somebody(ticket) or somebody_talks(ticket, books, now):
            return
        self.stop(ticket, "it begins anew", books, now)
        self.start(ticket, books, now, _CALLED_AGAIN, anew=True)

    def page_failed(self, delivery: Delivery, ticket: Ticket, books: UnitOfWork, now: datetime) -> bool:
        """A page by phone reached nobody who pressed a key, or one by text cannot arrive. Where all voice pages of the last
        move have failed (where it had none: all its pages) the next one is made at once: to wait for somebody who was not
        reached helps nobody."""
        if not delivery.urgent or delivery.channel not in _BY_NUMBER:
            return False
        run = self.running(ticket, books)
        if run is None or run.state is not RunState.RUNNING or run.made == 0:
            return False
        pages = [page for page in books.ladders.pages(run.id) if page.delivery is not None]
        last = max(((page.step, page.repetition) for page in pages), default=None)
        move = [page for page in pages if (page.step, page.repetition) == last]
        hoped_for = [page for page in move if page.channel is Channel.PHONE] or move
        if delivery.id not in {page.delivery for page in hoped_for} or any(self._may_reach(page, books) for page in hoped_for):
            return False
        how = "phone" if delivery.channel is Channel.PHONE else "text"
        self._write(ticket, EventKind.NOTED, f"nobody was reached by {how}: the ladder climbs at once", DESK, books, now)
        self._climb_at_once(run, ticket, books, now)
        return True

    def _may_reach(self, page: Page, books: UnitOfWork) -> bool:
        sent = books.outbox.get(page.delivery) if page.delivery is not None else None
        return sent is not None and sent.state not in _IN_VAIN

    def _waits_for_a_call(self, ticket: Ticket, books: UnitOfWork, now: datetime) -> Run | None:
        run = self.running(ticket, books)
        if run is None or run.state is not RunState.RUNNING or run.made > 0:
            return None
        ladder = run.ladder or self._ladder(ticket)
        return run if ladder is not None and self.policy.opens_next(ladder.quiet_hours, now) is None else None

    def _climb_at_once(self, run: Run, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        books.timers.cancel(ticket.number, TimerKind.PAGE_UNANSWERED)
        self._climb(run, ticket, books, now)

    def _climb(self, run: Run, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
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
        if ticket.revision and books.calls.live(ticket.number, now - A_CALL_LASTS) is not None:
            return  # they are on the phone, and hear it there
        if somebody_talks(ticket, books, now):
            return
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


_CALLED_AGAIN = "somebody calls about it, and nobody took the call"
_BY_NUMBER = frozenset({Channel.PHONE, Channel.SMS})
_IN_VAIN = frozenset({DeliveryState.FAILED, DeliveryState.CANCELED, DeliveryState.HELD})


def _goes_on(run: Run, ladder: Ladder, ticket: Ticket, *, rose: bool) -> bool:
    """A run keeps its own ladder, as it was. What has become worse takes another one that is meant for it, and begins again
    where everybody had been paged."""
    mine = run.ladder or ladder
    if not mine.is_for(ticket.kind, ticket.priority):
        return False
    return not rose or (run.state is RunState.RUNNING and mine.name == ladder.name)
