"""Commands about what is to be sent."""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from channels.cli.options import LARGEST, AsJson, Ids, Limit, end, most
from intake.domain.delivery import DeliveryState

commands = typer.Typer(help="What is to be sent, and how far that got.", rich_markup_mode=None, invoke_without_command=True)


@commands.callback()
def outbox(
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

        show_outbox([_delivery_state(name) for name in state or []], most(limit, as_json=as_json), as_json=as_json)


@commands.command("retry")
def retry(ids: Ids, as_json: AsJson = False) -> None:
    """Try again now: what failed, was held back, found no relay or waits for its next try."""
    from channels.cli.outbox import retry_deliveries

    end(retry_deliveries(ids, as_json=as_json))


@commands.command("release")
def release(
    ids: Annotated[list[int] | None, typer.Argument(metavar="ID", max=LARGEST, help="Numbers from the list.")] = None,
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="All that is held for this address.")] = "",
    channel: Annotated[str, typer.Option(metavar="CHANNEL", help="All that would leave by this channel.")] = "",
    ticket: Annotated[str, typer.Option(metavar="NUMBER", help="All of this ticket.")] = "",
    because: Annotated[str, typer.Option(metavar="CAP", help="All that this cap holds, such as per_recipient.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="All that is held.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let out what the outbound gate held back: it leaves behind what is fresh. Look for a loop first."""
    from channels.cli.outbox_release import release_ids, release_matching, which_held

    if ids:
        end(release_ids(ids, as_json=as_json))
        return
    which = which_held(to, channel, ticket, because)
    if which.is_everything and not everything:
        raise typer.BadParameter("say which: IDs, --to, --channel, --ticket, --because, or --all", param_hint="ID")
    release_matching(which, as_json=as_json)


@commands.command("give-up")
def give_up(
    ids: Ids, reason: Annotated[str, typer.Option(help="For the ticket's timeline.")] = "", as_json: AsJson = False
) -> None:
    """Never send these."""
    from channels.cli.outbox import give_up_deliveries

    end(give_up_deliveries(ids, reason, as_json=as_json))


def _delivery_state(name: str) -> DeliveryState:
    spoken = name.lower().replace("-", " ").replace("_", " ")
    if spoken not in list(DeliveryState):
        raise typer.BadParameter(f"{name!r} is none of {', '.join(DeliveryState)}", param_hint="--state")
    return DeliveryState(spoken)
