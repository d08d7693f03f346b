"""`intake agreement`: what was granted, reserved and spent, and what is left."""

import sys
from collections.abc import Mapping, Sequence

from channels.api import agreement_csv, agreement_shapes, shapes
from channels.cli.hours import in_hours
from channels.cli.settings import read_desk_settings
from channels.cli.store import OpenedStore, reading
from channels.cli.terminal import Column, in_one_line, say, show_table, utc_minute
from intake.domain.agreement import AgreementLine, AgreementStory, Entry, OfChange
from intake.domain.errors import NotFound
from intake.domain.ticket import spoken

COLUMNS = (
    Column(title="agreement", gives=True),
    Column(title="party", gives=True, spare=True),
    Column(title="from"),
    Column(title="to"),
    Column(title="granted", counts=True),
    Column(title="overdraft", counts=True, spare=True),
    Column(title="reserved", counts=True),
    Column(title="spent", counts=True),
    Column(title="left", counts=True),
    Column(title="used", counts=True),
)
BY_CHANGE = (
    Column(title="change"),
    Column(title="reserved", counts=True),
    Column(title="spent", counts=True),
    Column(title="overdraft", counts=True),
)
BOOK = (
    Column(title="line", counts=True),
    Column(title="at (UTC)"),
    Column(title="what"),
    Column(title="hours", counts=True),
    Column(title="change"),
    Column(title="worked on", spare=True),
    Column(title="by", gives=True),
    Column(title="left", counts=True),
    Column(title="text", gives=True),
)


def show_agreements(*, also_closed: bool, as_json: bool) -> None:
    with reading(read_desk_settings()) as store:
        lines = store.ask(lambda reader: reader.agreements(also_closed=also_closed))
    if as_json:
        for line in lines:
            say(shapes.json_line(agreement_shapes.agreement(line)))
        return
    if not lines:
        say("No work agreement is open: intake agreement open NAME --party … --starts … --ends … --hours … --spender …")
        return
    show_table(COLUMNS, [_row(line) for line in lines])


def show_agreement(name: str, *, as_json: bool, as_csv: bool) -> None:
    """Raises NotFound."""
    with reading(read_desk_settings()) as store:
        story = _story(name, store)
    if as_json:
        say(shapes.json_line(agreement_shapes.agreement_story(story)))
    elif as_csv:
        sys.stdout.write(agreement_csv.book(story))
    else:
        _show(story)


def report_hours(names: Sequence[str], *, also_closed: bool, as_csv: bool) -> None:
    """Of each agreement that is named, else of all. Raises NotFound."""
    with reading(read_desk_settings()) as store:
        there = store.ask(lambda reader: reader.agreements(also_closed=also_closed))
        stories = [_story(name, store) for name in names or [line.agreement.name for line in there]]
    if as_csv:
        sys.stdout.write(agreement_csv.by_change(stories))
        return
    for place, story in enumerate(stories):
        if place:
            say()
        say(in_one_line(f"{story.line.agreement.name}: {_sum(story.line)}"))
        _show_by_change(story.by_change)
    if not stories:
        say("No work agreement is open.")


def _story(name: str, store: OpenedStore) -> AgreementStory:
    story = store.ask(lambda reader: reader.agreement(name))
    if story is None:
        there = ", ".join(line.agreement.name for line in store.ask(lambda reader: reader.agreements(also_closed=True)))
        raise NotFound(in_one_line(f"There is no agreement {name!r}. There are: {there or 'none yet'}"))
    return story


def _show(story: AgreementStory) -> None:
    it = story.line.agreement
    say(in_one_line(f"{it.name}, {it.party}"))
    say(_sum(story.line))
    say()
    for title, value in _facts(story.line).items():
        if value:
            say(f"  {title:<16}{in_one_line(value)}")
    if story.by_change:
        say()
        say("By change")
        _show_by_change(story.by_change)
    say()
    say("The book")
    show_table(BOOK, [_entry(entry) for entry in story.entries])


def _facts(line: AgreementLine) -> Mapping[str, str]:
    it = line.agreement
    carried = "all that is left" if it.carry_over is None else f"at most {in_hours(it.carry_over)}" if it.carry_over else ""
    return {
        "period": f"{it.starts} to {it.ends}",
        "who may spend": ", ".join(it.spenders),
        "product owners": ", ".join(it.product_owners),
        "carried over": carried,
        "opened": f"{utc_minute(it.opened_at)} UTC by {it.opened_by}" if it.opened_at else "",
        "closed": f"{utc_minute(it.closed_at)} UTC" if it.closed_at else "",
    }


def _sum(line: AgreementLine) -> str:
    of = line.balance
    more = f", and {in_hours(of.overdraft)} of overdraft" if of.overdraft else ""
    return (
        f"{in_hours(of.granted)} granted{more}; {in_hours(of.reserved)} reserved, {in_hours(of.spent)} spent,"
        f" {in_hours(of.left)} left"
    )


def _show_by_change(changes: Sequence[OfChange]) -> None:
    if not changes:
        say("Nothing of it is reserved or spent.")
        return
    rows = [(spoken(of.ticket), in_hours(of.reserved), in_hours(of.spent), in_hours(of.overdraft)) for of in changes]
    show_table(BY_CHANGE, rows)


def _row(line: AgreementLine) -> Sequence[str]:
    it, of = line.agreement, line.balance
    minutes = (of.granted, of.overdraft, of.reserved, of.spent, of.left)
    name = f"{it.name} (closed)" if it.closed_at else it.name
    return (
        name,
        it.party,
        it.starts.isoformat(),
        it.ends.isoformat(),
        *(in_hours(each) for each in minutes),
        f"{agreement_shapes.used(of):.0%}",
    )


def _entry(entry: Entry) -> Sequence[str]:
    return (
        str(entry.sequence),
        utc_minute(entry.at),
        entry.kind.value,
        in_hours(entry.minutes),
        spoken(entry.ticket) if entry.ticket is not None else "-",
        entry.worked_on.isoformat() if entry.worked_on else "-",
        entry.by,
        in_hours(entry.after.left),
        entry.text or "-",
    )
