"""A human's answer to whoever asked, as mail."""

from channels.email.outgoing.context import Answer
from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.plain_words import one_line, unprefixed, written
from channels.email.outgoing.words import Words
from intake.desk.outbound import Outbound
from intake.domain.ticket_message import TicketMessage


def reply_mail(reply: TicketMessage, outbound: Outbound, letterhead: Letterhead, words: Words) -> Answer:
    page = letterhead.page(outbound.delivery)
    final = letterhead.policy.final
    return Answer(
        desk_name=letterhead.name,
        ticket=words.ticket(outbound.ticket, letterhead.policy),
        subject=unprefixed(outbound.ticket.short_description),
        text=written(reply.body),
        author=one_line(reply.author.name) if reply.author else "",
        files=tuple(one_line(file.name) for file in outbound.files),
        resolves=outbound.resolves,
        page=page,
        yes=f"{page}/yes" if page else "",
        no=f"{page}/no" if page else "",
        reopen_days=final.reopen_window.days,
        close_after_working_days=final.close_after_working_days,
    )
