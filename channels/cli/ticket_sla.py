"""`intake ticket HD-1042 --sla`: its clocks, and every stretch of its life that counts or does not, with the reason."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from channels.api import shapes, sla_shapes
from channels.cli.settings import read_desk_settings
from channels.cli.store import reading
from channels.cli.terminal import in_one_line, plain_table, say, show_styled
from channels.cli.ticket_number import ticket_number
from intake.desk.policy_file.whole import read_policy
from intake.desk.sla.clocks import ClockReading, Stretch
from intake.desk.sla.explaining import Explanation
from intake.desk.sla.words import duration, moment, target_in_words
from intake.domain.clock import ClockKind, ClockState
from intake.domain.errors import NotFound
from intake.domain.ticket import spoken

SHOWN = 8  # stretches of one run that are written out; `--json` has each
_AIM = {ClockKind.RESPONSE: "until a human's answer has left", ClockKind.RESOLUTION: "until it is resolved"}
_COLOUR = {ClockState.BREACHED: "fault", ClockState.PAUSED: "warning"}


def show_sla(name: str, *, as_json: bool) -> None:
    """Raises NotFound."""
    number = ticket_number(name)
    desk = read_desk_settings()
    now = datetime.now(UTC)
    with reading(desk) as store:
        story = store.ask(lambda reader: reader.story(number))
        if story is None:
            raise NotFound(f"There is no ticket {spoken(number)}: `intake tickets` lists them")
        it = story.line.ticket
        kept = store.ask(lambda reader: reader.sla_policy(it.policy))
    policy = read_policy(desk.policy)
    version, explained = sla_shapes.explained(story, kept, policy.sla, policy.version, now)
    if as_json:
        say(shapes.json_line(sla_shapes.sla(story, version, explained, now)))
        return
    show_styled(f"{spoken(it.number)}  {it.priority.value}  {it.state.value}  {it.kind.value}", it.priority.value)
    say(in_one_line(it.short_description))
    older = "" if version == it.policy else f", the oldest that is known: it was opened under {it.policy or 'none'}"
    say(f"Targets as desk.toml had them, version {version}{older}")
    if not explained:
        say()
        say(f"desk.toml sets no target for {it.kind.value} {it.priority.value}: nothing is counted.")
    for one in explained:
        say()
        _show(one)


def _show(of: Explanation) -> None:
    reading, calendar = of.reading, of.reading.target.hours.calendar
    zone: tzinfo = calendar.zone if calendar is not None else UTC
    title = f"{reading.clock.value.upper()}, {_AIM[reading.clock]}: {target_in_words(reading.target)}"
    show_styled(title, "heading")
    show_styled(f"  {_standing(reading)}", _COLOUR.get(reading.state, ""))
    rows = [[_moment(run[0].since, zone), _moment(run[-1].until, zone), *_counted(run)] for run in _runs(of.stretches)]
    if rows:
        total = ["", "in all", _clock(reading.elapsed), f"of {_clock(reading.target.amount)}"]
        for line in plain_table(["from", f"until ({zone})", "counted", "because"], [*rows, total]):
            say(f"  {line}")


def _standing(reading: ClockReading) -> str:
    """Where it stands, in one sentence."""
    hours, left = reading.target.hours, duration(abs(reading.left))
    ran_out = f"the target ran out {moment(reading.breached_at, hours)}" if reading.breached_at is not None else ""
    match reading.state:
        case ClockState.STOPPED:
            assert reading.stopped_at is not None
            how = f"too late: {ran_out}" if ran_out else f"in time, {left} were left"
            return f"stopped {moment(reading.stopped_at, hours)}, {how}"
        case ClockState.PAUSED:
            return f"paused, {ran_out}" if ran_out else f"paused, {left} to go when it goes on; no due until then"
        case ClockState.BREACHED:
            return f"OVERDUE by {left} of working time: {ran_out}"
        case ClockState.RUNNING:
            assert reading.due is not None
            return f"due {moment(reading.due, hours)}, {left} of working time left"


def _runs(stretches: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    """One by one; but what goes on for long, day after day for the same reason, is one line."""
    run: list[Stretch] = []
    for stretch in stretches:
        counting = next((one.why for one in run if one.counts), stretch.why)
        if run and (stretch.why == counting or stretch.outside) and (run[-1].counts or run[-1].outside):
            run.append(stretch)
            continue
        yield from _cut(run)
        run = [stretch]
    yield from _cut(run)


def _cut(run: list[Stretch]) -> Iterator[list[Stretch]]:
    if len(run) > SHOWN:
        yield run
    else:
        yield from ([stretch] for stretch in run)


def _counted(run: Sequence[Stretch]) -> tuple[str, str]:
    counting = [stretch for stretch in run if stretch.counts]
    if not counting:
        return "-", in_one_line(run[0].why)
    much = _clock(sum((stretch.length for stretch in counting), timedelta(0)))
    if len(run) == 1:
        return much, counting[0].why
    return much, f"{counting[0].why}, {len(counting)} stretches without what is outside of the hours (--json lists them)"


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M:%S}"


def _clock(of: timedelta) -> str:
    seconds = of // timedelta(seconds=1)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
