"""What people see: tables and plain sentences, coloured only on a terminal, and never a command to that terminal.

Off a terminal nothing is cut: a table is as wide as what it holds."""

import io
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

# Control characters drive terminals; the direction marks make text read as what it is not.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

GAP = 2  # between columns
WIDE = 110  # characters a terminal needs to show the spare columns too
LEAST = 8  # characters that even a narrow terminal leaves to a column

STYLES: Mapping[str, str] = {
    "heading": "bold",
    "P1": "bold red",
    "P2": "red",
    "ok": "green",
    "warning": "yellow",
    "fault": "bold red",
    "failed": "red",
    "quarantined": "red",
    "held": "yellow",
    "no relay": "yellow",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """On a terminal that is too narrow the ones that `give` are cut, and only they; `spare` ones are left out at all.
    `counts` stand to the right, so that they compare at a glance."""

    title: str
    gives: bool = False
    spare: bool = False
    counts: bool = False


def speak_utf8() -> None:
    """Whatever the locale says: pipes and logs get UTF-8, and no character can fail."""
    # Python has none where the shell closed it (`>&-`).
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for as long as we live
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def say(line: str = "", *, at_once: bool = False) -> None:
    sys.stdout.write(f"{line}\n")
    if at_once:
        sys.stdout.flush()


def let_go_of_stdout() -> None:
    """Nobody reads it any more (`| head`): what is still to be said goes nowhere, quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """To stderr, after everything that was said before."""
    sys.stdout.flush()
    sys.stderr.write(f"{in_lines(text)}\n")
    sys.stderr.flush()


def in_lines(text: str) -> str:
    """Text of others, with its lines kept and nothing in it that drives a terminal."""
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "))


def counted(number: int, one: str) -> str:
    """`1 message`, `2 messages`."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def in_one_line(text: str) -> str:
    return " ".join(_UNSAFE.sub("", " ".join(text.split())).split())


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def utc_minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def screen() -> "Console | None":
    """The terminal, or None where stdout is a pipe or a file."""
    if not sys.stdout.isatty():
        return None
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it

    return Console(highlight=False, markup=False, emoji=False)


def show_styled(text: str, word: str) -> None:
    """One line, in the colour that the word stands for."""
    if (console := screen()) is None:
        say(text)
        return
    console.print(text, style=STYLES.get(word, ""), soft_wrap=True)


def show_table(columns: Sequence[Column], rows: Iterable[Sequence[str]], console: "Console | None" = None) -> None:
    cleaned = [[in_one_line(cell) for cell in row] for row in rows]
    for place in (place for place, column in enumerate(columns) if column.counts):
        width = max(len(text) for text in (columns[place].title, *(row[place] for row in cleaned)))
        for row in cleaned:
            row[place] = row[place].rjust(width)
    console = console or screen()
    if console is None:
        for line in plain_table([column.title for column in columns], cleaned):
            say(line)
        return
    kept = [place for place, column in enumerate(columns) if not column.spare or console.width >= WIDE]
    _show_on(console, [columns[place] for place in kept], [[row[place] for place in kept] for row in cleaned])


def plain_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    table = [list(titles), *rows]
    widths = [max(len(row[place]) for row in table) for place in range(len(titles))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def _show_on(console: "Console", columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    from rich.cells import cell_len  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    natural = [max(cell_len(text) for text in (columns[n].title, *(row[n] for row in rows))) for n in range(len(columns))]
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold")
    for column, width in zip(columns, _fitted(columns, natural, console.width), strict=True):
        table.add_column(column.title, no_wrap=True, overflow="ellipsis", width=width)
    for row in rows:
        table.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in row))
    console.print(table)


def _fitted(columns: Sequence[Column], natural: Sequence[int], room: int) -> list[int]:
    """Columns that give share what the others leave; the widest of them gives first."""
    widths = list(natural)
    over = sum(widths) + GAP * len(widths) - room
    giving = [place for place, column in enumerate(columns) if column.gives]
    while over > 0 and giving:
        widest = max(giving, key=lambda place: widths[place])
        if widths[widest] <= LEAST:
            break
        widths[widest] -= 1
        over -= 1
    return widths
