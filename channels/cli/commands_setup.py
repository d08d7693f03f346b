"""Commands that say how something outside is to be set up for the desk; they change nothing there."""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from channels.cli.options import end

commands = typer.Typer(
    help="What to set up outside: at the phone's vendor, in Slack.", rich_markup_mode=None, no_args_is_help=True
)


@commands.command("twilio")
def twilio() -> None:
    """Phone and SMS: what to paste where at the vendor."""
    from channels.cli.setup_twilio import set_up_twilio

    end(set_up_twilio())


@commands.command("slack")
def slack(
    socket: Annotated[
        bool | None, typer.Option("--socket/--http", help="How the desk hears. Left out: by what is set.")
    ] = None,
    several: Annotated[bool | None, typer.Option("--several/--one", help="Workspaces. Left out: by what is set.")] = None,
) -> None:
    """Slack: the app's manifest, which keys to copy, which channels to make."""
    from channels.cli.setup_slack import set_up_slack

    end(set_up_slack(socket=socket, several=several))
