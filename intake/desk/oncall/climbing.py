"""One run of a ladder: its moves, each recorded once, until somebody answers or nobody is left to be asked."""

from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.chat.speaking import Speaking
from intake.desk.oncall.reached import Finder
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.telling import Teller
from intake.desk.texting.page_code import code_for
from intake.domain.event import Event, EventKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.page import Ladder, Page, Run, RunState, Step
from intake.domain.storm import StormStage
from intake.domain.ticket import Ticket
from intake.domain.timer import Timer, TimerKind

NOT_KNOWN = Ladder(name="", priorities=frozenset(), kinds=frozenset(), steps=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Climber:
    """Whoever calls it has the ticket locked."""

    policy: Policy
    teller: Teller

    def climb(self, run: Run, ticket: Ticket, books: UnitOfWork, now: datetime) -> Run:
        """The next move that reaches somebody; those that reach nobody are recorded and passed over at once. The run as it is
        then: to be written by the caller, in the same commit."""
        ladder = run.ladder or self.policy.ladder_for(ticket.kind, ticket.priority) or NOT_KNOWN
        run, empty, in_vain = replace(run, ladder=ladder), -1, run.made == 0
        for number, time in ladder.moves[run.made :]:
            run = replace(run, made=run.made + 1)
            step = ladder.steps[number]
            if number == empty or _is_below(step, ticket):
                continue
            if self._page(run, step, (number + 1, time + 1), ticket, books, now):
                self.wait(run, ticket, now + step.wait, books)
                return run
            empty = number
        return self._exhaust(run, ticket, books, now, in_vain=in_vain)

    def wait(self, run: Run, ticket: Ticket, until: datetime, books: UnitOfWork) -> None:
        """In the commit of the move that it follows."""
        books.timers.add(
            Timer(id=books.next_id(), ticket=ticket.number, kind=TimerKind.PAGE_UNANSWERED, due_at=until, step=run.made)
        )

    def _page(self, run: Run, step: Step, place: tuple[int, int], ticket: Ticket, books: UnitOfWork, now: datetime) -> bool:
        """False where nobody can be reached."""
        speaking = Speaking(policy=self.policy)
        finder = Finder(
            policy=self.policy, channels=self.teller.senders, in_chat=lambda agent: speaking.id_of(agent, books.chat)
        )
        reached = finder.reached(step, ticket, now)
        count = _count(run, ticket)
        data = {"run": str(run.id), "step": str(place[0]), "repetition": str(place[1])}
        blank = Page(
            id=books.next_id(), run=run.id, ticket=ticket.number, step=place[0], repetition=place[1], at=now
        )  # fmt: skip
        if not reached.addressees:
            books.ladders.add_page(blank)
            reason = f"{ticket.priority.value}: step {place[0]} reaches nobody: {reached.whom} has no address"
            self._write(ticket, EventKind.PAGED, reason, data, books, now)
            return False
        storm = books.storms.get(ticket.number)
        major = {"conference": "yes"} if storm is not None and storm.stage is StormStage.FORMED else {}
        for one in reached.addressees:
            delivery = books.next_id()
            code = code_for(one.channel, one.address, books, now)
            whom = one.agent or self.policy.team(one.team).title
            told = {"step": str(count), "whom": whom, **({"code": code} if code else {}), **major}
            notice = Notice(kind=NoticeKind.PAGE, fields=told)
            self.teller.tell(ticket, notice, one.channel, one.address, books, now, delivery=delivery)
            page = replace(
                blank,
                id=books.next_id(),
                team=one.team,
                agent=one.agent,
                channel=one.channel,
                address=one.address,
                delivery=delivery,
                code=code,
            )
            books.ladders.add_page(page)
        where = ", ".join(f"{one.address} by {one.channel.value}" for one in reached.addressees)
        again = f", time {place[1]}" if place[1] > 1 else ""
        reason = f"{ticket.priority.value}: page {count} to {reached.whom} (step {place[0]}{again}): {where}"
        self._write(ticket, EventKind.PAGED, reason, data, books, now)
        return True

    def _exhaust(self, run: Run, ticket: Ticket, books: UnitOfWork, now: datetime, *, in_vain: bool) -> Run:
        """`in_vain`: no step of it reached anybody."""
        paged = "everybody on the ladder was paged and nobody acknowledged"
        said = "the ladder reaches nobody, so that nobody was paged" if in_vain else paged
        reason = f"{said}; no more will be sent, and the desk gives an alarm"
        self._write(ticket, EventKind.LADDER_EXHAUSTED, reason, {"run": str(run.id)}, books, now)
        return replace(run, state=RunState.EXHAUSTED, ended_at=now)

    def _write(
        self, ticket: Ticket, kind: EventKind, reason: str, data: dict[str, str], books: UnitOfWork, now: datetime
    ) -> None:
        books.tickets.add_event(Event(ticket=ticket.number, kind=kind, at=now, reason=reason, data=data))


def _is_below(step: Step, ticket: Ticket) -> bool:
    """The tier where the ticket stands."""
    return step.tier is not None and step.tier < ticket.tier


def _count(run: Run, ticket: Ticket) -> int:
    """Which page people call it: steps that are left out do not count."""
    assert run.ladder is not None
    return sum(not _is_below(run.ladder.steps[number], ticket) for number, _ in run.ladder.moves[: run.made])
