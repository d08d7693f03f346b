"""What the desk says by itself, as mail: plain words, and headers that keep machines from answering (RFC 3834)."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from intake.desk.keys import KeyRing
from intake.desk.policy import Policy
from intake.desk.ports import Outbound
from intake.desk.signed_names import loop_mark, message_id, reply_tag
from intake.domain.errors import DeliveryError
from intake.domain.label import Category, Kind, Level, Priority
from intake.domain.notice import NoticeKind
from intake.domain.ticket import Ticket, spoken

KINDS: Mapping[Kind, str] = {
    Kind.INCIDENT: "an incident",
    Kind.SERVICE_REQUEST: "a service request",
    Kind.ENHANCEMENT: "a request for a change",
    Kind.NONE: "not sorted yet: one of us reads it first",
}
CATEGORIES: Mapping[Category, str] = {
    Category.UNAVAILABLE: "something does not work",
    Category.ERROR_MESSAGE: "an error message",
    Category.DATA_PROBLEM: "a problem with data",
    Category.BLOCKED_TASK: "somebody cannot go on with a task",
    Category.PERFORMANCE_INTERFACE: "slowness or a display problem",
    Category.PROCESS_QUESTION: "a question about a process",
    Category.HOW_TO: "a how-to question",
    Category.USER_REQUEST: "something to be set up or provided",
    Category.COLLATERAL: "maintenance, patches or certificates",
    Category.CHANGE_REQUEST: "something new or different",
    Category.DEFECT_FIX: "a lasting correction of a defect",
}
IMPACTS: Mapping[Level, str] = {
    Level.HIGH: "a whole site or a critical service is hit",
    Level.MEDIUM: "several people are hit",
    Level.LOW: "one person is hit",
}
URGENCIES: Mapping[Level, str] = {
    Level.HIGH: "work stands still",
    Level.MEDIUM: "work is hindered",
    Level.LOW: "it can wait",
}
PRIORITIES: Mapping[Priority, str] = {
    Priority.P1: "P1, the highest",
    Priority.P2: "P2, high",
    Priority.P3: "P3, normal",
    Priority.P4: "P4, low",
}
_LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """`address` is the desk's own; its domain is in every Message-ID."""

    address: str
    policy: Policy
    keys: KeyRing

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def reply_to(self, ticket: Ticket) -> str:
        local, _, domain = self.address.rpartition("@")
        return f"{local}+{reply_tag(self.keys, ticket.number)}@{domain}"


def render(outbound: Outbound, letterhead: Letterhead) -> EmailMessage:
    """The mail for one outgoing message. The same delivery always gets the same Message-ID.

    Raises DeliveryError(permanent) where the address cannot stand in a header."""
    notice = outbound.delivery.notice
    if notice is None:
        raise DeliveryError("There is no mail for this yet", permanent=True)
    subject, body = _SAYS[notice.kind](outbound, letterhead.policy)
    mail = EmailMessage()
    try:
        mail["From"] = Address("Help desk", addr_spec=letterhead.address)
        mail["To"] = Address(addr_spec=outbound.delivery.address)
        mail["Subject"] = subject
    except (ValueError, IndexError, AttributeError) as fault:  # what the header parser raises on odd addresses
        raise DeliveryError("This address cannot be written in a mail header", permanent=True) from fault
    mail["Date"] = format_datetime(outbound.delivery.created_at)
    name = message_id(letterhead.keys, outbound.ticket.number, outbound.delivery.id, letterhead.domain)
    mail["Message-ID"] = f"<{name}>"
    if len(outbound.deliveries) == 1:
        mail["Reply-To"] = letterhead.reply_to(outbound.ticket)
    if answers := notice.fields.get("answers"):
        mail["In-Reply-To"] = mail["References"] = f"<{one_line(answers)}>"
    mail["Auto-Submitted"] = "auto-replied" if notice.kind is NoticeKind.ACKNOWLEDGEMENT else "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Intake-Loop"] = loop_mark(letterhead.keys, letterhead.address)
    mail.set_content(body, cte="quoted-printable" if not body.isascii() else None)
    return mail


def _acknowledgement(outbound: Outbound, policy: Policy) -> tuple[str, str]:
    ticket, notice = outbound.ticket, outbound.delivery.notice
    fields = notice.fields if notice else {}
    number = spoken(ticket.number)
    asked = one_line(fields.get("subject", "")) or ticket.short_description
    team = policy.teams[ticket.assignment_group].title
    lines = [
        f"Thank you, we have your message. It is ticket {number}.",
        "",
        f"  About:         {asked}",
        f"  We read it as: {plain_label(ticket)}",
        f"  Priority:      {plain_priority(ticket)}",
        "",
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
        "-- ",
        f"Help desk, {number}",
        "This message was written by the desk itself.",
    ]
    return f"[{number}] {asked}", "\n".join(lines) + "\n"


def _arrival(outbound: Outbound, policy: Policy) -> tuple[str, str]:
    team = policy.teams[outbound.ticket.assignment_group].title
    if len(outbound.tickets) == 1:
        subject = f"New for {team}: {_line(outbound.ticket)}"
    else:
        subject = f"{len(outbound.tickets)} new tickets for {team}"
    lines = [f"New for {team}:", "", *(f"  {_line(ticket)}" for ticket in outbound.tickets), ""]
    return subject, "\n".join(lines)


def _page(outbound: Outbound, policy: Policy) -> tuple[str, str]:
    ticket, notice = outbound.ticket, outbound.delivery.notice
    step = notice.fields.get("step", "1") if notice else "1"
    team = policy.teams[ticket.assignment_group].title
    body = (
        f"{ticket.priority.value} needs a person now.\n\n  {_line(ticket)}\n  {plain_label(ticket)};"
        f" {IMPACTS[ticket.impact]}, {URGENCIES[ticket.urgency]}\n  with {team} since {ticket.opened_at:%H:%M} UTC\n\n"
        f"This is page {step}. Until somebody acknowledges it, the next tier is paged.\n"
    )
    return f"PAGE {ticket.priority.value} {spoken(ticket.number)}: {ticket.short_description}", body


_SAYS = {
    NoticeKind.ACKNOWLEDGEMENT: _acknowledgement,
    NoticeKind.ARRIVAL: _arrival,
    NoticeKind.PAGE: _page,
}


def _line(ticket: Ticket) -> str:
    return f"{spoken(ticket.number)}  {ticket.priority.value}  {ticket.short_description}"


def plain_label(ticket: Ticket) -> str:
    category = f" ({CATEGORIES[ticket.category]})" if ticket.category else ""
    return KINDS[ticket.kind] + category


def plain_priority(ticket: Ticket) -> str:
    return f"{PRIORITIES[ticket.priority]}: {IMPACTS[ticket.impact]}, {URGENCIES[ticket.urgency]}"


def one_line(text: str) -> str:
    """Text of a stranger, fit for a header: one line, no control characters, bounded."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))[:_LONGEST_SUBJECT]
