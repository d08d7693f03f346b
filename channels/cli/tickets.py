"""`intake tickets`: the list, newest first."""

from collections.abc import Sequence

from channels.cli import shapes
from channels.cli.settings import read_desk_settings
from channels.cli.store import paged, reading
from channels.cli.terminal import Column, say, show_table, utc_minute
from intake.domain.story import TicketLine
from intake.domain.ticket import State, spoken

COLUMNS = (
    Column(title="ticket"),
    Column(title="pri"),
    Column(title="state"),
    Column(title="opened (UTC)"),
    Column(title="label", gives=True, spare=True),
    Column(title="group", gives=True, spare=True),
    Column(title="caller", gives=True),
    Column(title="about", gives=True),
)


def show_tickets(states: Sequence[State], most: int | None, *, as_json: bool) -> None:
    with reading(read_desk_settings()) as store:
        lines = paged(
            lambda before, limit: store.ask(lambda reader: reader.tickets(states=states, before=before, limit=limit)),
            lambda line: line.ticket.number,
            most,
        )
        if as_json:
            for line in lines:
                say(shapes.json_line(shapes.ticket(line)))
            return
        shown = list(lines)
    if not shown:
        say(f"No ticket is {' or '.join(states)}." if states else "No tickets yet.")
        return
    show_table(COLUMNS, [_row(line) for line in shown])
    if len(shown) == most:
        say(f"The newest {most}. Older ones: --limit {most * 10}, or --json for all.")


def _row(line: TicketLine) -> Sequence[str]:
    it = line.ticket
    label = f"{it.kind.value}/{it.category.value}" if it.category else it.kind.value
    return (
        spoken(it.number),
        it.priority.value,
        it.state.value,
        utc_minute(it.opened_at),
        label,
        it.assignment_group,
        line.caller or "-",
        it.short_description,
    )
