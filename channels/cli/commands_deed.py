"""A command for each deed that people at the desk do: its options are the deed's fields, its help is the deed's own."""
# ruff: noqa: PLC0415

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, Signature
from typing import Annotated

import typer

from channels.cli.deed_options import Typed, deed_of, options_of
from channels.cli.options import Number, end
from intake.domain import deed as d
from intake.domain.deed import Deed

# Requesters' own deeds and what devices report are not typed here.
HEADINGS: Mapping[str, Sequence[type[Deed]]] = {
    "Work on a ticket": (
        d.Take,
        d.Assign,
        d.Hold,
        d.Resume,
        d.Escalate,
        d.Return,
        d.Note,
        d.Reply,
        d.Resolve,
        d.ConfirmUndeliverable,
        d.Close,
        d.Reopen,
        d.Cancel,
        d.AcknowledgePage,
    ),
    "Put a ticket right": (d.Relabel, d.Merge, d.Split, d.Link, d.Unlink, d.Undo),
    "Major incidents": (d.ConfirmStorm, d.DissolveStorm, d.UpdateStorm, d.JoinStorm, d.LeaveStorm),
    "People of a ticket": (d.AcceptReply, d.RejectReply, d.LinkAddress, d.UnlinkAddress, d.Watch, d.Unwatch),
}
As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who does it, a name in desk.toml; unset: you, as admin.")]
Seen = Annotated[
    int | None,
    typer.Option("--seen", metavar="REVISION", help="Only if nothing has changed since this revision."),
]
Json = Annotated[bool, typer.Option("--json", help="The receipt and the ticket, see docs/shapes.md.")]

commands = typer.Typer(rich_markup_mode=None)


def command_name(deed: type[Deed]) -> str:
    return deed.verb.replace("_", "-")


def first_line(deed: type[Deed]) -> str:
    return (deed.__doc__ or "").partition("\n")[0]


def _in_short(deed: type[Deed]) -> str:
    """For the list of all commands: what comes before the first colon or semicolon."""
    return first_line(deed).partition(":")[0].partition(";")[0].rstrip(".") + "."


def _command(deed: type[Deed]) -> Callable[..., None]:
    def run(number: str, agent: str | None, seen: int | None, as_json: bool, **typed: Typed) -> None:
        from channels.cli.doing import do

        end(not do(deed_of(deed, typed), number, agent=agent, seen=seen, as_json=as_json))

    common = (
        Parameter("agent", Parameter.KEYWORD_ONLY, default=None, annotation=As),
        Parameter("seen", Parameter.KEYWORD_ONLY, default=None, annotation=Seen),
        Parameter("as_json", Parameter.KEYWORD_ONLY, default=False, annotation=Json),
    )
    number = Parameter("number", Parameter.KEYWORD_ONLY, annotation=Number)
    parameters = [number, *options_of(deed), *common]
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined] # what typer reads instead of the source
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


for _heading, _deeds in HEADINGS.items():
    for _deed in _deeds:
        commands.command(command_name(_deed), help=first_line(_deed), short_help=_in_short(_deed), rich_help_panel=_heading)(
            _command(_deed)
        )
