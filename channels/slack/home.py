"""The home tab: what somebody has asked for that is open, a button to ask for more, and what they have where they work here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from channels.slack.blocks.parts import actions, context, divider, header, section
from channels.slack.blocks.text import escaped, plain_text
from channels.slack.forms.form_words import Words
from channels.slack.json_value import Json
from channels.slack.onlooker import Onlooker
from channels.slack.presses import Press
from intake.desk.lifecycle import OPEN
from intake.desk.reading import Reader, TicketFilter
from intake.domain.ticket import Ticket, spoken

MOST_SHOWN = 20
_MOST_READ = 200  # open tickets of one person
_LONGEST_SUMMARY = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHome:
    """`has` is None for whoever does not work at the desk. One more of each than is shown."""

    asked: tuple[Ticket, ...]
    has: tuple[Ticket, ...] | None = None


def at_home(reader: Reader, onlooker: Onlooker) -> AtHome:
    """Of all their addresses; what last happened on comes first."""
    contact = reader.contact_at(onlooker.address)
    asked = TicketFilter(states=OPEN, callers=reader.identities(contact.id)) if contact is not None else None
    agent = onlooker.agent
    return AtHome(
        asked=_newest(reader, asked) if asked is not None else (),
        has=_newest(reader, TicketFilter(states=OPEN, assigned_to=agent.name)) if agent is not None else None,
    )


def home_view(there: AtHome, words: Words) -> Json:
    said = words.said
    request = {"type": "button", "action_id": Press.NEW_REQUEST.value, "text": plain_text(said.home_new), "style": "primary"}
    blocks = [
        header(said.home_title),
        context(said.home_says),
        actions(request),
        divider(),
        *_listed(said.home_mine, said.home_none, there.asked, words),
    ]
    if there.has is not None:
        blocks += [divider(), *_listed(said.home_have, said.home_have_none, there.has, words)]
    return {"type": "home", "blocks": blocks}


def _newest(reader: Reader, which: TicketFilter) -> tuple[Ticket, ...]:
    found = sorted((line.ticket for line in reader.tickets(which, limit=_MOST_READ)), key=_activity, reverse=True)
    return tuple(found[: MOST_SHOWN + 1])


def _activity(ticket: Ticket) -> tuple[datetime, int]:
    return ticket.updated_at, ticket.number


def _listed(title: str, nothing: str, tickets: Sequence[Ticket], words: Words) -> list[Json]:
    if not tickets:
        return [section(f"*{title}*\n{nothing}")]
    more = [context(words.said.home_more.format(count=MOST_SHOWN))] if len(tickets) > MOST_SHOWN else []
    return [section(f"*{title}*"), *(_line(one, words) for one in tickets[:MOST_SHOWN]), *more]


def _line(ticket: Ticket, words: Words) -> Json:
    """Slack itself writes the date, as the clock of whoever looks has it."""
    since = f"<!date^{int(ticket.opened_at.timestamp())}^{{date_short_pretty}} {{time}}|{ticket.opened_at:%Y-%m-%d %H:%M} UTC>"
    stands = words.said.home_line.format(state=escaped(words.phrases.state[ticket.state]), since=since)
    return section(f"*{spoken(ticket.number)}*  {escaped(ticket.short_description, _LONGEST_SUMMARY)}\n{stands}")
