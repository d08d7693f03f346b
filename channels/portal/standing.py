"""How a ticket stands, in words for whoever asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from channels.portal.change_words import outside
from intake.desk.lifecycle import OPEN, may_reopen
from intake.desk.policy import Policy
from intake.desk.replies import is_pending
from intake.domain.change import Change, Stage
from intake.domain.label import Category
from intake.domain.ticket import State, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`says` has places for the `team` and the `days` until a resolved ticket closes. `asks` leads to the form that it asks to
    be filled in, where the page offers that."""

    headline: str
    says: str
    asks: str = ""


STANDINGS: Mapping[State, Standing] = {
    State.NEW: Standing(headline="Waiting to be looked at", says="It is with {team}. We will write to you."),
    State.IN_PROGRESS: Standing(headline="Being worked on", says="It is with {team}. We will write to you."),
    State.ON_HOLD: Standing(
        headline="On hold",
        says="It is with {team}. We cannot go on just now, and take it up again as soon as we can."
        " If we need something from you, we have written to you.",
    ),
    State.RESOLVED: Standing(
        headline="Solved, as far as we know",
        says="We have sent our final answer. If we hear nothing, the ticket closes by itself after {days}.",
        asks="Please tell us whether it is solved.",
    ),
    State.CLOSED: Standing(
        headline="Closed", says="This ticket is closed.", asks="If it is not solved after all, you can open it again."
    ),
    State.CANCELED: Standing(
        headline="Closed without an answer",
        says="We took it that no answer was needed. If that is wrong, please write to us below.",
    ),
}
PENDING = Standing(
    headline="Answered", says="We have written an answer that should solve this.", asks="Please tell us whether it does."
)
MERGED = Standing(
    headline="Handled together with another ticket",
    says="There is another ticket about the same matter, and we look after both together."
    " Answers that we send you about it appear here as well.",
)


def standing(ticket: Ticket, change: Change | None = None) -> Standing:
    if ticket.merged_into is not None:
        return MERGED
    if ticket.state is State.NEW and change is not None and change.stage is not Stage.DRAFT:
        return STANDINGS[State.IN_PROGRESS]  # it was looked at, whoever has taken it
    return PENDING if is_pending(ticket) else STANDINGS[ticket.state]


def explained(ticket: Ticket, team: str, policy: Policy, change: Change | None = None) -> str:
    count = policy.final.close_after_working_days
    return standing(ticket, change).says.format(team=team, days=f"{count} working {'day' if count == 1 else 'days'}")


def change_in_words(change: Change | None, ticket: Ticket) -> str:
    """How what is to change stands; empty where nothing is, and where the ticket is looked after elsewhere."""
    if change is None or ticket.merged_into is not None:
        return ""
    return outside(change, wants_incident=ticket.category is Category.DEFECT_FIX and change.incident is None)


def what_writing_does(ticket: Ticket, policy: Policy, now: datetime) -> str:
    """Where it is more than a further message."""
    if ticket.merged_into is not None:
        return "What you write goes to the people who look after both tickets."
    if ticket.state in OPEN:
        return "Is something left? What you write here keeps the ticket open." if is_pending(ticket) else ""
    if may_reopen(ticket, policy, now):
        return "Is something left? What you write here opens the ticket again."
    return "This ticket ended some time ago: what you write here opens a new one, and we send you its number."
