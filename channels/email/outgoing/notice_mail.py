"""What the desk says by itself to one person: a ticket exists, somebody is needed now, a mail was not passed on."""

from collections.abc import Mapping

from channels.email.outgoing.context import Acknowledgement, NotPassedOn, Page
from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.plain_words import first_lines, one_line, untagged, written
from channels.email.outgoing.words import Words
from intake.desk.outbound import Outbound
from intake.domain.label import Kind


def acknowledgement(outbound: Outbound, letterhead: Letterhead, words: Words) -> Acknowledgement:
    ticket, fields = outbound.ticket, _fields(outbound)
    return Acknowledgement(
        desk_name=letterhead.name,
        ticket=words.ticket(ticket, letterhead.policy),
        subject=untagged(fields.get("subject", "")) or untagged(ticket.short_description),
        unlabelled=ticket.kind is Kind.NONE,
        paged=bool(fields.get("paged")),
        page=letterhead.page(outbound.delivery),
    )


def page(outbound: Outbound, letterhead: Letterhead, words: Words) -> Page:
    step = _fields(outbound).get("step", "")
    return Page(
        desk_name=letterhead.name,
        ticket=words.ticket(outbound.ticket, letterhead.policy),
        step=int(step) if step.isascii() and step.isdigit() else 1,
        requester=requester_of(outbound),
        said=first_lines(outbound.asked.body) if outbound.asked is not None else "",
        staff_may_answer=letterhead.staff_may_answer,
        note_address=letterhead.note_address(outbound.ticket) if letterhead.staff_may_answer else "",
    )


def not_passed_on(outbound: Outbound, letterhead: Letterhead, words: Words) -> NotPassedOn:
    return NotPassedOn(
        desk_name=letterhead.name,
        ticket=words.ticket(outbound.ticket, letterhead.policy),
        why=written(_fields(outbound).get("why", "")),
        staff_may_answer=letterhead.staff_may_answer,
        note_address=letterhead.note_address(outbound.ticket) if letterhead.staff_may_answer else "",
    )


def requester_of(outbound: Outbound) -> str:
    """Who asked, in one line; empty where that is not known."""
    author = outbound.asked.author if outbound.asked is not None else None
    if author is None:
        return ""
    return one_line(f"{author.name} <{author.value}>" if author.name and author.name != author.value else author.value)


def _fields(outbound: Outbound) -> Mapping[str, str]:
    notice = outbound.delivery.notice
    return notice.fields if notice else {}
