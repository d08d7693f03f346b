"""What can be done about a ticket from its card: only what makes sense now."""

from collections.abc import Sequence

from channels.slack.blocks.parts import actions, button, menu, option
from channels.slack.blocks.text import cut, one_line
from channels.slack.json_value import Json
from channels.slack.presses import Press, Pressed, to_more
from channels.slack.words.phrases import CardWords, Phrases
from intake.desk.lifecycle import OPEN
from intake.desk.policy import Policy
from intake.desk.router import lower_tier, next_tier
from intake.domain.ticket import State, Ticket
from intake.domain.ticket_message import TicketMessage


def buttons(ticket: Ticket, held: Sequence[TicketMessage], phrases: Phrases, policy: Policy) -> list[Json]:
    """A row of buttons and the menu, or nothing where the ticket is over. `held` are those that can be read on the card."""
    if ticket.merged_into is not None or ticket.state in {State.CLOSED, State.CANCELED}:
        return []
    words, pressed = phrases.card, Pressed(ticket=ticket.number, seen=ticket.revision)
    row = [button(press, says, pressed, style) for press, says, style in _row(ticket, words, policy)]
    options = [
        option(says, Pressed(ticket=ticket.number, seen=ticket.revision, more=more))
        for says, more in [*_menu(ticket, words, policy), *_of_held(held, words)]
    ]
    # A client goes on showing what was chosen last as long as the menu has the same name.
    more = [menu(Press.MORE, words.more, options, mark=str(ticket.revision))] if options else []
    return [actions(*row, *more)] if row or more else []


def _row(ticket: Ticket, words: CardWords, policy: Policy) -> list[tuple[Press, str, str]]:
    if ticket.state not in OPEN:
        return [(Press.REOPEN, words.reopen, ""), (Press.REPLY, words.reply, "")]
    free = not ticket.assigned_to
    row = [(Press.TAKE, words.take, "primary")] if free else []
    row += [(Press.REPLY, words.reply, ""), (Press.RESOLVE, words.resolve, "" if free else "primary")]
    if next_tier(policy, ticket.kind, ticket.tier) is not None:
        row.append((Press.ESCALATE, words.escalate, ""))
    return row


def _menu(ticket: Ticket, words: CardWords, policy: Policy) -> list[tuple[str, str]]:
    listed: list[tuple[Press, str]] = []
    if ticket.state in OPEN:
        on_hold = ticket.state is State.ON_HOLD
        listed.append((Press.RESUME, words.resume) if on_hold else (Press.HOLD, words.hold_it))
        if lower_tier(policy, ticket.kind, ticket.tier) is not None:
            listed.append((Press.RETURN, words.return_it))
    listed.append((Press.RELABEL, words.relabel))
    if ticket.state in OPEN:
        listed.append((Press.MERGE, words.merge))
    return [(says, to_more(press)) for press, says in listed]


def _of_held(held: Sequence[TicketMessage], words: CardWords) -> list[tuple[str, str]]:
    found = []
    for place, one in enumerate(held, 1):
        who = cut(one_line(one.author.name or one.author.value, 40), 40) if one.author is not None else words.unknown
        found.append((f"{place}. {words.accept.format(who=who)}", to_more(Press.ACCEPT_REPLY, one.id)))
        found.append((f"{place}. {words.reject.format(who=who)}", to_more(Press.REJECT_REPLY, one.id)))
    return found
