"""`intake change list`: the changes, newest first."""

from collections.abc import Collection, Sequence

from channels.api import change_shapes, shapes
from channels.cli.settings import read_desk_settings
from channels.cli.store import paged, reading
from channels.cli.terminal import Column, say, show_table, utc_minute
from channels.cli.ticket_number import ticket_number
from intake.desk.ports_of_changes import ChangeFilter
from intake.domain.change import ChangeKind, ChangeLine, Stage
from intake.domain.ticket import spoken

COLUMNS = (
    Column(title="ticket"),
    Column(title="stage"),
    Column(title="kind"),
    Column(title="risk"),
    Column(title="since (UTC)", spare=True),
    Column(title="window (UTC)"),
    Column(title="services", gives=True, spare=True),
    Column(title="with", gives=True),
    Column(title="about", gives=True),
)


def show_changes(
    stages: Collection[Stage],
    kinds: Collection[ChangeKind],
    agreement: str | None,
    incident: str | None,
    most: int | None,
    *,
    as_json: bool,
) -> None:
    """Raises NotFound for what cannot be a ticket's number."""
    number = ticket_number(incident) if incident is not None else None
    which = ChangeFilter(stages=stages, kinds=kinds, agreement=agreement, incident=number)
    with reading(read_desk_settings()) as store:
        lines = paged(
            lambda before, limit: store.ask(lambda reader: reader.changes(which, before=before, limit=limit)),
            lambda line: line.ticket.number,
            most,
        )
        if as_json:
            for line in lines:
                say(shapes.json_line(change_shapes.change(line)))
            return
        shown = list(lines)
    if not shown:
        asked_for = stages or kinds or agreement is not None or incident is not None
        say("No change is like that." if asked_for else "No changes yet.")
        return
    show_table(COLUMNS, [_row(line) for line in shown])
    if len(shown) == most:
        say(f"The newest {most}. Older ones: --limit {most * 10}, or --json for all.")


def _row(line: ChangeLine) -> Sequence[str]:
    it = line.change
    return (
        spoken(it.ticket),
        it.stage.value,
        it.kind.value,
        it.risk.value if it.risk else "-",
        utc_minute(it.since),
        utc_minute(it.window.starts) if it.window else "-",
        ", ".join(it.services) or "-",
        line.ticket.assigned_to or line.ticket.assignment_group,
        line.ticket.short_description,
    )
