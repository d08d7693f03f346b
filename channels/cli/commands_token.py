"""Commands about tokens: what lets a program speak for somebody."""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from channels.cli.options import AsJson
from intake.domain.principal import Role

ROLES = tuple(role for role in Role if role is not Role.DEVICE)
commands = typer.Typer(help="Tokens for programs: create, list, revoke.", rich_markup_mode=None, no_args_is_help=True)


@commands.command("create")
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who speaks by it, as it will stand on timelines.")],
    role: Annotated[str, typer.Option(metavar="|".join(ROLES), help="What it may do.")],
    team: Annotated[
        list[str] | None, typer.Option(metavar="TEAM", help="For an agent or a lead; several times for several. Unset: all.")
    ] = None,
    address: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="For a requester: ann@example.com or +4930123456.")
    ] = None,
) -> None:
    """Make a token and show it, this once."""
    if role not in ROLES:
        raise typer.BadParameter(f"{role!r} is none of {', '.join(ROLES)}", param_hint="--role")
    from channels.cli.tokens import create_token

    create_token(name, Role(role), team or [], address)


@commands.command("list")
def list_them(as_json: AsJson = False) -> None:
    """Which tokens there are; their secrets are nowhere."""
    from channels.cli.tokens import list_tokens

    list_tokens(as_json=as_json)


@commands.command("revoke")
def revoke(name: Annotated[str, typer.Argument(metavar="NAME|ID", help="From the list.")]) -> None:
    """Let a token work no longer, from now on and for good."""
    from channels.cli.tokens import revoke_token

    revoke_token(name)
