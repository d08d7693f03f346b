"""`intake contact ADDRESS`: who is this, how else can they be reached, and what did they ask."""

from collections.abc import Sequence

from channels.api import people_shapes, shapes
from channels.cli.settings import read_desk_settings
from channels.cli.store import paged, reading
from channels.cli.terminal import in_one_line, say, show_styled, show_table, utc_minute
from channels.cli.tickets import COLUMNS, row
from channels.cli.who import address_typed
from intake.desk.directory import Directory
from intake.desk.policy_file.whole import read_policy
from intake.desk.reading import TicketFilter
from intake.domain.contact import Contact
from intake.domain.errors import NotFound
from intake.domain.story import TicketLine

MOST = 20  # tickets that people see; `--json` has all


def show_contact(text: str, *, as_json: bool) -> None:
    """Raises NotFound for an address that never wrote, PolicyViolation for what is no address."""
    address = address_typed(text)
    desk = read_desk_settings()
    directory = Directory(policy=read_policy(desk.policy))
    with reading(desk) as store:
        at = store.ask(lambda reader: reader.contact_at(address))
        found = store.ask(lambda reader: reader.contact(at.id)) if at is not None else None
        if found is None:
            agent = directory.at(address)
            staff = f", but {agent.name} of the desk has it" if agent else ""
            raise NotFound(f"Nobody has written from {address.value}{staff}")
        who = found
        which = TicketFilter(callers=store.ask(lambda reader: reader.identities(who.id)))
        lines = list(
            paged(
                lambda before, limit: store.ask(lambda reader: reader.tickets(which, before=before, limit=limit)),
                lambda line: line.ticket.number,
                None,
            )
        )
    agents = {agent.name: None for each in who.addresses if (agent := directory.at(each))}
    if as_json:
        record = {**people_shapes.contact(who), "agents": [*agents], "tickets": [shapes.ticket(line) for line in lines]}
        say(shapes.json_line(record))
        return
    _show(who, [*agents], lines)


def _show(who: Contact, agents: Sequence[str], lines: Sequence[TicketLine]) -> None:
    show_styled(in_one_line(who.name), "heading")
    say(f"  {'known since':<13}{utc_minute(who.since)} UTC")
    for address in who.addresses:
        called = f"  ({in_one_line(address.name)})" if address.name and address.name != who.name else ""
        dead = "  mail to it came back: it is tried last" if address in who.dead else ""
        say(f"  {address.kind.value:<13}{in_one_line(address.value)}{called}{dead}")
    if agents:
        say(f"  {'at the desk':<13}{in_one_line(', '.join(agents))}")
    say()
    if not lines:
        say("No tickets of theirs.")
        return
    show_table(COLUMNS, [row(line) for line in lines[:MOST]])
    if len(lines) > MOST:
        caller = in_one_line(who.addresses[0].value)
        say(f"{len(lines) - MOST} older ones: intake tickets --caller {caller} --limit {len(lines)}")
