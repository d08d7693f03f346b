"""`intake learn --history`: a labelled history from elsewhere, to learn from."""

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from channels.api.shapes import json_line
from channels.cli import learning_shapes as shapes
from channels.cli.csv_file import csv_content
from channels.cli.history_csv import ReadHistory, read_history
from channels.cli.settings import read_desk_settings
from channels.cli.store import writing
from channels.cli.terminal import complain, in_one_line, say
from intake.domain.correction import Taken
from intake.domain.errors import Conflict, PolicyViolation

MOST_SHOWN = 20  # bad rows that people see; `--json` has all
MOST_CATEGORIES = 8


def import_history(file: Path, *, as_json: bool) -> int:
    """In one piece or not at all. How many rows could not be read; the others are in. Raises PolicyViolation for a file that
    is no such history, NotFound for one that cannot be opened."""
    raw = csv_content(file)
    try:
        read = read_history(raw)
    except PolicyViolation as fault:
        raise PolicyViolation(f"{file}: {fault}") from fault
    with writing(read_desk_settings()) as store:
        try:
            with store.begin() as books:
                taken = books.history.take_in(read.matters, datetime.now(UTC))
        except Conflict as fault:
            raise PolicyViolation(
                "Somebody else imports the same at this moment; nothing was imported. Run it again"
            ) from fault
    if as_json:
        say(json_line(shapes.imported(str(file), read, taken)))
    else:
        _show(file, read, taken)
    return len(read.bad)


def forget_history() -> None:
    with writing(read_desk_settings()) as store, store.begin() as books:
        count = books.history.forget()
    say(f"{count} imported rows are forgotten. What was learnt from them stays in the layers. To be rid of it, run")
    say("`intake learn --roll-back none` first and then `intake learn`: a layer that is not better replaces none.")


def _show(file: Path, read: ReadHistory, taken: Taken) -> None:
    say(
        in_one_line(
            f"{file} ({read.encoding}): {read.rows} rows; {taken.added} new, {taken.changed} judged otherwise than before,"
            f" {taken.known} known already{f', {read.twice} twice' if read.twice else ''}, {len(read.bad)} bad."
        )
    )
    if read.unused_columns:
        say(in_one_line(f"Not used: {', '.join(read.unused_columns)}."))
    if read.other_categories:
        named = ", ".join(f"{name} ({count})" for name, count in islice(read.other_categories.items(), MOST_CATEGORIES))
        more = len(read.other_categories) - MOST_CATEGORIES
        more_of_them = f" and {more} more" if more > 0 else ""
        say(in_one_line(f"None of the desk's categories, so only the kind counts: {named}{more_of_them}."))
    for row in read.bad[:MOST_SHOWN]:
        complain(in_one_line(f"line {row.line}: {row.reason}"))
    if len(read.bad) > MOST_SHOWN:
        complain(f"and {len(read.bad) - MOST_SHOWN} more bad rows: --json lists them all")
    if taken.added or taken.changed:
        say("`intake learn` learns from it.")
