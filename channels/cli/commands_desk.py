"""Commands about the desk itself: run it, check it, try what it would make of something."""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from channels.cli.options import LARGEST, AsJson, end

HEADING = "The desk"
commands = typer.Typer(rich_markup_mode=None)


@commands.command(rich_help_panel=HEADING)
def serve() -> None:
    """Open the desk: SMTP in, mail out, the web. SIGTERM or Ctrl-C closes it in order."""
    from channels.cli.serve import open_desk

    open_desk()


@commands.command(rich_help_panel=HEADING)
def check() -> None:
    """Is everything in order, and if not, what mends it. Exit code 1 for any fault."""
    from channels.cli.check import check

    end(check())


@commands.command(rich_help_panel=HEADING)
def settings(
    example: Annotated[bool, typer.Option("--example", help="Print the commented file to copy to .env.")] = False,
) -> None:
    """Every setting: its value and where that comes from."""
    from channels.cli.settings_shown import show_example, show_settings

    if example:
        show_example()
    else:
        end(show_settings())


@commands.command(rich_help_panel=HEADING)
def migrate() -> None:
    """Bring the store to this version. Of an embedded one a backup is made first."""
    from channels.cli.migrate import migrate

    migrate()


@commands.command(rich_help_panel=HEADING)
def replay(
    ids: Annotated[list[int] | None, typer.Argument(metavar="ID", max=LARGEST, help="Entries of the ledger.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is in quarantine, oldest first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run quarantined inputs again, after a mend. Twice does no harm."""
    if bool(ids) == everything:
        raise typer.BadParameter("give the IDs of quarantined inputs, or --all")
    from channels.cli.replay import replay, replay_all

    end(replay_all(as_json=as_json) if everything else replay(ids or [], as_json=as_json))


@commands.command(rich_help_panel=HEADING)
def parse(
    names: Annotated[list[str], typer.Argument(metavar="FILE|DIR", help="Mails, or folders with *.eml; - is stdin.")],
    as_json: AsJson = False,
) -> None:
    """How the desk reads a mail. Nothing is kept."""
    from channels.cli.parse import parse

    end(parse(names, as_json=as_json))


@commands.command(rich_help_panel=HEADING)
def classify(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="Unset: from stdin, with --json JSON lines.")] = None,
    as_json: AsJson = False,
) -> None:
    """What the desk makes of a text, and by which words. Nothing is kept."""
    from channels.cli.classify import classify_stdin, classify_text

    if text is None:
        classify_stdin(as_json=as_json)
    else:
        classify_text(text, as_json=as_json)
