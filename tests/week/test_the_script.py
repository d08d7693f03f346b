"""The week is worth the while: all that it is about happens in it, and often enough. What the oracle foretells is counted, no
desk is asked."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.week.happening import DAY, What
from tests.week.life import ACKNOWLEDGED, EXHAUSTED, STOPPED, Life, RunMade
from tests.week.oracle import Oracle
from tests.week.outages import DOORS_ARE_SHUT, MAIL_IS_DOWN, TILL_IS_OUT
from tests.week.played import desk_toml, foretell
from tests.week.rules import Rules
from tests.week.script import TICKETS, Script, script
from tests.week.storms import ALONE, KNOWN, UPDATE


@pytest.fixture(scope="module")
def written() -> Script:
    return script()


@pytest.fixture(scope="module")
def oracle(written: Script) -> Oracle:
    oracle = Oracle(rules=Rules(desk_toml()), relay=written.relay)
    foretell(oracle, written)
    return oracle


def runs(oracle: Oracle) -> Iterator[tuple[Life, RunMade]]:
    return ((life, run) for life in oracle.lives.values() for run in life.runs)


def test_everything_that_people_do_happens_often(written: Script) -> None:
    done = Counter(one.what for one in written.happenings)
    assert done[What.OPENED] == TICKETS
    rare = {What.STORM_CONFIRMED, What.UPDATED, What.DISSOLVED, What.LEFT}
    assert {what for what in What if done[what] < 8} == rare


def test_tickets_are_of_every_kind_and_priority(oracle: Oracle) -> None:
    seen = Counter((life.kind, life.priority) for life in oracle.lives.values())
    assert len(seen) == 16


def test_the_desk_refuses_some_of_it(oracle: Oracle) -> None:
    assert sum(oracle.refused) > 50


def test_clocks_warn_breach_and_escalate(oracle: Oracle) -> None:
    told = Counter((one.clock, one.breach) for life in oracle.lives.values() for one in life.told)
    assert min(told.values()) > 30
    assert len(told) == 4
    climbs = Counter((one.old, one.new) for life in oracle.lives.values() for one in life.climbs)
    assert climbs[1, 2] > 50
    assert climbs[2, 3] > 20
    assert any(len(one.clocks) == 2 for life in oracle.lives.values() for one in life.climbs)


def test_ladders_end_in_every_way(oracle: Oracle) -> None:
    ends = Counter(run.state for _, run in runs(oracle))
    assert min(ends[state] for state in (ACKNOWLEDGED, EXHAUSTED, STOPPED)) > 10
    answered_at = Counter(run.pages[-1].step for _, run in runs(oracle) if run.state == ACKNOWLEDGED and run.pages)
    assert set(answered_at) == {1, 2, 3, 4}
    assert any(page.withdrawn for _, run in runs(oracle) for page in run.pages)
    assert any(not page.address for _, run in runs(oracle) for page in run.pages)
    assert any(run.started < run.pages[0].at for _, run in runs(oracle) if run.pages), "a quiet ladder waits for the morning"


def test_whoever_is_on_call_changes_within_the_week(oracle: Oracle) -> None:
    for team, at_least in (("support", 2), ("cio", 3), ("process", 3)):
        there = {oracle.rules.person_on_call(team, at) for at in range(0, 7 * DAY, 600)}
        assert len(there) >= at_least, team


def test_one_outage_is_real_and_the_other_is_none(oracle: Oracle) -> None:
    mail, doors = oracle.storms[MAIL_IS_DOWN], oracle.storms[DOORS_ARE_SHUT]
    assert (len(mail.members), len(doors.members)) == (30, 12)
    assert {life.state for life in mail.children(oracle.lives)} == {"resolved"}
    assert Counter(one.what for one in mail.told) == {KNOWN: 28, UPDATE: 27, ALONE: 1}
    assert oracle.storms[TILL_IS_OUT].formed_at is not None
    assert Counter(one.what for one in doors.told)[ALONE] == 12
    assert any(len(life.runs) == 2 for life in doors.children(oracle.lives)), "its ladder begins again"
