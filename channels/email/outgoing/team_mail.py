"""What the desk tells its own people: one thing as a letter, several at once as a digest with a line for each."""

from collections.abc import Mapping, Sequence
from itertools import chain, repeat

from channels.email.outgoing.context import Digest, News, TeamLetter
from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.notice_mail import author_of
from channels.email.outgoing.plain_words import first_lines, in_brief, one_line, written
from channels.email.outgoing.words import Words
from intake.desk.outbound import NOTHING, About, Outbound
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import Ticket


def team_mail(outbound: Outbound, letterhead: Letterhead, words: Words) -> TeamLetter | Digest:
    news = tuple(
        _news(ticket, notice, about, letterhead, words)
        for delivery, ticket, about in zip(
            outbound.deliveries, outbound.tickets, chain(outbound.about, repeat(NOTHING)), strict=False
        )
        if (notice := delivery.notice) is not None
    )
    return _letter(news[0], outbound, letterhead) if len(news) == 1 else _digest(news, outbound, letterhead)


def _letter(news: News, outbound: Outbound, letterhead: Letterhead) -> TeamLetter:
    return TeamLetter(
        desk_name=letterhead.name,
        ticket=news.ticket,
        news=news,
        final_response=outbound.ticket.final_response is not None,
        staff_may_answer=letterhead.passes_on(outbound.ticket, outbound.delivery.address),
        note_address=letterhead.proven_note_address(outbound.ticket),
    )


def _digest(news: Sequence[News], outbound: Outbound, letterhead: Letterhead) -> Digest:
    numbers = {one.ticket.number for one in news}
    alone = len(numbers) == 1
    return Digest(
        desk_name=letterhead.name,
        news=tuple(news),
        teams=", ".join(dict.fromkeys(one.team for one in news)),
        count=len(numbers),
        all_new=all(one.event == "new" for one in news),
        one_ticket=alone,
        staff_may_answer=alone and letterhead.passes_on(outbound.ticket, outbound.delivery.address),
        note_address=letterhead.proven_note_address(outbound.ticket) if alone else "",
    )


def _news(ticket: Ticket, notice: Notice, about: About, letterhead: Letterhead, words: Words) -> News:
    fields, event = notice.fields, _event(notice)
    words_of = about.asked if event in _NEW_TO_THEM else about.said
    why, first = written(fields.get("why", "")), words_of or about.asked
    return News(
        event=event,
        ticket=words.ticket(ticket, letterhead.policy),
        team=one_line(letterhead.policy.team(fields.get("team") or ticket.assignment_group).title),
        by=one_line(fields.get("by", "")),
        what=one_line(fields.get("what", "")),
        why=why,
        why_in_short=one_line(why),
        tried=written(fields.get("tried", "")),
        requester=author_of(about.asked),
        said=first_lines(words_of.body) if words_of is not None else "",
        in_brief=in_brief(author_of(first), words_of.body if words_of is not None else ""),
        storm=fields.get("storm", ""),
        agreement=one_line(fields.get("agreement", "")),
        fix=one_line(fields.get("fix", "")),
        text=written(fields.get("text", "")),
    )


def _event(notice: Notice) -> str:
    by, fields = one_line(notice.fields.get("by", "")), notice.fields
    if notice.kind is NoticeKind.STORM_PROPOSED:
        return "storm_again" if fields.get("again") else "storm_formed" if fields.get("formed") else "storm_proposed"
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
_EVENTS: Mapping[NoticeKind, str] = {
    NoticeKind.UNREACHED: "unreached",
    NoticeKind.WATCHED: "watched",
    NoticeKind.DUE_SOON: "due_soon",
    NoticeKind.OVERDUE: "overdue",
    NoticeKind.STORM_UPDATE_DUE: "storm_update_due",
    NoticeKind.APPROVAL_WANTED: "approval_wanted",
    NoticeKind.APPROVAL_OVERDUE: "approval_overdue",
    NoticeKind.CHANGE_NEWS: "change_news",
    NoticeKind.AGREEMENT_LOW: "agreement_low",
    NoticeKind.RESPONSE_PROPOSED: "response_proposed",
}
