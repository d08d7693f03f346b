"""`intake ticket HD-1042`: one ticket, and everything that was said, done and sent, with the reasons."""

from collections.abc import Mapping, Sequence

from channels.api import shapes
from channels.cli.change import change_in_one_line
from channels.cli.settings import read_desk_settings
from channels.cli.store import reading
from channels.cli.terminal import in_lines, in_one_line, say, show_styled, utc
from channels.cli.ticket_number import ticket_number
from channels.cli.timeline import timeline
from intake.desk.outbox_by_hand import what_of
from intake.desk.replies import is_pending
from intake.domain.change import ChangeLine, ChangeStory
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.errors import NotFound
from intake.domain.label import Kind
from intake.domain.story import TicketStory
from intake.domain.ticket import Ticket, spoken


def show_ticket(name: str, *, as_json: bool) -> None:
    """Raises NotFound."""
    number = ticket_number(name)
    with reading(read_desk_settings()) as store:
        story = store.ask(lambda reader: reader.story(number))
        change = store.ask(lambda reader: reader.change(number))
        fixes = store.ask(lambda reader: reader.fixes(number))
    if story is None:
        raise NotFound(f"There is no ticket {spoken(number)}: `intake tickets` lists them")
    if as_json:
        say(shapes.json_line(shapes.ticket_story(story, change, fixes)))
        return
    _show_head(story)
    _show_change(change, fixes)
    _show_proposal(story)
    say()
    say("Timeline (UTC)")
    for line in timeline(story):
        say(line)
    if story.deliveries:
        say()
        say("Sent, or to be sent")
        for delivery in story.deliveries:
            show_styled(f"  {delivery.id:<5} {_delivery(delivery)}", delivery.state.value)


def _show_head(story: TicketStory) -> None:
    it = story.line.ticket
    label = f"{it.kind.value}/{it.category.value}" if it.category else it.kind.value
    if it.kind is Kind.NONE:
        label = "nobody could label it yet"
    show_styled(f"{spoken(it.number)}  {it.priority.value}  {it.state.value}  {label}", it.priority.value)
    say(in_one_line(it.short_description))
    say()
    for name, value in _facts(story).items():
        if value:
            say(f"  {name:<16}{in_one_line(value)}")


def _show_change(change: ChangeStory | None, fixes: Sequence[ChangeLine]) -> None:
    if change is not None:
        number = spoken(change.line.ticket.number)
        say(f"  {'change':<16}{in_one_line(change_in_one_line(change.line))}: intake change show {number}")
    for fix in fixes:
        says = f"{spoken(fix.ticket.number)}, {change_in_one_line(fix)}: {fix.ticket.short_description}"
        say(f"  {'mended by':<16}{in_one_line(says)}")


def _show_proposal(story: TicketStory) -> None:
    proposed = shapes.proposed_response(story)
    if proposed is None:
        return
    say()
    say(f"Proposed as the final response, by {proposed['fix']}, which mends it")
    for line in in_lines(proposed["text"]).strip().split("\n"):
        say(f"    | {line}".rstrip())
    number = spoken(story.line.ticket.number)
    say(f"    → as it is: intake resolve-as-proposed {number}; in other words: intake resolve-as-proposed {number} --text …")


def _facts(story: TicketStory) -> Mapping[str, str]:
    it = story.line.ticket
    return {
        "caller": story.line.caller or "unknown",
        "came by": f"{it.contact_type}, to {it.mailbox}" if it.mailbox else it.contact_type,
        "opened": f"{utc(it.opened_at)} UTC",
        "changed": f"{utc(it.updated_at)} UTC, revision {it.revision}",
        "group": f"{it.assignment_group}, tier {it.tier.value}",
        "assigned to": it.assigned_to or "nobody",
        "impact": f"{it.impact.value}",
        "urgency": f"{it.urgency.value}",
        "on hold": _hold(it),
        "final response": _final_response(story),
        "resolved": f"{utc(it.resolved_at)} UTC" if it.resolved_at else "",
        "closed": f"{utc(it.closed_at)} UTC" if it.closed_at else "",
        "merged into": spoken(it.merged_into) if it.merged_into is not None else "",
        "merged here": ", ".join(spoken(number) for number in story.merged),
        "linked": ", ".join(spoken(number) for number in story.links),
        "parent": spoken(it.parent) if it.parent is not None else "",
        "watched by": ", ".join(address.value for address in story.watchers),
    }


def _hold(it: Ticket) -> str:
    until = f", until {utc(it.on_hold_until)} UTC" if it.on_hold_until else ""
    return f"{it.on_hold_reason}{until}" if it.on_hold_reason else ""


def _final_response(story: TicketStory) -> str:
    """Which message it is and how far it got: it resolves the ticket when it has arrived."""
    message = story.line.ticket.final_response
    if message is None:
        return ""
    ways = [delivery for delivery in story.deliveries if delivery.reply == message]
    how_far = ", ".join(f"{delivery.state.value} to {delivery.address}" for delivery in ways)
    pending = "; it resolves the ticket when it has arrived" if ways and is_pending(story.line.ticket) else ""
    return f"message {message}, {how_far or 'with nowhere to go: intake confirm-undeliverable'}{pending}"


def _delivery(delivery: Delivery) -> str:
    parts = [f"{what_of(delivery)} to {delivery.address} by {delivery.channel.value}: {delivery.state.value}"]
    if delivery.sent_at is not None:
        parts.append(f"at {utc(delivery.sent_at)}")
    elif delivery.state is DeliveryState.QUEUED:
        parts.append(f"next try {utc(delivery.due_at)}")
    if delivery.attempts:
        parts.append(f"tried {delivery.attempts}×")
    return in_one_line(f"{', '.join(parts)}{f': {delivery.error}' if delivery.error else ''}")
