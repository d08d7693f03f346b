"""`intake`: the command line. What a command needs is imported when it runs, so that help answers at once."""
# ruff: noqa: PLC0415

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from channels.cli.terminal import complain, let_go_of_stdout, say, speak_utf8
from intake.domain.delivery import DeliveryState
from intake.domain.errors import HelpdeskError
from intake.domain.receipt import Outcome
from intake.domain.ticket import State

USUAL = 50  # rows that people see unless they ask for more; JSON is for programs and has all
LARGEST = 2**63 - 1  # id that a database takes

app = typer.Typer(
    name="intake",
    help="Help-desk intake: every message becomes the right ticket, and its author hears back.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
outbox = typer.Typer(help="What is to be sent, and how far that got.", rich_markup_mode=None, invoke_without_command=True)
app.add_typer(outbox, name="outbox")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line: see docs/shapes.md.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help=f"At most so many. Unset: {USUAL}, with --json all.")]
Ids = Annotated[list[int], typer.Argument(metavar="ID", max=LARGEST, help="Numbers from the list.")]


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


def _run(arguments: Sequence[str] | None) -> int:
    try:
        app(arguments, prog_name="intake")
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
        from importlib.metadata import version

        say(f"intake {version('intake-desk')}")
        raise typer.Exit


def _end(faults: int) -> None:
    if faults:
        raise typer.Exit(1)


@app.callback()
def _intake(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """`_version` has done it all."""


@app.command()
def serve() -> None:
    """Open the desk: SMTP in, mail out, the web. SIGTERM or Ctrl-C closes it in order."""
    from channels.cli.serve import open_desk

    open_desk()


@app.command()
def migrate() -> None:
    """Bring the store to this version. Of an embedded one a backup is made first."""
    from channels.cli.migrate import migrate

    migrate()


@app.command()
def check() -> None:
    """Is everything in order, and if not, what mends it. Exit code 1 for any fault."""
    from channels.cli.check import check

    _end(check())


@app.command()
def settings(
    example: Annotated[bool, typer.Option("--example", help="Print the commented file to copy to .env.")] = False,
) -> None:
    """Every setting: its value and where that comes from."""
    from channels.cli.settings_shown import show_example, show_settings

    if example:
        show_example()
    else:
        _end(show_settings())


@app.command()
def tickets(
    state: Annotated[list[State] | None, typer.Option(help="Only these; may be given several times.")] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """The tickets, newest first."""
    from channels.cli.tickets import show_tickets

    show_tickets(state or [], limit or (None if as_json else USUAL), as_json=as_json)


@app.command()
def ticket(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Such as HD-1042.")],
    as_json: AsJson = False,
) -> None:
    """One ticket: what was said, done and sent, and why."""
    from channels.cli.ticket import show_ticket

    show_ticket(number, as_json=as_json)


@app.command()
def ledger(
    id: Annotated[int | None, typer.Argument(metavar="ID", max=LARGEST, help="One entry in full.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="Only these.")] = None,
    limit: Limit = None,
    as_json: AsJson = False,
    raw: Annotated[bool, typer.Option("--raw", help="Write the bytes of this ID as they came.")] = False,
) -> None:
    """Every input and what became of it, newest first."""
    from channels.cli.ledger import show_entry, show_ledger, write_raw

    if raw and id is None:
        raise typer.BadParameter("--raw needs an ID")
    if id is None:
        show_ledger(outcome, limit or (None if as_json else USUAL), as_json=as_json)
    elif raw:
        write_raw(id)
    else:
        show_entry(id, as_json=as_json)


@app.command()
def replay(
    ids: Annotated[list[int] | None, typer.Argument(metavar="ID", max=LARGEST, help="Entries of the ledger.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is in quarantine, oldest first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run quarantined inputs again, after a mend. Twice does no harm."""
    if bool(ids) == everything:
        raise typer.BadParameter("give the IDs of quarantined inputs, or --all")
    from channels.cli.replay import replay, replay_all

    _end(replay_all(as_json=as_json) if everything else replay(ids or [], as_json=as_json))


@outbox.callback()
def _outbox(
    context: typer.Context,
    state: Annotated[
        list[str] | None,
        typer.Option(metavar="STATE", help=f"Only these: {', '.join(DeliveryState).replace('no relay', 'no-relay')}."),
    ] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    if context.invoked_subcommand is None:
        from channels.cli.outbox import show_outbox

        states = [_delivery_state(name) for name in state or []]
        show_outbox(states, limit or (None if as_json else USUAL), as_json=as_json)


@outbox.command("retry")
def outbox_retry(ids: Ids, as_json: AsJson = False) -> None:
    """Try again now: what failed, was held back, found no relay or waits for its next try."""
    from channels.cli.outbox import retry_deliveries

    _end(retry_deliveries(ids, as_json=as_json))


@outbox.command("give-up")
def outbox_give_up(
    ids: Ids, reason: Annotated[str, typer.Option(help="For the ticket's timeline.")] = "", as_json: AsJson = False
) -> None:
    """Never send these."""
    from channels.cli.outbox import give_up_deliveries

    _end(give_up_deliveries(ids, reason, as_json=as_json))


@app.command()
def parse(
    names: Annotated[list[str], typer.Argument(metavar="FILE|DIR", help="Mails, or folders with *.eml; - is stdin.")],
    as_json: AsJson = False,
) -> None:
    """How the desk reads a mail. Nothing is kept."""
    from channels.cli.parse import parse

    _end(parse(names, as_json=as_json))


@app.command()
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


def _delivery_state(name: str) -> DeliveryState:
    spoken = name.lower().replace("-", " ").replace("_", " ")
    if spoken not in list(DeliveryState):
        raise typer.BadParameter(f"{name!r} is none of {', '.join(DeliveryState)}", param_hint="--state")
    return DeliveryState(spoken)
