"""What a form of the desk's own people shows of its ticket."""

from collections.abc import Sequence

from channels.slack.blocks.parts import context, section
from channels.slack.blocks.text import escaped
from channels.slack.forms.sheet import Sheet
from channels.slack.json_value import Json
from intake.domain.ticket import spoken
from intake.domain.ticket_message import Direction, TicketMessage

_LONGEST = 300


def about(sheet: Sheet) -> Sequence[Json]:
    """Number, matter, and who has it now; nothing without a ticket."""
    if sheet.story is None:
        return ()
    ticket, said = sheet.story.line.ticket, sheet.words.said
    who = ticket.assigned_to or said.nobody
    state = sheet.words.phrases.state[ticket.state]
    whom = said.with_whom.format(priority=ticket.priority.value, state=escaped(state), who=escaped(who, _LONGEST))
    return (section(f"*{spoken(ticket.number)}*  {escaped(ticket.short_description, _LONGEST)}"), context(whom))


def last_word(sheet: Sheet) -> Sequence[Json]:
    """What whoever asked wrote last."""
    newest = _newest(sheet)
    if newest is None:
        return ()
    return (context(escaped(sheet.words.said.asked)), sheet.shown(newest.body))


def _newest(sheet: Sheet) -> TicketMessage | None:
    if sheet.story is None:
        return None
    said = (one for one in sheet.story.messages if one.direction is Direction.IN and not one.held and not one.rejected)
    return max(said, key=lambda one: (one.at, one.id), default=None)
