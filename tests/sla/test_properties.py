"""What holds for any calendar, any target and any pauses."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from intake.desk.calendar import Minutes
from intake.desk.sla.clocks import elapsed, moment_of, read_clock, stretches
from intake.desk.sla.history import History
from intake.desk.sla.hours import Hours
from intake.desk.sla.targets import Target
from intake.domain.clock import ClockKind
from intake.domain.ticket import State
from tests.sla.examples import ALWAYS, history, hours, policy_of
from tests.sla.oracle import minutes_worked, when_worked

MINUTE = timedelta(minutes=1)
RESOLUTION, RESPONSE = ClockKind.RESOLUTION, ClockKind.RESPONSE
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns")
CHANGES = (date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4), date(2026, 10, 25), date(2026, 11, 1))


@st.composite
def spans(draw: st.DrawFn) -> Sequence[Minutes]:
    marks = draw(st.lists(st.integers(0, 96), min_size=2, max_size=4, unique=True).map(sorted))
    return [(begins * 15, ends * 15) for begins, ends in zip(marks[::2], marks[1::2], strict=False)]


weeks: st.SearchStrategy[Mapping[int, Sequence[Minutes]]] = st.dictionaries(st.integers(0, 6), spans(), min_size=1)
zones = st.sampled_from(ZONES)
free_days = st.frozensets(
    st.builds(lambda day, offset: day + timedelta(days=offset), st.sampled_from(CHANGES), st.integers(-5, 9)), max_size=3
)
openings = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + minutes * MINUTE,
    st.sampled_from(CHANGES),
    st.integers(-3 * 1440, 2 * 1440),
)
calendars = st.builds(hours, zones, weeks, free_days)
anybodys = calendars | st.just(ALWAYS)
amounts = st.integers(1, 60 * 60).map(lambda minutes: minutes * MINUTE)
steps = st.lists(
    st.tuples(st.integers(0, 4 * 1440), st.sampled_from([State.ON_HOLD, State.IN_PROGRESS, State.RESOLVED, State.NEW])),
    max_size=6,
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A ticket that went through some states, each for some minutes, and goes on."""
    opened = moment = draw(openings)
    then = []
    for minutes, state in draw(steps):
        moment += minutes * MINUTE
        then.append((moment, state))
    moment += draw(st.integers(0, 1440)) * MINUTE
    answered = draw(st.none() | st.integers(0, 9 * 1440).map(lambda minutes: opened + minutes * MINUTE))
    return history(opened, *then, (moment, State.IN_PROGRESS), answered=answered)


@given(calendars, openings, st.integers(0, 12 * 1440))
@settings(deadline=None, max_examples=60)
def test_working_time_is_what_somebody_counts_minute_by_minute(of: Hours, start: datetime, minutes: int) -> None:
    assert of.calendar is not None
    end = start + minutes * MINUTE
    assert of.worked(start, end) == minutes_worked(of.calendar, start, end) * MINUTE
    assert sum((closes - opens for opens, closes in of.spans(start, end)), timedelta(0)) == of.worked(start, end)


@given(st.builds(hours, zones, weeks), openings, st.integers(1, 90))
@settings(deadline=None, max_examples=40)
def test_it_is_due_when_somebody_who_counts_minute_by_minute_is_done(of: Hours, start: datetime, minutes: int) -> None:
    assert of.calendar is not None
    due = when_worked(of.calendar, start, minutes, 8 * 1440)
    assume(due is not None)
    assert of.reached(start, minutes * MINUTE) == due


@given(histories(), calendars, st.sampled_from(ClockKind), st.integers(0, 20 * 1440))
@settings(deadline=None, max_examples=30)
def test_what_is_counted_is_the_working_time_that_is_not_paused(
    of: History, when: Hours, clock: ClockKind, minutes: int
) -> None:
    assert when.calendar is not None
    now = of.phases[0].since + minutes * MINUTE
    pausing = {State.RESOLVED} if clock is RESPONSE else {State.RESOLVED, State.ON_HOLD}
    end = min(now, of.answered) if clock is RESPONSE and of.answered else now
    counted = 0
    for phase, until in zip(of.phases, [phase.since for phase in of.phases[1:]] + [now], strict=True):
        if phase.state not in pausing:
            counted += minutes_worked(when.calendar, phase.since, max(phase.since, min(until, end)))
    assert elapsed(of, clock, Target(amount=MINUTE, hours=when), now) == counted * MINUTE


@given(histories(), anybodys, amounts, st.sampled_from(ClockKind))
@settings(deadline=None)
def test_at_the_moment_it_is_due_just_as_much_has_been_counted_as_was_allowed(
    of: History, when: Hours, amount: timedelta, clock: ClockKind
) -> None:
    target = Target(amount=amount, hours=when)
    due = moment_of(amount, of, clock, target)
    if due is None:
        assert of.answered is not None or of.state is State.RESOLVED or when is not ALWAYS
        return
    assert elapsed(of, clock, target, due) == amount
    assert elapsed(of, clock, target, due - timedelta(microseconds=1)) < amount


@given(histories(), anybodys, amounts, amounts, st.sampled_from(ClockKind))
@settings(deadline=None)
def test_a_longer_target_is_never_due_earlier(
    of: History, when: Hours, amount: timedelta, more: timedelta, clock: ClockKind
) -> None:
    short, long = Target(amount=amount, hours=when), Target(amount=amount + more, hours=when)
    early, late = moment_of(short.amount, of, clock, short), moment_of(long.amount, of, clock, long)
    assert late is None or (early is not None and early <= late)


@given(histories(), zones, weeks, st.integers(0, 6), spans(), amounts)
@settings(deadline=None)
def test_longer_opening_hours_are_never_due_later(
    of: History, zone: str, week: Mapping[int, Sequence[Minutes]], day: int, more: Sequence[Minutes], amount: timedelta
) -> None:
    longer = {**week, day: _joined([*week.get(day, ()), *more])}
    few, many = Target(amount=amount, hours=hours(zone, week)), Target(amount=amount, hours=hours(zone, longer))
    late, early = moment_of(amount, of, RESOLUTION, few), moment_of(amount, of, RESOLUTION, many)
    assert late is None or (early is not None and early <= late)


@given(openings, anybodys, amounts, st.integers(0, 5 * 1440), st.integers(0, 5 * 1440))
@settings(deadline=None)
def test_a_pause_moves_the_due_by_exactly_the_working_time_it_overlaps(
    opened: datetime, when: Hours, amount: timedelta, after: int, lasts: int
) -> None:
    target = Target(amount=amount, hours=when)
    begins = opened + after * MINUTE
    ends = begins + lasts * MINUTE
    plain = moment_of(amount, history(opened), RESOLUTION, target)
    paused = history(opened, (begins, State.ON_HOLD), (ends, State.IN_PROGRESS))
    moved = moment_of(amount, paused, RESOLUTION, target)
    assert plain is not None
    assert moved is not None
    overlap = when.worked(begins, ends) if begins < plain else timedelta(0)
    assert when.worked(plain, moved) == overlap
    assert moment_of(amount, paused, RESPONSE, target) == plain


@given(openings, anybodys, anybodys, amounts, st.integers(0, 5 * 1440), st.integers(1, 5 * 1440))
@settings(deadline=None)
def test_another_target_in_a_pause_keeps_the_start_and_the_pause(
    opened: datetime, old: Hours, new: Hours, amount: timedelta, after: int, lasts: int
) -> None:
    begins = opened + after * MINUTE
    paused = history(opened, (begins, State.ON_HOLD))
    for when in (old, new):
        policy = policy_of(amount, when)
        reading = read_clock(paused, policy, RESOLUTION, begins + lasts * MINUTE)
        assert reading is not None
        assert reading.elapsed == when.worked(opened, begins)
        assert reading.due is None
    ends = begins + lasts * MINUTE
    after_it = elapsed(
        history(opened, (begins, State.ON_HOLD), (ends, State.NEW)), RESOLUTION, Target(amount=amount, hours=new), ends
    )
    assert after_it == new.worked(opened, begins)


@given(histories(), anybodys, st.sampled_from(ClockKind), st.integers(0, 30 * 1440))
@settings(deadline=None)
def test_the_stretches_follow_each_other_and_what_counts_adds_up(
    of: History, when: Hours, clock: ClockKind, minutes: int
) -> None:
    now = of.phases[0].since + minutes * MINUTE
    target = Target(amount=MINUTE, hours=when)
    found = list(stretches(of, clock, target, now))
    assert all(one.until == other.since for one, other in pairwise(found))
    assert all(one.since < one.until <= now for one in found)
    assert not found or found[0].since == of.phases[0].since
    counted = sum((one.length for one in found if one.counts), timedelta(0))
    assert counted == elapsed(of, clock, target, now)


def _joined(given: Sequence[Minutes]) -> Sequence[Minutes]:
    joined: list[Minutes] = []
    for begins, ends in sorted(given):
        if joined and begins <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], ends)
        else:
            joined.append((begins, ends))
    return joined
