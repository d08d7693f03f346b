"""`intake tickets`: the list, newest first."""

from collections.abc import Sequence

from channels.api import shapes
from channels.cli.settings import read_desk_settings
from channels.cli.store import OpenedStore, paged, reading
from channels.cli.terminal import Column, complain, in_one_line, say, show_table, utc_minute
from channels.cli.wanted import NOBODY, Wanted
from channels.cli.who import address_typed, as_written
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.desk.reading import TicketFilter
from intake.domain.story import TicketLine
from intake.domain.ticket import spoken

COLUMNS = (
    Column(title="ticket"),
    Column(title="pri"),
    Column(title="state"),
    Column(title="opened (UTC)"),
    Column(title="label", gives=True, spare=True),
    Column(title="group", gives=True, spare=True),
    Column(title="assigned to", gives=True, spare=True),
    Column(title="caller", gives=True),
    Column(title="about", gives=True),
)


def show_tickets(wanted: Wanted, most: int | None, *, as_json: bool) -> None:
    desk = read_desk_settings()
    policy = read_policy(desk.policy)
    with reading(desk) as store:
        which = _filter(wanted, policy, store)
        lines = paged(
            lambda before, limit: store.ask(lambda reader: reader.tickets(which, before=before, limit=limit)),
            lambda line: line.ticket.number,
            most,
        )
        if as_json:
            for line in lines:
                say(shapes.json_line(shapes.ticket(line)))
            return
        shown = list(lines)
    if not shown:
        say(in_one_line(f"No ticket is {wanted}.") if str(wanted) else "No tickets yet.")
        _complain_of_strangers(wanted, policy)
        return
    show_table(COLUMNS, [row(line) for line in shown])
    if len(shown) == most:
        say(f"The newest {most}. Older ones: --limit {most * 10}, or --json for all.")


def row(line: TicketLine) -> Sequence[str]:
    it = line.ticket
    label = f"{it.kind.value}/{it.category.value}" if it.category else it.kind.value
    return (
        spoken(it.number),
        it.priority.value,
        it.state.value,
        utc_minute(it.opened_at),
        label,
        it.assignment_group,
        it.assigned_to or "-",
        line.caller or "-",
        it.short_description,
    )


def _filter(wanted: Wanted, policy: Policy, store: OpenedStore) -> TicketFilter:
    """Raises PolicyViolation for a caller that is no address."""
    return TicketFilter(
        states=wanted.states,
        kinds=wanted.kinds,
        priorities=wanted.priorities,
        tiers=wanted.tiers,
        assignment_groups=wanted.groups,
        assigned_to=_name(wanted.assigned_to, policy),
        callers=_callers(wanted.caller, store) if wanted.caller is not None else None,
    )


def _name(typed: str | None, policy: Policy) -> str | None:
    if typed is None:
        return None
    return "" if typed == NOBODY else as_written(typed, policy)


def _callers(text: str, store: OpenedStore) -> frozenset[int]:
    """Everybody who is the same person as whoever has this address."""
    address = address_typed(text)
    found = store.ask(lambda reader: reader.contact_at(address))
    return store.ask(lambda reader: reader.identities(found.id)) if found is not None else frozenset()


def _complain_of_strangers(wanted: Wanted, policy: Policy) -> None:
    """A misspelt team or name finds nothing: that must not read as all is done."""
    if strangers := [group for group in wanted.groups if group not in policy.teams]:
        complain(in_one_line(f"No team is called {' or '.join(strangers)}. There are: {', '.join(policy.teams)}"))
    if (name := _name(wanted.assigned_to, policy)) and name not in policy.agents:
        there = f" There are: {', '.join(sorted(policy.agents))}" if policy.agents else ""
        complain(in_one_line(f"No agent is called {wanted.assigned_to}.{there}"))
