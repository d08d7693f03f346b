"""`intake ticket HD-1042`: one ticket, and everything that was said, done and sent, with the reasons."""

from collections.abc import Iterator
from datetime import datetime

from channels.cli import shapes
from channels.cli.settings import read_desk_settings
from channels.cli.store import reading
from channels.cli.terminal import in_lines, in_one_line, say, show_styled, utc
from intake.desk.outbox_by_hand import what_of
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.errors import NotFound
from intake.domain.event import Event
from intake.domain.label import Evidence
from intake.domain.story import TicketLine, TicketStory
from intake.domain.ticket import spoken, unspoken
from intake.domain.ticket_message import Direction, TicketMessage

MOST_LINES = 40  # of a message; `--json` has all of it


def show_ticket(name: str, *, as_json: bool) -> None:
    """Raises NotFound."""
    number = unspoken(name)
    if number is None:
        raise NotFound(f"{name!r} is not a ticket number: they look like HD-1042")
    with reading(read_desk_settings()) as store:
        story = store.ask(lambda reader: reader.story(number))
    if story is None:
        raise NotFound(f"There is no ticket {spoken(number)}: `intake tickets` lists them")
    if as_json:
        say(shapes.json_line(shapes.ticket_story(story)))
        return
    _show_head(story.line)
    say()
    say("Timeline (UTC)")
    for line in _timeline(story):
        say(line)
    if story.deliveries:
        say()
        say("Sent, or to be sent")
        for delivery in story.deliveries:
            show_styled(f"  {delivery.id:<5} {_delivery(delivery)}", delivery.state.value)


def _show_head(line: TicketLine) -> None:
    it = line.ticket
    label = f"{it.kind.value}/{it.category.value}" if it.category else "nobody could label it yet"
    show_styled(f"{spoken(it.number)}  {it.priority.value}  {it.state.value}  {label}", it.priority.value)
    say(in_one_line(it.short_description))
    say()
    facts = {
        "caller": line.caller or "unknown",
        "came by": it.contact_type,
        "opened": f"{utc(it.opened_at)} UTC",
        "group": f"{it.assignment_group}, tier {it.tier.value}",
        "assigned to": it.assigned_to or "nobody",
        "impact": f"{it.impact.value}",
        "urgency": f"{it.urgency.value}",
        "on hold": it.on_hold_reason,
        "parent": spoken(it.parent) if it.parent is not None else "",
    }
    for name, value in facts.items():
        if value:
            say(f"  {name:<13}{in_one_line(value)}")


def _timeline(story: TicketStory) -> Iterator[str]:
    """Messages and events as they happened; of the same moment the message comes first."""
    entries: list[tuple[datetime, int, Iterator[str]]] = [
        *((message.at, 0, _message(message)) for message in story.messages),
        *((event.at, 1, _event(event)) for event in story.events),
    ]
    for _, _, lines in sorted(entries, key=lambda entry: entry[:2]):
        yield from lines


def _message(message: TicketMessage) -> Iterator[str]:
    whose = message.author.value if message.author else "somebody"
    said = "said" if message.direction is Direction.IN else "was answered"
    marks = f"{'' if message.public else '(internal)'}{'(held: unverified)' if message.held else ''}"
    yield f"{utc(message.at)}  {in_one_line(f'{whose} {said} by {message.channel.value} {marks}')}"
    lines = in_lines(message.body).strip().split("\n")
    for line in lines[:MOST_LINES]:
        yield f"    | {line}".rstrip()
    if len(lines) > MOST_LINES:
        yield f"    | … {len(lines) - MOST_LINES} more lines: --json"


def _event(event: Event) -> Iterator[str]:
    yield f"{utc(event.at)}  {in_one_line(f'{event.kind.value}: {event.reason} [{event.actor}]')}"
    for evidence in event.evidence:
        yield f"    {evidence_line(evidence)}"


def evidence_line(evidence: Evidence) -> str:
    words = f"“{in_one_line(evidence.text)}” " if evidence.text else ""
    weight = f", weight {evidence.weight:g}" if evidence.weight else ""
    return f"{words}→ {in_one_line(evidence.says)}  ({evidence.source}{weight})"


def _delivery(delivery: Delivery) -> str:
    parts = [f"{what_of(delivery)} to {delivery.address} by {delivery.channel.value}: {delivery.state.value}"]
    if delivery.sent_at is not None:
        parts.append(f"at {utc(delivery.sent_at)}")
    elif delivery.state is DeliveryState.QUEUED:
        parts.append(f"next try {utc(delivery.due_at)}")
    if delivery.attempts:
        parts.append(f"tried {delivery.attempts}×")
    return in_one_line(f"{', '.join(parts)}{f': {delivery.error}' if delivery.error else ''}")
