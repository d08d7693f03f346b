"""`intake change calendar`: windows and freezes, the earliest first."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from channels.api import shapes
from channels.api.change_calendar import calendar_entries, in_calendar, period
from channels.calendar.address import feed_address
from channels.cli.deed_options import moment
from channels.cli.settings import read_desk_settings
from channels.cli.store import demand_store, reading
from channels.cli.terminal import Column, complain, in_one_line, say, show_table, utc_minute
from channels.cli.who import agent_named
from channels.serve.compose import key_ring
from intake.desk.changes.local_window import in_words
from intake.desk.policy_file.change import Freeze
from intake.desk.policy_file.whole import read_policy
from intake.domain.change import ChangeLine, Window
from intake.domain.errors import ConfigError
from intake.domain.ticket import spoken

USUALLY = timedelta(weeks=4)
COLUMNS = (
    Column(title="when"),
    Column(title="what"),
    Column(title="stage"),
    Column(title="risk", spare=True),
    Column(title="services", gives=True, spare=True),
    Column(title="with", gives=True, spare=True),
    Column(title="about", gives=True),
)


def show_calendar(since: str | None, until: str | None, *, as_json: bool) -> None:
    """Raises BadParameter for what is no moment, PolicyViolation for a period that is none."""
    desk = read_desk_settings()
    policy = read_policy(desk.policy)
    first = moment(since, "--from") if since is not None else datetime.now(UTC)
    last = moment(until, "--until") if until is not None else first + USUALLY
    during = period(first, last)
    with reading(desk) as store:
        if as_json:
            for entry in store.ask(lambda reader: calendar_entries(reader, policy, first, last)):
                say(shapes.json_line(entry))
            return
        shown = store.ask(lambda reader: in_calendar(reader, policy, during))
    if not shown:
        say(f"Nothing is planned from {utc_minute(first)} to {utc_minute(last)} UTC.")
        return
    show_table(COLUMNS, [_row(window, what) for window, what in shown])


def show_feed(name: str) -> None:
    """The address shows the calendar to whoever has it. Raises NotFound where nobody here is called so, and ConfigError."""
    desk = read_desk_settings()
    agent = agent_named(name, read_policy(desk.policy))
    if not desk.public_url:
        raise ConfigError("INTAKE_PUBLIC_URL is not set: it says how people reach the web from outside")
    demand_store(desk)
    say(feed_address(desk.public_url, key_ring(desk), agent.name))
    complain(f"This is for {in_one_line(agent.name)} alone: whoever has it sees the calendar.")


def _row(window: Window, what: ChangeLine | Freeze) -> Sequence[str]:
    when = in_words(window).removesuffix(f" ({window.time_zone})")
    if isinstance(what, Freeze):
        return when, "freeze", "-", "-", ", ".join(sorted(what.services)) or "everything", "-", what.name
    it, ticket = what.change, what.ticket
    return (
        when,
        spoken(it.ticket),
        it.stage.value,
        it.risk.value if it.risk else "-",
        ", ".join(it.services) or "-",
        ticket.assigned_to or ticket.assignment_group,
        ticket.short_description,
    )
