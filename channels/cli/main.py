"""`intake`: the command line. What a command needs is imported when it runs, so that help answers at once."""

import os
import sys
import traceback
from collections.abc import Sequence
from functools import cache
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_group

from channels.cli import (
    commands_agreement,
    commands_change,
    commands_deed,
    commands_desk,
    commands_look,
    commands_setup,
    commands_token,
)
from channels.cli.grouped_help import GroupedHelp
from channels.cli.terminal import complain, let_go_of_stdout, say, speak_utf8
from intake.domain.errors import HelpdeskError

CHANGES = "Changes"

app = typer.Typer(
    name="intake",
    cls=GroupedHelp,
    help="Help-desk intake: every message becomes the right ticket, and its author hears back.",
    epilog="intake COMMAND -h explains a command.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(commands_look.commands)
app.add_typer(commands_deed.commands)
app.add_typer(commands_change.commands, name="change", rich_help_panel=CHANGES)
app.add_typer(commands_agreement.commands, name="agreement", rich_help_panel=CHANGES)
app.add_typer(commands_desk.commands)
app.add_typer(commands_setup.commands, name="setup", rich_help_panel=commands_desk.HEADING)
app.add_typer(commands_token.commands, name="token", rich_help_panel=commands_desk.HEADING)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 refused or failed (stderr says why), 2 misspelt."""
    speak_utf8()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        let_go_of_stdout()
        return 1
    except OSError as fault:  # a full disk, also one behind `> file`
        _complain(str(fault))
        return 1
    except HelpdeskError as fault:
        _complain(str(fault))
        return 1
    except Exception as fault:
        _complain(f"a fault of its own: {type(fault).__name__}: {fault}\nSet INTAKE_DEBUG=1 for the traceback.")
        return 1
    return code


@cache
def _commands() -> TyperGroup:
    """Put together once, however often a process runs one."""
    return get_group(app)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        _commands()(arguments, prog_name="intake")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _complain(says: str) -> None:
    try:
        sys.stdout.flush()
    except OSError:
        let_go_of_stdout()
    complain(f"{traceback.format_exc()}\nintake: {says}" if os.environ.get("INTAKE_DEBUG") else f"intake: {says}")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415

        say(f"intake {version('intake-desk')}")
        raise typer.Exit


@app.callback()
def _intake(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """`_version` has done it all."""
