"""What leaves the desk by SMS, in at most two segments: what it has to say, and the ticket's link for the rest."""

from collections.abc import Callable, Mapping
from datetime import datetime

from channels.phone.letterhead import PhoneLetterhead
from channels.phone.texts.fitting import SEGMENTS, fitted, marked
from channels.phone.texts.gsm7 import plain, segments, without_pictures
from channels.phone.texts.phrases import TextPhrases
from intake.desk.changes.window_told import at_place, window_told, zone_name
from intake.desk.labelling import has_question
from intake.desk.outbound import Outbound
from intake.domain.change import Window
from intake.domain.channel import Channel
from intake.domain.errors import DeliveryError
from intake.domain.label import Kind
from intake.domain.notice import NoticeKind
from intake.domain.page import URGENT, PageAnswered
from intake.domain.ticket import spoken

Say = Callable[[Outbound, PhoneLetterhead, TextPhrases], str]
_LONGEST_LINE = 160
_MOST_OPTIONS = 9


def render(outbound: Outbound, letterhead: PhoneLetterhead) -> str:
    """The same delivery gets the same text as long as its ticket says the same. Requesters see nothing internal: of what the
    desk's people write only what is for them. Raises DeliveryError(permanent) for what nobody is texted."""
    phrases = letterhead.phrases_for(outbound.ticket).text
    if outbound.reply is not None:
        return _answer(outbound, letterhead, phrases)
    notice = outbound.delivery.notice
    say = _SAYS.get(notice.kind) if notice is not None else None
    if say is None:
        raise DeliveryError("There is no text message for this", permanent=True)
    return say(outbound, letterhead, phrases)


def _answer(outbound: Outbound, letterhead: PhoneLetterhead, phrases: TextPhrases) -> str:
    assert outbound.reply is not None
    more = [phrases.files] if outbound.files else []
    more += [phrases.solved] if outbound.resolves else []
    after = " ".join([*more, letterhead.page(outbound.delivery)])
    return fitted(_filled(phrases.answer, outbound), outbound.reply.body, after)


def _acknowledgement(outbound: Outbound, letterhead: PhoneLetterhead, phrases: TextPhrases) -> str:
    """Whoever called is connected, and need not be told to call."""
    ticket, fields = outbound.ticket, _fields(outbound)
    paged = bool(fields.get("paged"))
    urgent = paged or ticket.priority in URGENT
    says = [phrases.acknowledged]
    says += [phrases.call_us] if urgent and not _by_call(outbound) else []
    says += [phrases.paged] if paged else []
    says += [phrases.storm] if fields.get("storm") else []
    says += [phrases.question] if has_question(ticket, letterhead.policy) else []
    says += [phrases.change] if ticket.kind is Kind.ENHANCEMENT else []
    filled = (_filled(one, outbound, phone=letterhead.told, storm=_line(fields.get("storm", ""))) for one in says)
    return _in_full(list(filled), letterhead.page(outbound.delivery))


def _which_ticket(outbound: Outbound, letterhead: PhoneLetterhead, phrases: TextPhrases) -> str:
    """The words of the options are shortened until all have room; the numbers and the keys always stand."""
    fields = _fields(outbound)
    options = fields.get("options", "").split()[:_MOST_OPTIONS]
    words = [_line(one) for one in fields.get("words", "").split("\n")]
    words += [""] * (len(options) - len(words))
    said = ""
    for most in (40, 30, 24, 18, 12, 0):
        listed = [
            _option(phrases, place, ticket, _cut(words[place - 1], most)) for place, ticket in enumerate(options, start=1)
        ]
        listed.append(phrases.option_new.format(key=len(options) + 1))
        said = plain(_filled(phrases.which, outbound, options=", ".join(listed)))
        if segments(said) <= SEGMENTS:
            break
    link = letterhead.page(outbound.delivery)
    return _with(said, link)


def _option(phrases: TextPhrases, key: int, ticket: str, about: str) -> str:
    phrase = phrases.option_about if about else phrases.option
    return phrase.format(key=key, ticket=_line(ticket), about=about)


def _about(phrase: Callable[[TextPhrases], str]) -> Say:
    def say(outbound: Outbound, letterhead: PhoneLetterhead, phrases: TextPhrases) -> str:
        """The ticket's subject, as much as fits, and its link."""
        said = _filled(phrase(phrases), outbound)
        return fitted(said, _subject(outbound), letterhead.page(outbound.delivery))

    return say


def _urgent(outbound: Outbound, letterhead: PhoneLetterhead, phrases: TextPhrases) -> str:
    after = [] if _by_call(outbound) else [_filled(phrases.call_us, outbound, phone=letterhead.told)]
    return fitted(_filled(phrases.urgent, outbound), _subject(outbound), " ".join([*after, letterhead.page(outbound.delivery)]))


def _storm(phrase: Callable[[TextPhrases], str]) -> Say:
    def say(outbound: Outbound, letterhead: PhoneLetterhead, phrases: TextPhrases) -> str:
        """What was said about it last, as much as fits; and when there is more."""
        storm, until = _line(_fields(outbound).get("storm", "")), _next_update(outbound, letterhead)
        more = [phrases.next_update.format(next=until)] if until else []
        said = outbound.said.body if outbound.said is not None else ""
        after = " ".join([*more, letterhead.page(outbound.delivery)])
        words = said if "{text}" in phrase(phrases) else _subject(outbound)
        return fitted(_filled(phrase(phrases), outbound, storm=storm), words, after)

    return say


def _decided(outbound: Outbound, letterhead: PhoneLetterhead, phrases: TextPhrases) -> str:
    phrase = {
        "submitted": phrases.submitted,
        "approved": phrases.approved,
        "scheduled": phrases.scheduled,
        "rescheduled": phrases.rescheduled,
        "sent_back": phrases.sent_back,
        "done": phrases.done,
        "backed_out": phrases.backed_out,
    }.get(_fields(outbound).get("decision", ""), phrases.change_news)
    when = _window(window_told(_fields(outbound)))
    if "{window}" in phrase and not when:
        phrase = phrases.change_news
    return fitted(_filled(phrase, outbound, window=when), _subject(outbound), letterhead.page(outbound.delivery))


def _consent_wanted(outbound: Outbound, letterhead: PhoneLetterhead, phrases: TextPhrases) -> str:
    return fitted(
        _filled(phrases.consent_wanted, outbound), outbound.ticket.short_description, letterhead.deciding(outbound.delivery)
    )


def _announcement(outbound: Outbound, _letterhead: PhoneLetterhead, phrases: TextPhrases) -> str:
    """Without a link: whoever is concerned need not be somebody who asked."""
    fields, told = _fields(outbound), outbound.announcement
    window = window_told(fields) or (outbound.change.window if outbound.change is not None else None)
    event = next((one for one in ("off", "moved", "backed_out") if fields.get(one)), told.phase.value if told else "before")
    phrase = {
        "off": phrases.off,
        "moved": phrases.moved,
        "backed_out": phrases.undone,
        "during": phrases.during,
        "after": phrases.after,
    }.get(event, phrases.before)
    text = told.text if told is not None else fields.get("text", "")
    words = text if "{text}" in phrase and text.strip() else outbound.ticket.short_description
    when = _window(window)
    return fitted(_filled(phrase, outbound, window=f", {when}" if when else ""), words)


def _page(outbound: Outbound, letterhead: PhoneLetterhead, phrases: TextPhrases) -> str:
    """To whoever is on call: the answer that takes it, or, without a code, the link."""
    code = _fields(outbound).get("code", "")
    after = _filled(phrases.take, outbound, code=code) if code else letterhead.acknowledging(outbound.delivery)
    return fitted(_filled(phrases.page, outbound), _line(outbound.ticket.short_description), after)


def _page_answered(outbound: Outbound, _letterhead: PhoneLetterhead, phrases: TextPhrases) -> str:
    """To somebody on call at 3 a.m.: did it count?"""
    fields = _fields(outbound)
    by = _line(fields.get("by", ""))
    phrase = {
        PageAnswered.TAKEN: phrases.taken,
        PageAnswered.PASSED: phrases.passed,
        PageAnswered.OVER: phrases.over_by if by else phrases.over,
    }[PageAnswered(fields.get("what", PageAnswered.OVER))]
    return plain(_filled(phrase, outbound, by=by))


def _watched(outbound: Outbound, _letterhead: PhoneLetterhead, phrases: TextPhrases) -> str:
    """To somebody of the staff who watches by phone."""
    return fitted(_filled(phrases.watched, outbound), _line(_fields(outbound).get("what", "")))


_SAYS: Mapping[NoticeKind, Say] = {
    NoticeKind.ACKNOWLEDGEMENT: _acknowledgement,
    NoticeKind.WHICH_TICKET: _which_ticket,
    NoticeKind.URGENT: _urgent,
    NoticeKind.STORM_KNOWN: _storm(lambda phrases: phrases.storm_known),
    NoticeKind.STORM_UPDATE: _storm(lambda phrases: phrases.storm_update),
    NoticeKind.STORM_DISSOLVED: _storm(lambda phrases: phrases.storm_dissolved),
    NoticeKind.CHANGE_DECIDED: _decided,
    NoticeKind.INCIDENT_WANTED: _about(lambda phrases: phrases.incident_wanted),
    NoticeKind.CONSENT_WANTED: _consent_wanted,
    NoticeKind.ANNOUNCEMENT: _announcement,
    NoticeKind.PAGE: _page,
    NoticeKind.PAGE_ANSWERED: _page_answered,
    NoticeKind.WATCHED: _watched,
}


def _filled(phrase: str, outbound: Outbound, **more: str) -> str:
    """A stranger's words are no format: what they hold is put in once and never read again."""
    ticket = outbound.ticket
    return marked(phrase).format(number=spoken(ticket.number), priority=ticket.priority.value, **more)


def _in_full(says: list[str], link: str) -> str:
    """What comes first counts most: the last is left out where it would make a third segment."""
    while len(says) > 1 and segments(plain(" ".join([*says, link]))) > SEGMENTS:
        says = says[:-1]
    return plain(" ".join([*says, link]))


def _with(said: str, link: str) -> str:
    both = plain(f"{said} {link}")
    return both if segments(both) <= SEGMENTS else said


def _by_call(outbound: Outbound) -> bool:
    return any(one.asked is not None and one.asked.channel is Channel.PHONE for one in outbound.about) or bool(
        _fields(outbound).get("call")
    )


def _subject(outbound: Outbound) -> str:
    return _line(_fields(outbound).get("subject", "")) or _line(outbound.ticket.short_description)


def _line(text: str) -> str:
    """Text of a stranger: one line, no pictures, bounded."""
    return " ".join(without_pictures(text[: 4 * _LONGEST_LINE]).split())[:_LONGEST_LINE]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3].rstrip()}..." if most > 3 else ""


def _window(window: Window | None) -> str:
    """`2026-12-01 22:00-23:30 CET`: the order of day and month is no question in any language."""
    if window is None:
        return ""
    local = at_place(window)
    day = "" if local.starts.date() == local.ends.date() else f"{local.ends:%Y-%m-%d} "
    return f"{local.starts:%Y-%m-%d %H:%M}-{day}{local.ends:%H:%M} {zone_name(local.ends)}"


def _next_update(outbound: Outbound, letterhead: PhoneLetterhead) -> str:
    """In the desk's own zone; with the day where that is another one than the text's."""
    said = _fields(outbound).get("next", "")
    if not said:
        return ""
    zone = letterhead.policy.calendar.zone
    at, written_at = datetime.fromisoformat(said).astimezone(zone), outbound.delivery.created_at.astimezone(zone)
    day = "" if at.date() == written_at.date() else f"{at:%Y-%m-%d} "
    return f"{day}{at:%H:%M} {at.tzname()}"


def _fields(outbound: Outbound) -> Mapping[str, str]:
    notice = outbound.delivery.notice
    return notice.fields if notice else {}
