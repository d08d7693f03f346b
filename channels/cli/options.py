"""Options that many commands share, and how a command ends."""

from typing import Annotated

import typer

USUAL = 50  # rows that people see unless they ask for more; JSON is for programs and has all
LARGEST = 2**63 - 1  # id that a database takes

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line: see docs/shapes.md.")]
Limit = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, help=f"At most so many; unset: {USUAL}, with --json all.")
]
Ids = Annotated[list[int], typer.Argument(metavar="ID", max=LARGEST, help="Numbers from the list.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Such as HD-1042.")]


def most(limit: int | None, *, as_json: bool) -> int | None:
    """How many rows to show; None for all of them."""
    return limit or (None if as_json else USUAL)


def end(faults: int) -> None:
    """Exit code 1 where there are any."""
    if faults:
        raise typer.Exit(1)
