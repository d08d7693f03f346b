"""A ticket's timeline for people: what was said, noted and done, in order, each with the number that commands take."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from channels.cli.terminal import in_lines, in_one_line, utc
from intake.domain.event import Event, EventKind
from intake.domain.label import Evidence
from intake.domain.story import TicketStory
from intake.domain.ticket import spoken
from intake.domain.ticket_message import Direction, TicketMessage
from intake.domain.work_note import WorkNote

_ANSWERING = frozenset({EventKind.REPLIED, EventKind.FINAL_RESPONSE})
MOST_LINES = 40  # of a message; `--json` has all of it


def timeline(story: TicketStory) -> Iterator[str]:
    """Messages, work notes and events as they happened; of the same moment what was said comes first."""
    noted = {str(note.id) for note in story.notes}
    writers = {event.data.get("message", ""): event.actor for event in story.events if event.kind in _ANSWERING}
    entries: list[tuple[datetime, int, Iterator[str]]] = [
        *((message.at, 0, _message(message, writers)) for message in story.messages),
        *((note.at, 0, _note(note)) for note in story.notes),
        *((event.at, 1, _event(event)) for event in story.events if not _only_tells_of_a_note(event, noted)),
    ]
    for _, _, lines in sorted(entries, key=lambda entry: entry[:2]):
        yield from lines


def evidence_line(evidence: Evidence) -> str:
    words = f"“{in_one_line(evidence.text)}” " if evidence.text else ""
    weight = f", weight {evidence.weight:g}" if evidence.weight else ""
    return f"{words}→ {in_one_line(evidence.says)}  ({evidence.source}{weight})"


def _only_tells_of_a_note(event: Event, noted: set[str]) -> bool:
    return event.kind is EventKind.WORK_NOTE and event.data.get("note") in noted


def _message(message: TicketMessage, writers: Mapping[str, str]) -> Iterator[str]:
    if message.direction is Direction.IN:
        whose = message.author.value if message.author else "somebody"
        said = f"{whose} said by {message.channel.value}"
    else:
        said = f"{writers.get(str(message.id), 'the desk')} answered"
    yield _head(message.at, f"message {message.id}", f"{said}{_mark(message)}")
    yield from _quoted(message.body)
    for file in message.attachments:
        yield f"    file: {in_one_line(file.name) or 'unnamed'} ({in_one_line(file.content_type)}, {file.size} bytes)"
    if message.held:
        name = spoken(message.ticket)
        yield f"    → take it in: intake accept-reply {name} --message {message.id}"
        yield f"    → keep it out: intake reject-reply {name} --message {message.id} --reason …"


def _mark(message: TicketMessage) -> str:
    if message.held:
        return " (held: nothing proves that they take part in this)"
    if message.rejected:
        return " (rejected)"
    return "" if message.public else " (internal)"


def _note(note: WorkNote) -> Iterator[str]:
    yield _head(note.at, "note", f"{note.author} wrote a work note (internal)")
    yield from _quoted(note.text)


def _event(event: Event) -> Iterator[str]:
    yield _head(event.at, f"event {event.id}", f"{event.kind.value}: {event.reason} [{event.actor}]")
    for evidence in event.evidence:
        yield f"    {evidence_line(evidence)}"


def _quoted(text: str) -> Iterator[str]:
    lines = in_lines(text).strip().split("\n")
    for line in lines[:MOST_LINES]:
        yield f"    | {line}".rstrip()
    if len(lines) > MOST_LINES:
        yield f"    | … {len(lines) - MOST_LINES} more lines: --json"


def _head(at: datetime, name: str, says: str) -> str:
    return f"{utc(at)}  {name:<12}  {in_one_line(says)}"
