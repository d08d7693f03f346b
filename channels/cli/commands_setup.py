"""Commands that say how something outside is to be set up for the desk; they change nothing there."""
# ruff: noqa: PLC0415

import typer

from channels.cli.options import end

commands = typer.Typer(help="What to set up outside: at the phone's vendor.", rich_markup_mode=None, no_args_is_help=True)


@commands.callback()
def _setup() -> None:
    """One command stays a command of a group."""


@commands.command("twilio")
def twilio() -> None:
    """Phone and SMS: what to paste where at the vendor."""
    from channels.cli.setup_twilio import set_up_twilio

    end(set_up_twilio())
