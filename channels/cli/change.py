"""`intake change show HD-12`: what it waits for and whom, all that is known of it, and what to type next."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from channels.api import shapes
from channels.api.change_in_full import change_in_full, conflicts_of
from channels.api.change_waiting import Waiting, waiting_of
from channels.cli.change_next import next_commands
from channels.cli.hours import in_hours
from channels.cli.settings import read_desk_settings
from channels.cli.store import OpenedStore, reading
from channels.cli.terminal import Column, in_lines, in_one_line, say, show_styled, show_table, utc_minute
from channels.cli.ticket_number import ticket_number
from intake.desk.changes.local_window import in_words
from intake.desk.changes.windows import frozen_in_words
from intake.desk.policy_file.whole import read_policy
from intake.domain.change import (
    Announcement,
    ChangeDecision,
    ChangeLine,
    ChangeStory,
    ChangeTask,
    Conflict,
    Phase,
    Window,
)
from intake.domain.errors import NotFound
from intake.domain.ticket import spoken

DECISIONS = (
    Column(title="round", counts=True),
    Column(title="for"),
    Column(title="verdict"),
    Column(title="by", gives=True),
    Column(title="at (UTC)"),
    Column(title="in these words", gives=True),
)


def show_change(name: str, *, as_json: bool) -> None:
    """Raises NotFound."""
    number = ticket_number(name)
    desk = read_desk_settings()
    policy, now = read_policy(desk.policy), datetime.now(UTC)
    with reading(desk) as store:
        story = store.ask(lambda reader: reader.change(number))
        if story is None:
            raise NotFound(_without_change(number, store))
        if as_json:
            say(shapes.json_line(store.ask(lambda reader: change_in_full(story, reader, policy, now))))
            return
        waiting = store.ask(lambda reader: waiting_of(story, reader, policy, now))
        conflicts = store.ask(lambda reader: conflicts_of(story, reader, policy))
    _show_head(story, waiting, conflicts)
    _show_decisions(story.decisions)
    for heading, lines in _sections(story).items():
        if lines:
            say()
            say(heading)
            for line in lines:
                say(f"  {line}")
    if commands := next_commands(story, waiting):
        say()
        say("Next")
        for command in commands:
            say(f"  {command}")


def _without_change(number: int, store: OpenedStore) -> str:
    ticket = store.ask(lambda reader: reader.story(number))
    if ticket is None:
        return f"There is no ticket {spoken(number)}: `intake change list` shows the changes that there are"
    return f"{spoken(number)} carries no change: `intake change list` shows those that there are"


def _show_head(story: ChangeStory, waiting: Waiting, conflicts: Sequence[Conflict]) -> None:
    it, ticket = story.line.change, story.line.ticket
    show_styled(f"{spoken(it.ticket)}  {it.kind.value}  {it.stage.value}  {ticket.priority.value}", ticket.priority.value)
    say(in_one_line(ticket.short_description))
    say()
    for title, values in _facts(story, waiting, conflicts).items():
        for value in values:
            say(f"  {title:<18}{in_one_line(value)}")
            title = ""  # noqa: PLW2901 - once is enough


def _facts(story: ChangeStory, waiting: Waiting, conflicts: Sequence[Conflict]) -> Mapping[str, Sequence[str]]:
    it, ticket = story.line.change, story.line.ticket
    frozen = [frozen_in_words(each) for each in conflicts if each.freeze]
    others = [_other(each) for each in conflicts if each.ticket is not None]
    return {
        "waits for": waiting(),
        "ticket": [f"{ticket.state.value}, with {ticket.assigned_to or ticket.assignment_group}"],
        "since": [f"{utc_minute(it.since)} UTC"],
        "mends": [spoken(it.incident)] if it.incident is not None else [],
        "template": [it.template] if it.template else [],
        "risk": [it.risk.value if it.risk else "not known"],
        "services": [", ".join(it.services) or "none named"],
        "hours": _hours(story),
        "planned by": [it.assessed_by] if it.assessed_by else [],
        "approval asked": [f"by {it.author}, {utc_minute(it.asked_at)} UTC, round {it.round}"] if it.asked_at else [],
        "approved": _approved(story),
        "to be approved by": [f"{utc_minute(it.approve_by)} UTC"] if it.approve_by and not it.is_approved else [],
        "window": _window(it.window),
        "in a freeze": [*frozen, *([f"despite that: {it.despite}"] if it.despite else [])],
        "at the same time": others,
        "work began": [f"{utc_minute(it.started_at)} UTC, by {it.implemented_by}"] if it.started_at else [],
        "work ended": [f"{utc_minute(it.finished_at)} UTC{', backed out' if it.backed_out else ''}"] if it.finished_at else [],
        "outcome": [it.outcome] if it.outcome else [],
        "ended": [_ended(story)] if it.ended_at else [],
    }


def _hours(story: ChangeStory) -> Sequence[str]:
    it = story.line.change
    estimate = f"{in_hours(it.estimate)} estimated in {it.agreement}" if it.agreement else "no estimate"
    return [f"{estimate}, {in_hours(story.reserved)} reserved, {in_hours(story.spent)} spent"]


def _approved(story: ChangeStory) -> Sequence[str]:
    it = story.line.change
    by = {"CIO": it.cio_approved_by, "Process": it.process_approved_by}
    return [f"for {side} by {name}" for side, name in by.items() if name]


def _window(window: Window | None) -> Sequence[str]:
    """Where it was planned, and in UTC."""
    if window is None:
        return ()
    return [in_words(window), f"{utc_minute(window.starts)} to {utc_minute(window.ends)} UTC"]


def _other(conflict: Conflict) -> str:
    shared = f", touches {', '.join(conflict.services)} as well" if conflict.services else ""
    return f"{spoken(conflict.ticket or 0)}, {in_words(conflict.window)}{shared}"


def _ended(story: ChangeStory) -> str:
    it = story.line.change
    how = f", {it.close_code.value}" if it.close_code else ""
    because = f": {it.ended_because}" if it.ended_because else ""
    return f"{utc_minute(it.ended_at)} UTC{how}{because}" if it.ended_at else ""


def _show_decisions(decisions: Sequence[ChangeDecision]) -> None:
    if decisions:
        say()
        say("Decisions")
        show_table(DECISIONS, [_decision(each) for each in decisions])


def _decision(of: ChangeDecision) -> Sequence[str]:
    by = f"{of.by} for {of.on_behalf_of}" if of.on_behalf_of else of.by
    return str(of.round), of.side.value, of.verdict.value, by, utc_minute(of.at), of.comment or "-"


def _sections(story: ChangeStory) -> Mapping[str, Sequence[str]]:
    it = story.line.change
    return {
        "Tasks": [_task(task) for task in story.tasks],
        "How it is done": [*_quoted(it.implementation_plan)],
        "How it is seen that it works": [*_quoted(it.test_plan)],
        "How it is undone": [*_quoted(it.backout_plan)],
        "Announcements": [_announcement(announcement) for announcement in story.announcements],
        "Who is told": [in_one_line(address) for address in story.audience],
    }


def _task(task: ChangeTask) -> str:
    if task.dropped_because:
        how = f"[-] {task.title} (dropped: {task.dropped_because})"
    elif task.done_by:
        at = f", {utc_minute(task.done_at)} UTC" if task.done_at else ""
        how = f"[x] {task.title} (by {task.done_by}{at})"
    else:
        how = f"[ ] {task.title}{f' ({task.assigned_to})' if task.assigned_to else ''}"
    return in_one_line(f"{task.position} {how}")


def _announcement(of: Announcement) -> str:
    ahead = f" by {in_hours(of.lead)}" if of.phase is Phase.BEFORE and of.lead else ""
    sent = f"told {utc_minute(of.sent_at)} UTC" if of.sent_at else "to be told"
    return in_one_line(f"{of.position} {of.phase.value}{ahead}, {sent}: {of.text}")


def _quoted(text: str) -> Iterator[str]:
    if text.strip():
        yield from (f"| {line}".rstrip() for line in in_lines(text).strip().split("\n"))


def change_in_one_line(line: ChangeLine) -> str:
    """As a ticket shows it."""
    it = line.change
    window = f", {in_words(it.window)}" if it.window else ""
    return f"{it.kind.value}, {it.stage.value}{window}"
