"""A human's answer to whoever asked, as mail."""

from channels.email.letterhead import Letterhead
from channels.email.plain_words import counted, tagged_reply, written
from intake.desk.outbound import Outbound
from intake.desk.policy import FinalPolicy
from intake.domain.ticket import spoken
from intake.domain.ticket_message import TicketMessage


def reply_mail(reply: TicketMessage, outbound: Outbound, letterhead: Letterhead) -> tuple[str, str]:
    """Subject and body."""
    ticket = outbound.ticket
    page = letterhead.page(outbound.delivery)
    lines = [written(reply.body), ""]
    if outbound.resolves:
        lines += [*_did_this_solve_it(page, letterhead.policy.final), ""]
    lines += [
        "-- ",
        f"Help desk, {spoken(ticket.number)}",
        "To add something, answer this mail: it goes straight to your ticket.",
    ]
    if page:
        lines.append(f"How it stands: {page}")
    return tagged_reply(ticket, ticket.short_description), "\n".join(lines) + "\n"


def _did_this_solve_it(page: str, final: FinalPolicy) -> list[str]:
    """The links ask once more: mail scanners follow every link that they see."""
    if page:
        answers = [f"  Yes: {page}/yes", f"  No:  {page}/no"]
    else:
        answers = [f"  If not, just answer this mail within {counted(final.reopen_window.days, 'day')}."]
    days = counted(final.close_after_working_days, "working day")
    return ["Did this solve it?", *answers, f"  If we hear nothing, the ticket closes by itself after {days}."]
