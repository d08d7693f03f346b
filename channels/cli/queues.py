"""`intake queues`: how much lies with each team."""

from collections.abc import Sequence

from channels.api import shapes
from channels.cli.settings import read_desk_settings
from channels.cli.store import reading
from channels.cli.terminal import Column, say, show_table, utc_minute
from intake.domain.story import QueueDepth

COLUMNS = (
    Column(title="group", gives=True),
    Column(title="pri"),
    Column(title="open", counts=True),
    Column(title="nobody's", counts=True),
    Column(title="oldest since (UTC)"),
)


def show_queues(*, as_json: bool) -> None:
    with reading(read_desk_settings()) as store:
        depths = store.ask(lambda reader: reader.queues())
    if as_json:
        for depth in depths:
            say(shapes.json_line(shapes.queue(depth)))
        return
    if not depths:
        say("No ticket is open.")
        return
    show_table(COLUMNS, [_row(depth) for depth in depths])
    total, untaken = sum(depth.open for depth in depths), sum(depth.untaken for depth in depths)
    say(f"{total} open, {untaken} of them nobody's: intake tickets --group TEAM --assigned-to -")


def _row(depth: QueueDepth) -> Sequence[str]:
    return (
        depth.assignment_group,
        depth.priority.value,
        str(depth.open),
        str(depth.untaken),
        utc_minute(depth.oldest),
    )
