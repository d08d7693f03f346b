"""Commands about changes: looking at them, and a command for each deed that is done about one."""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from channels.cli.command_names import OF_CHANGES
from channels.cli.deed_command import first_line, in_short, ticket_command
from channels.cli.grouped_help import GroupedHelp
from channels.cli.options import AsJson, Limit, Number, most
from intake.domain.change import ChangeKind, Stage

LOOK = "Look"
commands = typer.Typer(
    cls=GroupedHelp,
    help="Changes: plan, approve, schedule, carry out, book hours.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@commands.command("list", rich_help_panel=LOOK)
def list_them(
    stage: Annotated[list[Stage] | None, typer.Option(metavar="STAGE", help=f"Only these: {', '.join(Stage)}.")] = None,
    kind: Annotated[list[ChangeKind] | None, typer.Option(metavar="KIND", help=f"Only these: {', '.join(ChangeKind)}.")] = None,
    agreement: Annotated[str | None, typer.Option(metavar="NAME", help="Only those estimated in this agreement.")] = None,
    incident: Annotated[str | None, typer.Option(metavar="NUMBER", help="Only those that mend this incident.")] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """The changes, newest first. An option may be given several times: any of those."""
    from channels.cli.changes import show_changes

    show_changes(stage or [], kind or [], agreement, incident, most(limit, as_json=as_json), as_json=as_json)


@commands.command("show", rich_help_panel=LOOK)
def show(number: Number, as_json: AsJson = False) -> None:
    """One change: what it waits for and whom, and what to type next."""
    from channels.cli.change import show_change

    show_change(number, as_json=as_json)


@commands.command("calendar", rich_help_panel=LOOK)
def calendar(
    since: Annotated[
        str | None, typer.Option("--from", metavar="MOMENT", help="Such as 2026-12-01, without a zone in UTC; unset: now.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="MOMENT", help="Unset: four weeks later.")] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="NAME", help="Instead: the address of the calendar feed of this agent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Windows and freezes, the earliest first."""
    from channels.cli.change_calendar import show_calendar, show_feed

    if url is not None:
        show_feed(url)
    else:
        show_calendar(since, until, as_json=as_json)


for _heading, _deeds in OF_CHANGES.items():
    for _name, _deed in _deeds.items():
        commands.command(_name, help=first_line(_deed), short_help=in_short(_deed), rich_help_panel=_heading)(
            ticket_command(_deed)
        )
