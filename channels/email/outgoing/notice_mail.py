"""What the desk says by itself to one person: a ticket exists, somebody is needed now, a mail was not passed on."""

from collections.abc import Mapping

from channels.email.outgoing.context import Acknowledgement, NotPassedOn, Page, Urgent
from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.plain_words import first_lines, one_line, untagged, written
from channels.email.outgoing.words import Words
from intake.desk.labelling import has_question
from intake.desk.outbound import Outbound
from intake.domain.label import Kind
from intake.domain.page import URGENT
from intake.domain.ticket_message import TicketMessage


def acknowledgement(outbound: Outbound, letterhead: Letterhead, words: Words) -> Acknowledgement:
    ticket, fields = outbound.ticket, _fields(outbound)
    return Acknowledgement(
        desk_name=letterhead.name,
        ticket=words.ticket(ticket, letterhead.policy),
        subject=untagged(fields.get("subject", "")) or untagged(ticket.short_description),
        unlabelled=has_question(ticket, letterhead.policy),
        urgent=bool(fields.get("paged")) or ticket.priority in URGENT,
        paged=bool(fields.get("paged")),
        phone=letterhead.phone,
        page=letterhead.page(outbound.delivery),
        storm=fields.get("storm", ""),
        change=ticket.kind is Kind.ENHANCEMENT,
    )


def urgent(outbound: Outbound, letterhead: Letterhead, words: Words) -> Urgent:
    ticket = outbound.ticket
    return Urgent(
        desk_name=letterhead.name,
        ticket=words.ticket(ticket, letterhead.policy),
        subject=untagged(_fields(outbound).get("subject", "")) or untagged(ticket.short_description),
        phone=letterhead.phone,
        page=letterhead.page(outbound.delivery),
    )


def page(outbound: Outbound, letterhead: Letterhead, words: Words) -> Page:
    step, note_address = _fields(outbound).get("step", ""), letterhead.proven_note_address(outbound.ticket)
    return Page(
        desk_name=letterhead.name,
        ticket=words.ticket(outbound.ticket, letterhead.policy),
        step=int(step) if step.isascii() and step.isdigit() else 1,
        link=letterhead.acknowledging(outbound.delivery),
        requester=author_of(outbound.asked),
        said=first_lines(outbound.asked.body) if outbound.asked is not None else "",
        staff_may_answer=bool(note_address),
        note_address=note_address,
    )


def not_passed_on(outbound: Outbound, letterhead: Letterhead, words: Words) -> NotPassedOn:
    """Whose mail proved nothing is not told to try the same again."""
    ticket, fields = outbound.ticket, _fields(outbound)
    unproven = bool(fields.get("unproven"))
    return NotPassedOn(
        desk_name=letterhead.name,
        ticket=words.ticket(ticket, letterhead.policy),
        why=written(fields.get("why", "")),
        staff_may_answer=not unproven and letterhead.passes_on(ticket, outbound.delivery.address),
        note_address="" if unproven else letterhead.proven_note_address(ticket),
    )


def author_of(message: TicketMessage | None) -> str:
    """Who wrote it, in one line; empty where that is not known."""
    author = message.author if message is not None else None
    if author is None:
        return ""
    return one_line(f"{author.name} <{author.value}>" if author.name and author.name != author.value else author.value)


def _fields(outbound: Outbound) -> Mapping[str, str]:
    notice = outbound.delivery.notice
    return notice.fields if notice else {}
