"""Whoever asked in a chat reads there how their ticket goes: taken up, on hold, with another team. One line, now and then."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.desk.case import Case
from intake.desk.lifecycle import OPEN
from intake.desk.reaching import addresses_of_caller
from intake.desk.telling import REACHED_BY, Teller
from intake.domain.channel import Channel
from intake.domain.deed import Merge, Reply, Resolve, ResolveAsProposed
from intake.domain.deed_shape import Deed
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import State, Ticket

EVERY = timedelta(minutes=5)
_SPEAK = (Reply, Resolve, ResolveAsProposed, Merge)  # who did this has told them, or tells them where it goes on
_Visible = tuple[State, str, datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    teller: Teller

    def follow(self, before: Ticket, case: Case, deed: Deed | None = None) -> None:
        """The ticket was `before` and is the case's now. What they read is made when it leaves: what changes until then is told
        along with it."""
        ticket = case.ticket
        if Channel.SLACK not in self.teller.senders or isinstance(deed, _SPEAK):
            return
        if _visible(before) == _visible(ticket) or not is_news(ticket):
            return
        addresses = addresses_of_caller(case, self.teller)
        if not addresses or REACHED_BY[addresses[0].kind] is not Channel.SLACK:
            return
        coalesce = f"progress:{ticket.number}"
        if case.books.outbox.is_queued(coalesce):
            return
        last = case.books.outbox.told_at(ticket.number, NoticeKind.PROGRESS)
        due = max(case.now, last + EVERY) if last is not None else case.now
        notice = Notice(kind=NoticeKind.PROGRESS)
        where = addresses[0].value
        self.teller.tell(ticket, notice, Channel.SLACK, where, case.books, case.now, due=due, coalesce=coalesce)


def is_news(ticket: Ticket) -> bool:
    """An end they hear of by the final response; a merged ticket goes on elsewhere."""
    return ticket.state in OPEN or (ticket.state is State.CANCELED and ticket.merged_into is None)


def _visible(ticket: Ticket) -> _Visible:
    """What whoever asked can see of it: never who has it, nor why it rests."""
    return ticket.state, ticket.assignment_group, ticket.on_hold_until if ticket.state is State.ON_HOLD else None
