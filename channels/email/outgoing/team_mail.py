"""What the desk tells its own people: one thing as a letter, several at once as a digest with a line for each."""

from collections.abc import Mapping, Sequence

from channels.email.outgoing.context import Digest, News, TeamLetter
from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.notice_mail import requester_of
from channels.email.outgoing.plain_words import first_lines, one_line, written
from channels.email.outgoing.words import Words
from intake.desk.outbound import Outbound
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import Ticket


def team_mail(outbound: Outbound, letterhead: Letterhead, words: Words) -> TeamLetter | Digest:
    news = tuple(
        _news(ticket, notice, outbound, letterhead, words)
        for delivery, ticket in zip(outbound.deliveries, outbound.tickets, strict=True)
        if (notice := delivery.notice) is not None
    )
    return _letter(news[0], outbound, letterhead) if len(news) == 1 else _digest(news, outbound, letterhead)


def _letter(news: News, outbound: Outbound, letterhead: Letterhead) -> TeamLetter:
    return TeamLetter(
        desk_name=letterhead.name,
        ticket=news.ticket,
        news=news,
        final_response=outbound.ticket.final_response is not None,
        staff_may_answer=letterhead.staff_may_answer,
        note_address=_note_address(outbound.tickets, letterhead),
    )


def _digest(news: Sequence[News], outbound: Outbound, letterhead: Letterhead) -> Digest:
    numbers = {one.ticket.number for one in news}
    return Digest(
        desk_name=letterhead.name,
        news=tuple(news),
        teams=", ".join(dict.fromkeys(one.team for one in news)),
        count=len(numbers),
        all_new=all(one.event == "new" for one in news),
        one_ticket=len(numbers) == 1,
        staff_may_answer=letterhead.staff_may_answer,
        note_address=_note_address(outbound.tickets, letterhead),
    )


def _note_address(tickets: Sequence[Ticket], letterhead: Letterhead) -> str:
    alone = len({ticket.number for ticket in tickets}) == 1
    return letterhead.note_address(tickets[0]) if alone and letterhead.staff_may_answer else ""


def _news(ticket: Ticket, notice: Notice, outbound: Outbound, letterhead: Letterhead, words: Words) -> News:
    fields, event = notice.fields, _event(notice)
    about = outbound.asked if event in _NEW_TO_THEM else outbound.said
    why = written(fields.get("why", ""))
    return News(
        event=event,
        ticket=words.ticket(ticket, letterhead.policy),
        team=one_line(letterhead.policy.team(fields.get("team") or ticket.assignment_group).title),
        by=one_line(fields.get("by", "")),
        what=one_line(fields.get("what", "")),
        why=why,
        why_in_short=one_line(why),
        tried=written(fields.get("tried", "")),
        requester=requester_of(outbound),
        said=first_lines(about.body) if about is not None else "",
    )


def _event(notice: Notice) -> str:
    by, fields = one_line(notice.fields.get("by", "")), notice.fields
    return _EVENTS.get(notice.kind) or (
        ("held" if fields.get("held") else "added")
        if notice.kind is NoticeKind.ADDITION
        else "new"
        if not by
        else "escalated"
        if fields.get("escalation")
        else "handed_over"
    )


_NEW_TO_THEM = frozenset({"new", "escalated", "handed_over"})
_EVENTS: Mapping[NoticeKind, str] = {NoticeKind.UNREACHED: "unreached", NoticeKind.WATCHED: "watched"}
