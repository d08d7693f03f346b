"""`intake events`: what happened, over all tickets; as in a log the newest comes last."""

from collections.abc import Callable, Iterator, Sequence

from channels.api import shapes
from channels.cli.settings import read_desk_settings
from channels.cli.store import PAGE, reading
from channels.cli.terminal import Column, say, show_table, utc_minute
from channels.cli.ticket_number import ticket_number
from intake.domain.event import Event, EventKind
from intake.domain.ticket import spoken

COLUMNS = (
    Column(title="id"),
    Column(title="at (UTC)"),
    Column(title="ticket"),
    Column(title="what"),
    Column(title="by", gives=True),
    Column(title="reason", gives=True),
)


def show_events(ticket: str | None, kinds: Sequence[EventKind], most: int | None, *, as_json: bool) -> None:
    """Raises NotFound for what cannot be a ticket's number."""
    number = ticket_number(ticket) if ticket is not None else None
    with reading(read_desk_settings()) as store:
        if most is None:
            events = _all(lambda after: store.ask(lambda r: r.events(ticket=number, kinds=kinds, after=after, limit=PAGE)))
        else:
            events = iter(store.ask(lambda reader: reader.newest_events(ticket=number, kinds=kinds, limit=most)))
        if as_json:
            for event in events:
                say(shapes.json_line(shapes.event_of_ticket(event)))
            return
        shown = list(events)
    if not shown:
        say("No such events." if ticket or kinds else "Nothing has happened yet.")
        return
    show_table(COLUMNS, [_row(event) for event in shown])
    if len(shown) == most:
        say(f"The newest {most}. Older ones: --limit {most * 10}, or --json for all.")


def _all(fetch: Callable[[int], Sequence[Event]]) -> Iterator[Event]:
    """Page by page: what follows after an id."""
    after = 0
    while page := fetch(after):
        yield from page
        after = page[-1].id


def _row(event: Event) -> Sequence[str]:
    return (str(event.id), utc_minute(event.at), spoken(event.ticket), event.kind.value, event.actor, event.reason or "-")
