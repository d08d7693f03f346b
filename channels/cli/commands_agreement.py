"""Commands about work agreements: what is left of them, and opening, amending, closing one."""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from channels.cli.command_names import AGREEMENT_COMMANDS
from channels.cli.deed_command import Name, agreement_command, first_line, in_short
from channels.cli.grouped_help import GroupedHelp
from channels.cli.options import AsJson

LOOK, LEADS = "Look", "For leads"
AsCsv = Annotated[bool, typer.Option("--csv", help="As CSV (RFC 4180, UTF-8), for a spreadsheet.")]
Closed = Annotated[bool, typer.Option("--closed", help="Also those that are closed.")]

commands = typer.Typer(
    cls=GroupedHelp,
    help="Work agreements: hours granted, reserved, spent, left.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@commands.command("list", rich_help_panel=LOOK)
def list_them(closed: Closed = False, as_json: AsJson = False) -> None:
    """The agreements by name, and what is left of each."""
    from channels.cli.agreements import show_agreements

    show_agreements(also_closed=closed, as_json=as_json)


@commands.command("show", rich_help_panel=LOOK)
def show(name: Name, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """One agreement: granted, reserved, spent, left; by change; its book."""
    if as_json and as_csv:
        raise typer.BadParameter("--json or --csv, not both")
    from channels.cli.agreements import show_agreement

    show_agreement(name, as_json=as_json, as_csv=as_csv)


@commands.command("report", rich_help_panel=LOOK)
def report(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Agreements; none: all that are open.")] = None,
    closed: Closed = False,
    as_csv: AsCsv = False,
) -> None:
    """The hours of each change, agreement by agreement."""
    from channels.cli.agreements import report_hours

    report_hours(names or [], also_closed=closed, as_csv=as_csv)


for _name, _deed in AGREEMENT_COMMANDS.items():
    commands.command(_name, help=first_line(_deed), short_help=in_short(_deed), rich_help_panel=LEADS)(agreement_command(_deed))
