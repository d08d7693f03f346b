"""Commands about the desk itself: run it, check it, try what it would make of something."""
# ruff: noqa: PLC0415

from pathlib import Path
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


@commands.command(rich_help_panel=HEADING)
def evaluate(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Messages with what they are: text, kind, category, …")],
    train: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Also what learning from these would bring; the same file: in fifths."),
    ] = None,
    shipped: Annotated[bool, typer.Option("--shipped", help="The shipped model alone, without what was learnt here.")] = False,
    plot: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Draw it as well.")] = None,
    as_json: AsJson = False,
) -> None:
    """How good the labels are, on messages that people labelled. Nothing is kept."""
    if plot is not None and plot.suffix.lower() != ".svg":
        raise typer.BadParameter(f"{plot} is drawn as SVG: give it a name that ends in .svg", param_hint="--plot")
    from channels.cli.evaluate import evaluate

    evaluate(file, train, shipped=shipped, as_json=as_json, plot=plot)


@commands.command(rich_help_panel=HEADING)
def learn(
    version: Annotated[
        str,
        typer.Argument(
            metavar="[VERSION]", help="For --roll-back: to this one; none is the shipped model alone.", show_default=False
        ),
    ] = "",
    history: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Import a labelled history, as ServiceNow exports it, and learn nothing yet."),
    ] = None,
    versions: Annotated[bool, typer.Option("--versions", help="What was learnt so far, newest first.")] = False,
    roll_back: Annotated[bool, typer.Option("--roll-back", help="Use what was in use before.")] = False,
    forget_history: Annotated[bool, typer.Option("--forget-history", help="Drop all that was imported.")] = False,
    as_json: AsJson = False,
) -> None:
    """Learn from people's corrections; what was learnt is used only if it wins."""
    if (history is not None) + versions + roll_back + forget_history > 1:
        raise typer.BadParameter("--history, --versions, --roll-back and --forget-history go one at a time")
    if version and not roll_back:
        raise typer.BadParameter(f"{version!r} goes with --roll-back", param_hint="VERSION")
    if history is not None:
        from channels.cli.learn_history import import_history

        end(import_history(history, as_json=as_json))
    elif forget_history:
        from channels.cli.learn_history import forget_history as forget

        forget()
    else:
        from channels.cli.learn import go_back, learn_now, show_versions

        if versions:
            show_versions(as_json=as_json)
        elif roll_back:
            go_back(version, as_json=as_json)
        else:
            learn_now(as_json=as_json)
