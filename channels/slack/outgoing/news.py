"""What the desk tells its own people in Slack: in the thread under a card, or one of them alone."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, repeat

from channels.slack.blocks.parts import actions, button, context, section
from channels.slack.blocks.post import MOST_BLOCKS, MOST_CHARACTERS, Post, post, weight
from channels.slack.blocks.text import escaped, one_line, quoted
from channels.slack.json_value import Json
from channels.slack.outgoing.card import author_of
from channels.slack.outgoing.letterhead import SlackLetterhead
from channels.slack.outgoing.page import page, page_answered
from channels.slack.presses import Press, Pressed
from channels.slack.words.phrases import NewsWords, Phrases
from intake.desk.outbound import NOTHING, About, Outbound
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import Ticket, spoken

_ROOM = 200  # characters for how many more there are
_LONGEST_SAID = 2_000
_LONGEST_WHY = 800


def news(outbound: Outbound, letterhead: SlackLetterhead) -> Post:
    """Under a card it need not be said again which ticket it is; to one person alone it is."""
    phrases = letterhead.own_phrases if outbound.mirror is not None else letterhead.phrases_for(outbound)
    notice = outbound.delivery.notice
    if notice is not None and notice.kind is NoticeKind.PAGE:
        return page(outbound, notice, phrases)
    if notice is not None and notice.kind is NoticeKind.PAGE_ANSWERED:
        return page_answered(outbound, notice, phrases)
    return _together(outbound, phrases, letterhead)


def _together(outbound: Outbound, phrases: Phrases, letterhead: SlackLetterhead) -> Post:
    """Each whole, with its buttons below its own words, as many as one message takes; then how many more there are."""
    blocks: list[Json] = []
    says: list[str] = []
    abouts = chain(outbound.about, repeat(NOTHING))
    for delivery, ticket, about in zip(outbound.deliveries, outbound.tickets, abouts, strict=False):
        if delivery.notice is None:
            continue
        one, text = _one(ticket, delivery.notice, about, phrases, letterhead, named=outbound.mirror is None)
        if says and not _fits([*blocks, *one]):
            blocks.append(context(phrases.news.more.format(count=len(outbound.deliveries) - len(says))))
            break
        blocks += one
        says.append(text)
    return post("\n".join(says) or spoken(outbound.ticket.number), blocks or [section(spoken(outbound.ticket.number))])


def _fits(blocks: Sequence[Json]) -> bool:
    return len(blocks) < MOST_BLOCKS and sum(map(weight, blocks)) <= MOST_CHARACTERS - _ROOM


def _one(
    ticket: Ticket, notice: Notice, about: About, phrases: Phrases, letterhead: SlackLetterhead, *, named: bool
) -> tuple[Sequence[Json], str]:
    fields, words = notice.fields, phrases.news
    headline = _headline(ticket, notice, about, words, letterhead)
    subject = f"{spoken(ticket.number)} {one_line(ticket.short_description, 120)}"
    lines = [f"*{headline}*", *([escaped(subject)] if named else [])]
    if fields.get("by") and notice.kind not in {NoticeKind.ADDITION, NoticeKind.WATCHED}:
        lines.append(words.by.format(by=escaped(one_line(fields["by"], 100))))
    for label, said in ((words.why, fields.get("why", "")), (words.tried, fields.get("tried", ""))):
        if said.strip():
            lines.append(f"_{label}:_ {escaped(said.strip(), _LONGEST_WHY)}")
    blocks = [section("\n".join(lines))]
    quotation = fields.get("text", "") or _said(notice, about)
    if quotation.strip():
        blocks.append(section(quoted(quotation, _LONGEST_SAID)))
    if notice.kind is NoticeKind.ADDITION and fields.get("held") and about.said is not None:
        pressed = Pressed(ticket=ticket.number, seen=ticket.revision, more=str(about.said.id))
        accept = button(Press.ACCEPT_REPLY, words.accept, pressed, "primary", mark=str(about.said.id))
        blocks.append(actions(accept, button(Press.REJECT_REPLY, words.reject, pressed, mark=str(about.said.id))))
    says = f"{headline}: {escaped(subject)}"
    return blocks, f"{says}\n{escaped(one_line(quotation, 300))}" if quotation.strip() else says


def _said(notice: Notice, about: About) -> str:
    """Under its own card what opened it stands above already."""
    told = about.said if notice.kind is not NoticeKind.ARRIVAL else None
    return told.body if told is not None else ""


def _headline(ticket: Ticket, notice: Notice, about: About, words: NewsWords, letterhead: SlackLetterhead) -> str:
    fields = notice.fields
    by = one_line(fields.get("by", ""), 80) or (author_of(about.said, "") if about.said is not None else "")
    names = {
        "by": escaped(by or words.somebody),
        "team": escaped(letterhead.team(fields.get("team") or ticket.assignment_group)),
        "storm": escaped(one_line(fields.get("storm", ""), 40)),
        "agreement": escaped(one_line(fields.get("agreement", ""), 100) or words.an_agreement),
        "fix": escaped(one_line(fields.get("fix", ""), 40)),
        "number": spoken(ticket.number),
        "what": escaped(one_line(fields.get("what", "")) or words.something),
    }
    phrase = _PHRASES.get(notice.kind, _something)
    return phrase(fields, words).format(**names)


def _something(_fields: Mapping[str, str], words: NewsWords) -> str:
    return words.something


def _proposed(fields: Mapping[str, str], words: NewsWords) -> str:
    return words.storm_again if fields.get("again") else words.storm_formed if fields.get("formed") else words.storm_proposed


def _arrived(fields: Mapping[str, str], words: NewsWords) -> str:
    return words.new if not fields.get("by") else words.escalated if fields.get("escalation") else words.handed_over


_PHRASES: Mapping[NoticeKind, Callable[[Mapping[str, str], NewsWords], str]] = {
    NoticeKind.ARRIVAL: _arrived,
    NoticeKind.ADDITION: lambda fields, words: words.held if fields.get("held") else words.added,
    NoticeKind.UNREACHED: lambda _, words: words.unreached,
    NoticeKind.NOT_PASSED_ON: lambda _, words: words.not_passed_on,
    NoticeKind.WATCHED: lambda _, words: words.watched,
    NoticeKind.DUE_SOON: lambda _, words: words.due_soon,
    NoticeKind.OVERDUE: lambda _, words: words.overdue,
    NoticeKind.STORM_PROPOSED: _proposed,
    NoticeKind.STORM_UPDATE_DUE: lambda _, words: words.storm_update_due,
    NoticeKind.APPROVAL_WANTED: lambda _, words: words.approval_wanted,
    NoticeKind.APPROVAL_OVERDUE: lambda _, words: words.approval_overdue,
    NoticeKind.CHANGE_NEWS: lambda _, words: words.change_news,
    NoticeKind.AGREEMENT_LOW: lambda _, words: words.agreement_low,
    NoticeKind.RESPONSE_PROPOSED: lambda _, words: words.response_proposed,
}
