"""`intake calls`: who has rung, when, on which line, who took it and which ticket it became."""

from collections.abc import Sequence

from channels.api import call_shapes, shapes
from channels.cli.settings import read_desk_settings
from channels.cli.store import paged, reading
from channels.cli.terminal import Column, say, show_table, utc_minute
from intake.domain.call import Call
from intake.domain.ticket import spoken

COLUMNS = (
    Column(title="began (UTC)"),
    Column(title="from"),
    Column(title="line", spare=True),
    Column(title="ticket"),
    Column(title="lasted", counts=True),
    Column(title="said"),
    Column(title="taken by", gives=True),
)


def show_calls(most: int | None, *, as_json: bool) -> None:
    with reading(read_desk_settings()) as store:
        found = paged(
            lambda before, limit: store.ask(lambda reader: reader.calls(before=before, limit=limit)), lambda call: call.id, most
        )
        if as_json:
            for call in found:
                say(shapes.json_line(call_shapes.call(call)))
            return
        shown = list(found)
    if not shown:
        say("Nobody has called yet.")
        return
    show_table(COLUMNS, [_row(call) for call in shown])
    if len(shown) == most:
        say(f"The newest {most}. Older ones: --limit {most * 10}, or --json for all.")
    say("What was said and who was rung: `intake ticket HD-…`.")


def _row(call: Call) -> Sequence[str]:
    return (
        utc_minute(call.began_at),
        call.caller or "withheld",
        call.line,
        spoken(call.ticket),
        _lasted(call),
        "yes" if call.said else "nothing",
        call.connected_to or "-",
    )


def _lasted(call: Call) -> str:
    """`3:07`; of a call that goes on, or of which nobody reported the end, nothing is known."""
    if call.ended_at is None:
        return "-"
    minutes, seconds = divmod(max(0, int((call.ended_at - call.began_at).total_seconds())), 60)
    return f"{minutes}:{seconds:02}"
