"""What the desk says by itself to one person: that a ticket exists, and that somebody is needed now."""

from collections.abc import Mapping

from channels.email.letterhead import Letterhead
from channels.email.outgoing_context import Acknowledgement, Page
from channels.email.outgoing_words import Words
from channels.email.plain_words import untagged
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
        staff_may_answer=letterhead.staff_may_answer,
    )


def _fields(outbound: Outbound) -> Mapping[str, str]:
    notice = outbound.delivery.notice
    return notice.fields if notice else {}
