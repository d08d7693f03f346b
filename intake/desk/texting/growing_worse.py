"""A text, or what is said in a chat, that goes to a ticket which somebody has, and presses now: it does not wait there."""

from dataclasses import dataclass, replace

from intake.desk.lifecycle import OPEN
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.storms.aftermath import Aftermath
from intake.desk.telling import REACHED_BY, Teller
from intake.desk.texting.text_heard import TextHeard
from intake.domain.channel import Channel
from intake.domain.event import EventKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.page import URGENT


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowingWorse:
    policy: Policy
    teller: Teller
    pager: Pager
    storms: Aftermath

    def follow(self, text: TextHeard, number: int) -> None:
        """The ticket becomes as urgent as the text that was just added is by its own words; people are woken, and whoever
        wrote hears that, by text as long as they take any."""
        books, label = text.books, text.label
        ticket = books.tickets.get(number)
        assert ticket is not None
        impact, urgency = min(label.impact, ticket.impact), min(label.urgency, ticket.urgency)
        worse = replace(ticket, impact=impact, urgency=urgency, priority=self.policy.priority(impact, urgency))
        presses = self.policy.priority(label.impact, label.urgency) in URGENT
        if not presses or ticket.state not in OPEN or worse.priority >= ticket.priority:
            return
        case = text.case(ticket)
        how, verb = ("by text", "texts") if text.channel is Channel.SMS else ("in the chat", "says")
        says = f"{text.number} {verb} that it presses: impact {impact.value}, urgency {urgency.value}, {worse.priority.value}"
        case.write(EventKind.LABELLED, f"{says} by the matrix", worse, evidence=label.evidence)
        self.pager.follow(ticket, case.ticket, f"it presses now, {how}", books, text.now)
        self.storms.follow(ticket, case)
        asked, _ = books.tickets.opening(number)
        where = self.teller.living(text.author, books)
        if where is not None and (asked is None or asked.author is None or asked.author.value != text.number):
            notice = Notice(kind=NoticeKind.URGENT, fields={"subject": ticket.short_description})
            self.teller.tell(case.ticket, notice, REACHED_BY[where.kind], where.value, books, text.now)
