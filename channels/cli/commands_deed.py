"""A command for each deed that people at the desk do to a ticket."""

from collections.abc import Mapping, Sequence

import typer

from channels.cli.deed_command import command_name, first_line, in_short, ticket_command
from intake.domain import deed as d
from intake.domain.deed import Deed

# Changes have commands of their own (`intake change`). Requesters' own deeds and what devices report are not typed here.
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
        d.ResolveAsProposed,
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

commands = typer.Typer(rich_markup_mode=None)


for _heading, _deeds in HEADINGS.items():
    for _deed in _deeds:
        commands.command(command_name(_deed), help=first_line(_deed), short_help=in_short(_deed), rich_help_panel=_heading)(
            ticket_command(_deed)
        )
