"""Waking somebody: page the tier that owns the ticket, and climb until a human acknowledges."""

from dataclasses import dataclass
from datetime import datetime

from intake.desk.lifecycle import OPEN
from intake.desk.policy import Policy, Team
from intake.desk.ports import UnitOfWork
from intake.desk.router import next_tier, route
from intake.desk.telling import Teller
from intake.domain.channel import Channel
from intake.domain.event import Event, EventKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import Ticket, Tier
from intake.domain.timer import Timer, TimerKind

MOST_PAGES = 6  # the last tier is paged again until then; the outbound gate may stop it sooner


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    policy: Policy
    teller: Teller

    def wakes_somebody(self, ticket: Ticket) -> bool:
        return ticket.priority in self.policy.page.priorities

    def start(self, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        self._page(ticket, ticket.tier, 1, books, now)

    def climb(self, timer: Timer, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """The page of `timer.step` went unanswered."""
        if ticket.state not in OPEN or not self.wakes_somebody(ticket):
            return
        if timer.step >= MOST_PAGES:
            reason = f"nobody acknowledged {timer.step} pages; no more will be sent"
            books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.PAGED, at=now, reason=reason))
            return
        tier = ticket.tier
        for _ in range(timer.step):
            tier = next_tier(self.policy, ticket.kind, tier) or tier
        self._page(ticket, tier, timer.step + 1, books, now)

    def acknowledge(self, ticket: Ticket, actor: str, books: UnitOfWork, now: datetime) -> bool:
        """Stop climbing. False if nobody was being paged."""
        if books.timers.cancel(ticket.number, TimerKind.PAGE_UNANSWERED) == 0:
            return False
        books.outbox.cancel(ticket.number, [NoticeKind.PAGE], f"{actor} acknowledged")
        books.tickets.add_event(
            Event(ticket=ticket.number, kind=EventKind.ACKNOWLEDGED, at=now, actor=actor, reason="acknowledged the page")
        )
        return True

    def stop(self, ticket: Ticket, why: str, books: UnitOfWork) -> None:
        """Nobody need be woken any more."""
        if books.timers.cancel(ticket.number, TimerKind.PAGE_UNANSWERED):
            books.outbox.cancel(ticket.number, [NoticeKind.PAGE], why)

    def _page(self, ticket: Ticket, tier: Tier, step: int, books: UnitOfWork, now: datetime) -> None:
        team = self._whom(ticket, tier)
        if team.mail:
            notice = Notice(kind=NoticeKind.PAGE, fields={"step": str(step)})
            self.teller.tell(ticket, notice, Channel.EMAIL, team.mail, books, now)
        books.timers.add(
            Timer(
                id=books.next_id(),
                ticket=ticket.number,
                kind=TimerKind.PAGE_UNANSWERED,
                due_at=now + self.policy.page.climb_after,
                step=step,
            )
        )
        whom = team.title if team.mail else f"{team.title} has no address: nobody"
        reason = f"{ticket.priority.value}: page {step} to {whom}"
        books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.PAGED, at=now, reason=reason))

    def _whom(self, ticket: Ticket, tier: Tier) -> Team:
        """Whoever has the ticket; above that, and where nobody hears there, the team that the routes name."""
        holder = self.policy.team(ticket.assignment_group)
        return holder if tier is ticket.tier and holder.mail else self.policy.team(route(self.policy, ticket.kind, tier).team)
