"""What the desk says by itself to whoever asked, or is concerned: made of public fields alone."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from channels.slack.blocks.moment import moment, window_in_words
from channels.slack.blocks.parts import actions, button, context, link_button, menu, option, section
from channels.slack.blocks.post import Post, WholeText, post
from channels.slack.blocks.text import cut_markup, escaped, one_line, quoted, size, with_links
from channels.slack.json_value import Json
from channels.slack.outgoing.public import Public
from channels.slack.presses import Press, Pressed
from channels.slack.words.phrases import Told
from intake.domain.errors import DeliveryError
from intake.domain.label import Kind
from intake.domain.notice import NoticeKind
from intake.domain.ticket import State, unspoken

Say = Callable[[Public], Post]
_MOST_OPTIONS = 9
_LONGEST_UPDATE = 2_500
_LONGEST_SAID = 600


def notice(public: Public) -> Post:
    """Raises DeliveryError for what nobody is told in Slack."""
    say = SAYS.get(public.notice) if public.notice is not None else None
    if say is None:
        raise DeliveryError("There is no message in Slack for this", permanent=True)
    return say(public)


def _acknowledgement(public: Public) -> Post:
    told, ticket = public.phrases.told, public.ticket
    urgent = _urgent_words(public)
    thanks = _filled(told.thanks_about if ticket.about else told.thanks, public)
    lines = [thanks, *_what_happens(public)]
    blocks: list[Json] = [section("\n".join(urgent))] if urgent else []
    blocks += [section("\n".join(lines)), context(told.add)]
    if ticket.has_question and not public.shared:
        blocks += [section(told.question), _kind_buttons(public)]
        lines.append(told.question)
    elif not public.shared and ticket.kind is not Kind.NONE and not urgent:
        blocks.append(actions(_wrong_label(public), *_page_button(public)))
    elif _page_button(public):
        blocks.append(actions(*_page_button(public)))
    return post("\n".join([*urgent, *lines]), blocks)


def _urgent_words(public: Public) -> list[str]:
    told, paged = public.phrases.told, bool(public.fields.get("paged"))
    if not (paged or public.ticket.urgent) or public.fields.get("call"):
        return []
    if public.phone:
        return [told.call_us.format(phone=escaped(public.phone)), *([told.paged] if paged else [])]
    return [told.paged_alone if paged else told.urgent_no_phone]


def _what_happens(public: Public) -> list[str]:
    told, ticket = public.phrases.told, public.ticket
    lines = []
    if public.fields.get("storm"):
        lines.append(told.storm_shared if public.shared else told.storm.format(storm=_storm(public)))
    if ticket.kind is not Kind.NONE and not public.shared:
        lines.append(told.read_as.format(kind=public.phrases.label(ticket.kind, ticket.category)))
    if ticket.kind is Kind.ENHANCEMENT:
        return [*lines, told.next_change]
    by = moment(ticket.answer_by) if ticket.answer_by is not None else ""
    if ticket.team:
        says = told.next_team_by if by else told.next_team
        return [*lines, says.format(team=escaped(ticket.team), by=by)]
    return [*lines, (told.next_us_by if by else told.next_us).format(by=by)]


def _kind_buttons(public: Public) -> Json:
    told = public.phrases.told
    words = {Kind.INCIDENT: told.broken, Kind.SERVICE_REQUEST: told.need, Kind.ENHANCEMENT: told.change}
    return actions(
        *(button(Press.KIND, says, _kind(public, kind), mark=kind.value) for kind, says in words.items()),
        *_page_button(public),
    )


def _wrong_label(public: Public) -> Json:
    told = public.phrases.told
    words = {Kind.INCIDENT: told.broken, Kind.SERVICE_REQUEST: told.need, Kind.ENHANCEMENT: told.change}
    options = [option(says, _kind(public, kind)) for kind, says in words.items() if kind is not public.ticket.kind]
    return menu(Press.WRONG, told.wrong, options)


def _kind(public: Public, kind: Kind) -> Pressed:
    return Pressed(ticket=public.ticket.id, seen=public.ticket.revision, more=kind.value)


def _which_ticket(public: Public) -> Post:
    """A button for each of theirs; `more` is that ticket's number, or its own: it is new. With nothing to choose from, and
    where another company reads, nobody is asked."""
    told, ticket = public.phrases.told, public.ticket
    numbers = [number for one in public.fields.get("options", "").split() if (number := unspoken(one)) is not None]
    words = [one_line(one, 60) for one in public.fields.get("words", "").split("\n")]
    words += [""] * len(numbers)
    listed = list(zip(numbers, words, strict=False))[:_MOST_OPTIONS]
    if not listed:
        return _acknowledgement(public)
    urgent = _urgent_words(public)
    says = _filled(told.which, public)
    buttons = [
        button(
            Press.CHOOSE,
            f"HD-{number}: {about}" if about else f"HD-{number}",
            Pressed(ticket=ticket.id, seen=ticket.revision, more=str(number)),
            mark=str(number),
        )
        for number, about in listed
    ]
    new = Pressed(ticket=ticket.id, seen=ticket.revision, more=str(ticket.id))
    thanks = _filled(told.thanks_about if ticket.about else told.thanks, public)
    blocks = [
        *([section("\n".join(urgent))] if urgent else []),
        section("\n".join([thanks, *_what_happens(public)])),
        section(says),
        actions(*buttons, button(Press.CHOOSE, told.which_new, new, "primary", mark=str(ticket.id)), *_page_button(public)),
    ]
    named = ", ".join(f"HD-{number}{f' ({escaped(about)})' if about else ''}" for number, about in listed)
    return post("\n".join([*urgent, thanks, f"{says} {named}"]), blocks)


def _urgent(public: Public) -> Post:
    told = public.phrases.told
    call = [told.call_us.format(phone=escaped(public.phone))] if public.phone and not public.fields.get("call") else []
    return _simple(public, [*call, _filled(told.urgent, public), *_about_line(public)])


def _storm_news(own: Callable[[Told], str], shared: Callable[[Told], str]) -> Say:
    def say(public: Public) -> Post:
        """What was said about it last, and when there is more."""
        told = public.phrases.told
        headline = _filled((shared if public.shared else own)(told), public, storm=_storm(public))
        until = _moment_in(public.fields.get("next", ""))
        said, whole = _as_written(public.said, public)
        return _simple(public, [headline, *said, *([told.next_update.format(next=until)] if until else [])], whole=whole)

    return say


def _decided(public: Public) -> Post:
    told = public.phrases.told
    decided = _DECISIONS.get(public.fields.get("decision", ""))
    phrase = decided(told) if decided is not None else told.change_news
    when = window_in_words(public.window)
    lines = [_filled(phrase, public), *([told.when.format(window=when)] if when else []), *_about_line(public)]
    return _simple(public, lines)


_DECISIONS: Mapping[str, Callable[[Told], str]] = {
    "submitted": lambda told: told.submitted,
    "approved": lambda told: told.approved,
    "scheduled": lambda told: told.scheduled,
    "rescheduled": lambda told: told.rescheduled,
    "sent_back": lambda told: told.sent_back,
    "done": lambda told: told.done,
    "backed_out": lambda told: told.backed_out,
}


def _incident_wanted(public: Public) -> Post:
    return _simple(public, [_filled(public.phrases.told.incident_wanted, public), *_about_line(public)])


def _consent_wanted(public: Public) -> Post:
    """Whoever presses a button is asked who they are by the desk; a link decides by itself, so it is for them alone."""
    told, ticket = public.phrases.told, public.ticket
    asks = _filled(told.consent_reminder if public.fields.get("reminder") else told.consent_wanted, public)
    effort = told.consent_effort.format(effort=escaped(public.effort)) if public.effort else ""
    if effort and public.agreement:
        effort += f", {told.consent_agreement.format(agreement=escaped(public.agreement))}"
    when = window_in_words(public.window)
    facts = [one for one in (effort, told.when.format(window=when) if when else "") if one]
    pressed = Pressed(ticket=ticket.id, seen=ticket.revision, more=str(public.round) if public.round else "")
    blocks = [section("\n".join([asks, *_about_line(public)])), *([context(*facts)] if facts else [])]
    read = [link_button(told.consent_page, public.deciding, mark=str(public.delivery))] if public.deciding else []
    yes, no = button(Press.CONSENT, told.consent_yes, pressed, "primary"), button(Press.DECLINE, told.consent_no, pressed)
    return post("\n".join([asks, *_about_line(public), *facts]), [*blocks, actions(yes, no, *read)])


def _announcement(public: Public) -> Post:
    """Without a link: whoever is concerned need not be somebody who asked."""
    told, fields = public.phrases.told, public.fields
    event = next((one for one in ("off", "moved", "backed_out") if fields.get(one)), public.phase or "before")
    phrase = _ANNOUNCED[event if event in _ANNOUNCED else "before"](told)
    when = window_in_words(public.window)
    past = event in {"off", "after", "backed_out"}
    lines = [f"*{phrase}*", *_about_line(public)]
    lines += [(told.was if past else told.when).format(window=when)] if when else []
    if event in {"off", "moved", "backed_out"} and public.announced.strip():
        return _simple(public, [*lines, quoted(public.announced, _LONGEST_SAID)], linked=False)
    said, whole = _as_written(public.announced, public)
    return _simple(public, [*lines, *said], linked=False, whole=whole)


_ANNOUNCED: Mapping[str, Callable[[Told], str]] = {
    "off": lambda told: told.off,
    "moved": lambda told: told.moved,
    "backed_out": lambda told: told.undone,
    "during": lambda told: told.during,
    "after": lambda told: told.after,
    "before": lambda told: told.before,
}


def _progress(public: Public) -> Post:
    """As the ticket stands now: no reason, and no name of anybody."""
    told, ticket = public.phrases.told, public.ticket
    until = moment(ticket.on_hold_until) if ticket.on_hold_until is not None else ""
    phrase = {
        State.NEW: told.waits if ticket.team else told.waits_shared,
        State.IN_PROGRESS: told.worked_on if ticket.team else told.worked_on_shared,
        State.ON_HOLD: told.on_hold_until if until else told.on_hold,
        State.RESOLVED: told.resolved,
        State.CLOSED: told.ended,
        State.CANCELED: told.ended,
    }[ticket.state]
    says = _filled(phrase, public, team=escaped(ticket.team), until=until)
    return post(says, [section(says)])


SAYS: Mapping[NoticeKind, Say] = {
    NoticeKind.ACKNOWLEDGEMENT: _acknowledgement,
    NoticeKind.WHICH_TICKET: _which_ticket,
    NoticeKind.URGENT: _urgent,
    NoticeKind.STORM_KNOWN: _storm_news(lambda told: told.storm_known, lambda told: told.storm_known_shared),
    NoticeKind.STORM_UPDATE: _storm_news(lambda told: told.storm_update, lambda told: told.storm_update_shared),
    NoticeKind.STORM_DISSOLVED: _storm_news(lambda told: told.storm_dissolved, lambda told: told.storm_dissolved_shared),
    NoticeKind.CHANGE_DECIDED: _decided,
    NoticeKind.INCIDENT_WANTED: _incident_wanted,
    NoticeKind.CONSENT_WANTED: _consent_wanted,
    NoticeKind.ANNOUNCEMENT: _announcement,
    NoticeKind.PROGRESS: _progress,
}


def _simple(public: Public, lines: list[str], *, linked: bool = True, whole: WholeText | None = None) -> Post:
    says = cut_markup("\n".join(lines), 3_000)
    more = [actions(*_page_button(public))] if linked and public.page else []
    return post(says, [section(says), *more], whole)


def _as_written(text: str, public: Public) -> tuple[list[str], WholeText | None]:
    """What a person wrote for many; of what is too long the beginning, and all of it as a file."""
    words = with_links(text.strip())
    if size(words) <= _LONGEST_UPDATE:
        return [words] if words else [], None
    whole = WholeText(name=f"{public.ticket.number}.txt", content=text.encode("utf-8", "replace"))
    return [cut_markup(words, _LONGEST_UPDATE), public.phrases.told.continued.format(file=escaped(whole.name))], whole


def _filled(phrase: str, public: Public, **more: str) -> str:
    """A stranger's words are no format: what they hold is put in once and never read again."""
    return phrase.format(number=public.ticket.number, about=escaped(public.ticket.about), **more)


def _about_line(public: Public) -> list[str]:
    return [f"_{escaped(public.ticket.about)}_"] if public.ticket.about else []


def _page_button(public: Public) -> list[Json]:
    return [link_button(public.phrases.told.page, public.page, mark=str(public.delivery))] if public.page else []


def _storm(public: Public) -> str:
    return escaped(one_line(public.fields.get("storm", ""), 40))


def _moment_in(said: str) -> str:
    if not said:
        return ""
    at = datetime.fromisoformat(said)
    return moment(at if at.tzinfo is not None else at.replace(tzinfo=UTC))
