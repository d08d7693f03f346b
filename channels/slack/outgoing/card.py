"""The card of a ticket in its team's channel: what it is, since when it waits, and what can be done about it."""

from collections.abc import Mapping

from channels.slack.blocks.moment import moment
from channels.slack.blocks.parts import context, field_section, header, section
from channels.slack.blocks.post import Post, post
from channels.slack.blocks.text import escaped, one_line, quoted
from channels.slack.json_value import Json
from channels.slack.outgoing.card_buttons import buttons
from channels.slack.outgoing.letterhead import SlackLetterhead
from channels.slack.words.phrases import Phrases
from intake.desk.lifecycle import OPEN
from intake.desk.outbound import Outbound, Shown
from intake.domain.channel import AddressKind, Channel
from intake.domain.clock import ClockState, KeptClock
from intake.domain.contact import Contact
from intake.domain.label import Evidence, Priority
from intake.domain.ticket import State, Ticket, spoken
from intake.domain.ticket_message import TicketMessage

SIGN = {Priority.P1: "🔴", Priority.P2: "🟠", Priority.P3: "🔵", Priority.P4: "⚪"}
MOST_HELD = 5
_FIRST_WORDS = 600  # characters
_MOST_REASONS = 4
_LONGEST_REASON = 60


def card(outbound: Outbound, letterhead: SlackLetterhead) -> Post:
    """For the desk's own people: whoever posts it has seen to it that nobody else reads there."""
    ticket, phrases = outbound.ticket, letterhead.own_phrases
    if outbound.mirror is not None and outbound.mirror.over:
        return moved(ticket, letterhead)
    shown = outbound.shown or Shown()
    if ticket.state in {State.CLOSED, State.CANCELED}:
        return _ended(ticket, phrases)
    blocks: list[Json] = [header(f"{SIGN[ticket.priority]} {_headline(ticket)}")]
    blocks.append(field_section(_facts(ticket, shown, letterhead)))
    if shown.asked is not None and shown.asked.body.strip():
        blocks.append(section(quoted(shown.asked.body, _FIRST_WORDS)))
    if lines := _small_print(ticket, shown, phrases):
        blocks.append(context(*lines))
    held = shown.held[:MOST_HELD]
    blocks += _held(held, max(shown.held_in_all, len(shown.held)) - len(held), phrases)
    blocks += buttons(ticket, held, phrases, letterhead.policy)
    state = phrases.state[ticket.state]
    return post(f"{escaped(_headline(ticket))} ({state})", blocks)


def moved(ticket: Ticket, letterhead: SlackLetterhead) -> Post:
    """Nothing but where it is."""
    team = escaped(letterhead.team(ticket.assignment_group))
    says = letterhead.own_phrases.card.moved.format(number=spoken(ticket.number), team=team)
    return post(says, [context(says)])


def _ended(ticket: Ticket, phrases: Phrases) -> Post:
    """Two lines, and nothing that could be pressed."""
    about = escaped(one_line(ticket.short_description))
    number = spoken(ticket.number)
    if ticket.merged_into is not None:
        says = phrases.card.merged.format(number=number, into=spoken(ticket.merged_into))
        return post(says, [section(says), context(about)])
    says = phrases.card.ended.format(number=number, state=phrases.state[ticket.state], about=about)
    return post(says, [section(says)])


def _headline(ticket: Ticket) -> str:
    return f"{ticket.priority.value} {spoken(ticket.number)}: {one_line(ticket.short_description, 120)}"


def _facts(ticket: Ticket, shown: Shown, letterhead: SlackLetterhead) -> list[str]:
    """Two columns: what Slack shows side by side stands in one line here."""
    phrases = letterhead.own_phrases
    words = phrases.card
    team = f"{letterhead.team(ticket.assignment_group)}, {words.tier.format(tier=ticket.tier.value)}"
    label = phrases.label(ticket.kind, ticket.category)
    holder = ticket.assigned_to or words.nobody
    return [
        f"*{words.asked_by}*\n{escaped(_who(shown), 300)}{_where(shown, phrases)}",
        f"*{words.kind}*\n{escaped(label[:1].upper() + label[1:])}",
        f"*{words.has_it}*\n{escaped(one_line(holder, 100))}\n{escaped(team)}",
        f"*{words.state}*\n{_state(ticket, phrases)}",
        f"*{words.impact}*\n{escaped(phrases.impact[ticket.impact])}",
        f"*{words.urgency}*\n{escaped(phrases.urgency[ticket.urgency])}",
    ]


def _who(shown: Shown) -> str:
    """Name and mail, as far as they are known."""
    author = shown.asked.author if shown.asked is not None else None
    name = (shown.caller.name if shown.caller is not None else "") or (author.name if author is not None else "")
    reached = mail_of(shown.caller) or (author.value if author is not None else "")
    named = [one for one in dict.fromkeys((one_line(name, 100), one_line(reached, 150))) if one]
    return "\n".join(named)


def mail_of(contact: Contact | None) -> str:
    addresses = contact.addresses if contact is not None else ()
    return next((one.value for one in addresses if one.kind is AddressKind.EMAIL), "")


def _where(shown: Shown, phrases: Phrases) -> str:
    words, asked, room = phrases.card, shown.asked, shown.room
    if asked is None:
        return "" if _who(shown) else words.unknown
    if asked.channel is not Channel.SLACK:
        where = words.where_by.format(channel=phrases.channel[asked.channel])
    elif room is None or room.direct:
        where = words.where_direct
    else:
        where = words.where_room.format(room=f"<#{escaped(room.id)}>")
    return f"\n{where}" if _who(shown) else where


def _state(ticket: Ticket, phrases: Phrases) -> str:
    words, says = phrases.card, escaped(phrases.state[ticket.state])
    if ticket.state is not State.ON_HOLD:
        return says
    reason = f"\n{words.hold.format(reason=escaped(one_line(ticket.on_hold_reason)))}" if ticket.on_hold_reason else ""
    until = f"\n{words.hold_until.format(until=moment(ticket.on_hold_until))}" if ticket.on_hold_until is not None else ""
    return f"{says}{reason}{until}" if reason or until else says


def _small_print(ticket: Ticket, shown: Shown, phrases: Phrases) -> list[str]:
    words = phrases.card
    lines = [" · ".join(clocks)] if (clocks := _clocks(ticket, shown, phrases)) else []
    if ticket.parent is not None:
        lines.append(words.part_of.format(parent=spoken(ticket.parent)))
    if ticket.final_response is not None and ticket.state in OPEN:
        lines.append(words.final)
    if shown.wants_kind:
        lines.append(words.asks)
    if why := _why(shown.evidence, phrases):
        sure = f" ({words.certain.format(percent=round(100 * ticket.confidence))})" if ticket.confidence else ""
        lines.append(words.why.format(why=why) + sure)
    return lines


def _clocks(ticket: Ticket, shown: Shown, phrases: Phrases) -> list[str]:
    words, kept = phrases.card, shown.clocks
    if kept is None or ticket.state not in OPEN:
        return []
    found = [
        _clock(kept.response, words.answer_by, words.answer_late, words.answered, words.paused),
        _clock(kept.resolution, words.solve_by, words.solve_late, "", words.paused),
    ]
    return list(dict.fromkeys(one for one in found if one))


def _clock(clock: KeptClock | None, running: str, late: str, stopped: str, paused: str) -> str:
    if clock is None:
        return ""
    if clock.state is ClockState.STOPPED:
        return stopped
    if clock.state is ClockState.PAUSED:
        return paused
    if clock.due is None:
        return ""
    return (late if clock.state is ClockState.BREACHED else running).format(due=moment(clock.due))


def _why(evidence: tuple[Evidence, ...], phrases: Phrases) -> str:
    """The words that weighed most, each once, and what they speak for."""
    strongest = sorted(evidence, key=lambda one: -abs(one.weight))
    said = dict.fromkeys(
        f"“{escaped(one_line(one.text, _LONGEST_REASON))}” → {escaped(one_line(_meant(one.says, phrases), 60))}"
        for one in strongest
        if one.text.strip() and one.weight >= 0
    )
    return "; ".join(list(said)[:_MOST_REASONS])


def _meant(says: str, phrases: Phrases) -> str:
    """`kind=incident` in words, as far as there are any."""
    name, _, value = says.partition("=")
    known: Mapping[str, Mapping[str, str]] = {
        "kind": {kind.value: words for kind, words in phrases.kind.items()},
        "category": {category.value: words for category, words in phrases.category.items()},
        "impact": {str(level.value): words for level, words in phrases.impact.items()},
        "urgency": {str(level.value): words for level, words in phrases.urgency.items()},
    }
    return known.get(name, {}).get(value, says)


def _held(held: tuple[TicketMessage, ...], more: int, phrases: Phrases) -> list[Json]:
    """What waits for somebody: who wrote it, and how it begins. Numbered as the menu has it."""
    words = phrases.card
    found: list[Json] = [
        section(f"*{place}. {words.held.format(who=escaped(author_of(one, words.unknown)))}*\n{quoted(one.body, 300)}")
        for place, one in enumerate(held, 1)
    ]
    return [*found, context(words.held_more.format(count=more))] if more > 0 else found


def author_of(message: TicketMessage, otherwise: str) -> str:
    author = message.author
    return one_line(author.name or author.value, 80) if author is not None else otherwise
