"""What the desk says by itself to one person: that a ticket exists, and that somebody is needed now."""

from collections.abc import Mapping

from channels.email.letterhead import Letterhead
from channels.email.plain_words import IMPACTS, URGENCIES, one_line, plain_label, plain_line, plain_priority, tagged
from intake.desk.outbound import Outbound
from intake.domain.label import Kind
from intake.domain.ticket import spoken

QUESTION = "Is something broken, do you need something, or should something change?"


def acknowledgement(outbound: Outbound, letterhead: Letterhead) -> tuple[str, str]:
    """Subject and body, as all of these."""
    ticket, fields = outbound.ticket, _fields(outbound)
    number = spoken(ticket.number)
    asked = one_line(fields.get("subject", "")) or one_line(ticket.short_description)
    team = letterhead.policy.team(ticket.assignment_group).title
    page = letterhead.page(outbound.delivery)
    lines = [
        f"Thank you, we have your message. It is ticket {number}.",
        "",
        f"  About:         {asked}",
        f"  We read it as: {plain_label(ticket)}",
        f"  Priority:      {plain_priority(ticket)}",
        "",
    ]
    if ticket.kind is Kind.NONE:
        lines += ["One question", f"  {QUESTION}", f"  Answer here: {page}" if page else "  Answer this mail and say so.", ""]
    lines += [
        "What happens next",
        f"  {team} looks at it and answers you by mail. What they cannot solve goes on to the team that can.",
    ]
    if fields.get("paged"):
        lines.append("  It looks urgent, so we have alerted the people on call as well.")
    lines += [
        "",
        "To add something",
        "  Answer this mail. Everything you write goes straight to your ticket.",
        "  If we have understood you wrongly, say so: a person reads it.",
        "",
        *(["To see how it stands", f"  {page}", ""] if page else []),
        "-- ",
        f"Help desk, {number}",
        "This message was written by the desk itself.",
    ]
    return tagged(ticket, asked), "\n".join(lines) + "\n"


def page(outbound: Outbound, letterhead: Letterhead) -> tuple[str, str]:
    ticket = outbound.ticket
    step = _fields(outbound).get("step", "1")
    team = letterhead.policy.team(ticket.assignment_group).title
    body = (
        f"{ticket.priority.value} needs a person now.\n\n  {plain_line(ticket)}\n  {plain_label(ticket)};"
        f" {IMPACTS[ticket.impact]}, {URGENCIES[ticket.urgency]}\n  with {team} since {ticket.opened_at:%H:%M} UTC\n\n"
        f"This is page {step}. Until somebody acknowledges it, the next tier is paged.\n"
    )
    return f"PAGE {ticket.priority.value} {spoken(ticket.number)}: {one_line(ticket.short_description)}", body


def _fields(outbound: Outbound) -> Mapping[str, str]:
    notice = outbound.delivery.notice
    return notice.fields if notice else {}
