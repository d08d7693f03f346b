"""The week, played twice: by the oracle and at the desk; and what differs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources

from intake.desk.policy import Policy
from intake.desk.policy_file.whole import parse_policy
from storage.store import SqlStore
from tests.desk.at_the_desk import SettableClock
from tests.week.comparison import Comparison, Look
from tests.week.desk_says import Record, Seen, look, record
from tests.week.drive import CHANNELS, DeskOfTheWeek, Drive
from tests.week.happening import DAY, START, WEEK, Second
from tests.week.oracle import Oracle
from tests.week.rules import Rules
from tests.week.script import Script

HOUR = 3_600
# A working morning, the hour that comes twice, a holiday's afternoon, and the end.
EDITED = 3 * DAY + 12 * HOUR
EDITS = (
    (
        'P2 = { response = "1h", resolution = "8h", hours = "always" }',
        'P2 = { response = "40m", resolution = "10h", hours = "plant" }',
    ),
    ('P3 = { response = "6h", resolution = "2d" }', 'P3 = { response = "2h" }'),
    ('opening_hours = ["06:00-22:00"]', 'opening_hours = ["07:00-20:00"]'),
    ("holidays = [2026-10-22]", "holidays = [2026-10-22, 2026-10-27]"),
    ("wait_minutes = 8 }", "wait_minutes = 5 }"),
    ("wait_minutes = 13, repeat = 3 }", "wait_minutes = 14, repeat = 1 }"),
    ('until = "2026-10-26T21:00"', 'until = "2026-10-27T08:00"'),
)
LOOKS: Sequence[Second] = (DAY + 10 * HOUR, 4 * DAY + HOUR + 15 * 60, 5 * DAY + 13 * HOUR, WEEK)


@dataclass(frozen=True, kw_only=True)
class Played:
    script: Script
    oracle: Oracle
    desk: Drive
    record: Record
    comparison: Comparison


def desk_toml(*, edited: bool = False) -> str:
    """As the week begins, or as somebody has edited it on Saturday."""
    text = resources.files("tests.week").joinpath("week.toml").read_text("utf-8")
    for old, new in EDITS if edited else ():
        assert old in text
        text = text.replace(old, new)
    return text


def play(store: SqlStore, script: Script) -> Played:
    oracle = Oracle(rules=Rules(desk_toml()), relay=script.relay)
    foretold = foretell(oracle, script)
    at_the_desk = DeskOfTheWeek(store=store, policy=policy(), clock=SettableClock(START), senders=CHANNELS)
    drive, seen = Drive(at_the_desk=at_the_desk, relay=script.relay), dict[Second, dict[str, Seen]]()
    doings: dict[Second, Callable[[], None]] = {at: partial(_look, drive, oracle, at, seen) for at in LOOKS}
    doings[EDITED] = lambda: at_the_desk.starts_anew(policy(edited=True))
    drive.plays(script.happenings, doings)
    comparison, found = Comparison(), record(store, drive.numbers)
    comparison.answers(script.happenings, oracle.refused, drive.refused)
    for at in LOOKS:
        comparison.looks(at, foretold[at], seen[at])
    comparison.week(oracle, found, drive.numbers)
    comparison.storms(oracle, found, drive)
    return Played(script=script, oracle=oracle, desk=drive, record=found, comparison=comparison)


def policy(*, edited: bool = False) -> Policy:
    return parse_policy(desk_toml(edited=edited), "week.toml")


def foretell(oracle: Oracle, script: Script) -> dict[Second, Look]:
    """How each ticket stands at each look."""
    found = dict[Second, Look]()
    edited = Rules(desk_toml(edited=True))
    doings: list[tuple[Second, Callable[[], None]]] = [(one.at, partial(oracle.happens, one)) for one in script.happenings]
    doings += [(at, partial(lambda at: found.update({at: oracle.looks(at)}), at)) for at in LOOKS]
    doings.append((EDITED, partial(oracle.edits, edited, EDITED)))
    for _, doing in sorted(doings, key=lambda one: one[0]):
        doing()
    return found


def _look(drive: Drive, oracle: Oracle, at: Second, seen: dict[Second, dict[str, Seen]]) -> None:
    for outage in oracle.storms:
        if drive.storm(outage) is not None:
            drive.number(outage)
    seen[at] = look(drive.store, drive.numbers, at)
