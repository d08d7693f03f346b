"""`intake storms`: major incidents, and the reports of one of them."""

from collections.abc import Collection, Mapping, Sequence

from channels.api import shapes, storm_shapes
from channels.cli.settings import read_desk_settings
from channels.cli.store import paged, reading
from channels.cli.terminal import Column, counted, in_one_line, say, show_styled, show_table, utc_minute
from channels.cli.ticket_number import ticket_number
from intake.domain.errors import NotFound
from intake.domain.storm import Member, Standing, StormLine
from intake.domain.ticket import spoken

COLUMNS = (
    Column(title="ticket"),
    Column(title="pri"),
    Column(title="standing"),
    Column(title="reports", counts=True),
    Column(title="people", counts=True),
    Column(title="since (UTC)"),
    Column(title="next update"),
    Column(title="with", gives=True),
    Column(title="about", gives=True),
)
MEMBERS = (
    Column(title="report"),
    Column(title="joined (UTC)"),
    Column(title="because", gives=True),
    Column(title="left", gives=True),
)


def show_storms(standing: Collection[Standing], most: int | None, *, as_json: bool) -> None:
    with reading(read_desk_settings()) as store:
        lines = paged(
            lambda before, limit: store.ask(lambda reader: reader.storms(standing=standing, before=before, limit=limit)),
            lambda line: line.storm.parent,
            most,
        )
        if as_json:
            for line in lines:
                say(shapes.json_line(storm_shapes.storm(line)))
            return
        shown = list(lines)
    if not shown:
        which = f" is {' or '.join(one.value for one in standing)}" if standing else ""
        say(f"No major incident{which}." if which else "No major incident so far.")
        return
    show_table(COLUMNS, [_row(line) for line in shown])
    for line in shown:
        if line.standing is Standing.PROPOSED:
            number = spoken(line.storm.parent)
            say(f"{number} waits for a decision: intake confirm-storm {number}, or intake dissolve-storm {number} --reason …")
    if len(shown) == most:
        say(f"The newest {most}. Older ones: --limit {most * 10}, or --json for all.")


def show_storm(name: str, *, as_json: bool) -> None:
    """Raises NotFound."""
    number = ticket_number(name)
    with reading(read_desk_settings()) as store:
        story = store.ask(lambda reader: reader.storm(number))
    if story is None:
        raise NotFound(f"{spoken(number)} is no major incident: `intake storms` lists them")
    if as_json:
        say(shapes.json_line(storm_shapes.storm_story(story)))
        return
    line = story.line
    show_styled(f"{spoken(number)}  {line.ticket.priority.value}  {line.standing.value}", line.ticket.priority.value)
    say(in_one_line(line.ticket.short_description))
    say()
    for title, value in _facts(line).items():
        if value:
            say(f"  {title:<16}{in_one_line(value)}")
    say()
    show_table(MEMBERS, [_member(member) for member in story.members])
    for hint in _hints(line):
        say(hint)


def _row(line: StormLine) -> Sequence[str]:
    it = line.ticket
    return (
        spoken(it.number),
        it.priority.value,
        line.standing.value,
        str(line.reports),
        str(line.people),
        utc_minute(line.storm.since),
        _next_update(line) or "-",
        it.assigned_to or it.assignment_group,
        it.short_description,
    )


def _facts(line: StormLine) -> Mapping[str, str]:
    of, it = line.storm, line.ticket
    confirmed = f"by {of.confirmed_by}, {utc_minute(of.confirmed_at)} UTC" if of.confirmed_at else "by nobody yet"
    return {
        "ticket": f"{it.state.value}, with {it.assigned_to or it.assignment_group}",
        "reports": f"{counted(line.reports, 'report')} by {line.people} {'person' if line.people == 1 else 'people'}",
        "since": f"{utc_minute(of.since)} UTC",
        "formed": f"{utc_minute(of.formed_at)} UTC" if of.formed_at else "",
        "confirmed": confirmed if line.standing in {Standing.PROPOSED, Standing.FORMED} or of.confirmed_at else "",
        "next update": f"{at} UTC" if (at := _next_update(line)) else "",
    }


def _next_update(line: StormLine) -> str:
    at = line.storm.next_update_at
    return utc_minute(at) if at is not None and line.standing is Standing.FORMED else ""


def _member(member: Member) -> Sequence[str]:
    like = f"{member.score:.0%} like {spoken(member.alike)}" if member.alike is not None else f"{member.joined_by} says so"
    left = f"{utc_minute(member.left_at)}: {member.left_because}" if member.left_at is not None else ""
    return spoken(member.ticket), utc_minute(member.joined_at), like, left


def _hints(line: StormLine) -> Sequence[str]:
    number = spoken(line.storm.parent)
    match line.standing:
        case Standing.PROPOSED:
            return (
                "Nobody outside knows of it yet.",
                f"It is one: intake confirm-storm {number}; it is none: intake dissolve-storm {number} --reason …",
            )
        case Standing.FORMED:
            return (
                f"To tell everybody: intake update-storm {number} --text …; at the end: intake resolve {number} --text …",
                "A report that does not belong: intake leave-storm NUMBER --reason …",
            )
        case _:
            return ()
