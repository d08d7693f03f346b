"""Commands that look and change nothing."""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from channels.cli import commands_outbox
from channels.cli.options import LARGEST, AsJson, Limit, Number, most
from channels.cli.wanted import Wanted
from intake.domain.event import EventKind
from intake.domain.label import Kind, Priority
from intake.domain.receipt import Outcome
from intake.domain.storm import Standing
from intake.domain.ticket import State, Tier

HEADING = "Look"

commands = typer.Typer(rich_markup_mode=None)


@commands.command(rich_help_panel=HEADING)
def tickets(
    state: Annotated[list[State] | None, typer.Option(metavar="STATE", help=f"Only these: {', '.join(State)}.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(metavar="KIND", help=f"Only these: {', '.join(Kind)}.")] = None,
    priority: Annotated[list[Priority] | None, typer.Option(metavar="P", help=f"Only these: {', '.join(Priority)}.")] = None,
    tier: Annotated[list[Tier] | None, typer.Option(metavar="TIER", help="Only these: 1 support, 2 teams, 3 leads.")] = None,
    group: Annotated[list[str] | None, typer.Option(metavar="TEAM", help="Only of these teams in desk.toml.")] = None,
    assigned_to: Annotated[str | None, typer.Option(metavar="NAME", help="Only theirs; - is nobody's.")] = None,
    caller: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Only what this person asked.")] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """The tickets, newest first. An option may be given several times: any of those."""
    from channels.cli.tickets import show_tickets

    wanted = Wanted(
        states=state or [],
        kinds=kind or [],
        priorities=priority or [],
        tiers=tier or [],
        groups=group or [],
        assigned_to=assigned_to,
        caller=caller,
    )
    show_tickets(wanted, most(limit, as_json=as_json), as_json=as_json)


@commands.command(rich_help_panel=HEADING)
def ticket(
    number: Number,
    as_json: AsJson = False,
    sla: Annotated[
        bool, typer.Option("--sla", help="Its clocks instead: each stretch that counts or does not, and why.")
    ] = False,
) -> None:
    """One ticket: what was said, done and sent, and why."""
    if sla:
        from channels.cli.ticket_sla import show_sla

        show_sla(number, as_json=as_json)
    else:
        from channels.cli.ticket import show_ticket

        show_ticket(number, as_json=as_json)


@commands.command(rich_help_panel=HEADING)
def queue(
    team: Annotated[list[str] | None, typer.Option(metavar="TEAM", help="Only of these teams in desk.toml.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only what is assigned to you: say who you are with --as.")] = False,
    name: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Whose, a name in desk.toml; - is nobody's.")] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """The open tickets, what is due first comes first."""
    from channels.cli.queue import show_queue

    if mine and name is None:
        raise typer.BadParameter('--mine needs --as "NAME": an agent in desk.toml')
    show_queue(team or [], name, most(limit, as_json=as_json), as_json=as_json)


@commands.command(rich_help_panel=HEADING)
def queues(as_json: AsJson = False) -> None:
    """Open tickets by team, and how many nobody has taken."""
    from channels.cli.queues import show_queues

    show_queues(as_json=as_json)


@commands.command(rich_help_panel=HEADING)
def oncall(
    rotation: Annotated[str | None, typer.Argument(metavar="ROTATION", help="Only this one of desk.toml.")] = None,
    at: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="Not now, but at 2026-12-24T18:00+01:00; without a zone it is UTC.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Who is on call now, until when, and who is next."""
    from channels.cli.oncall import show_oncall

    show_oncall(rotation, at, as_json=as_json)


@commands.command(rich_help_panel=HEADING)
def storms(
    number: Annotated[
        str | None, typer.Argument(metavar="NUMBER", help="One of them with its reports, such as HD-900.")
    ] = None,
    standing: Annotated[
        list[Standing] | None, typer.Option(metavar="STANDING", help=f"Only these: {', '.join(Standing)}.")
    ] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Major incidents: proposed, formed, over; their reports, and when the next update is due."""
    from channels.cli.storms import show_storm, show_storms

    if number is not None:
        show_storm(number, as_json=as_json)
    else:
        show_storms(standing or [], most(limit, as_json=as_json), as_json=as_json)


@commands.command(rich_help_panel=HEADING)
def calls(limit: Limit = None, as_json: AsJson = False) -> None:
    """Phone calls, newest first: from whom, how long, who took it, and its ticket."""
    from channels.cli.calls import show_calls

    show_calls(most(limit, as_json=as_json), as_json=as_json)


@commands.command(rich_help_panel=HEADING)
def contact(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="A mail address, +4930123456 or a Slack user id.")],
    as_json: AsJson = False,
) -> None:
    """Who is this: their addresses and their tickets."""
    from channels.cli.contact import show_contact

    show_contact(address, as_json=as_json)


@commands.command(rich_help_panel=HEADING)
def events(
    ticket: Annotated[str | None, typer.Option(metavar="NUMBER", help="Only of this ticket, such as HD-1042.")] = None,
    kind: Annotated[list[EventKind] | None, typer.Option(metavar="KIND", help="Only these, such as escalated.")] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """What happened, who did it and why; the newest last."""
    from channels.cli.events import show_events

    show_events(ticket, kind or [], most(limit, as_json=as_json), as_json=as_json)


@commands.command(rich_help_panel=HEADING)
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
        show_ledger(outcome, most(limit, as_json=as_json), as_json=as_json)
    elif raw:
        write_raw(id)
    else:
        show_entry(id, as_json=as_json)


commands.add_typer(commands_outbox.commands, name="outbox", rich_help_panel=HEADING)
