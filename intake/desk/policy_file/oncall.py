"""Who is on call, and whom a ladder wakes, in desk.toml: `[[rotation]]`, `[[override]]`, `[[ladder]]`, `[page]`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from intake.desk.calendar import MONDAY_FIRST
from intake.desk.oncall.rotation import FIRST_YEAR, LAST_YEAR, Override, Rotation
from intake.desk.policy_file.table import PolicyTable, Row
from intake.desk.sla.hours import Hours
from intake.desk.sla.local_time import moment_of
from intake.domain.agent import Agent
from intake.domain.channel import Channel
from intake.domain.label import Kind, Priority
from intake.domain.page import ON_CALL, PAGES_BY, TEAM, Ladder, Step
from intake.domain.ticket import Tier

_ROTATION = ("name", "team", "time_zone", "starts", "hand_over", "every_weeks", "members", "hours")
_OVERRIDE = ("rotation", "agent", "from", "until")
_LADDER = ("name", "priorities", "kinds", "steps", "quiet_hours")
_STEP = frozenset({"page", "tier", "by", "wait_minutes", "repeat"})
_MOST_WEEKS, _MOST_MINUTES, _MOST_REPEATS, _MOST_STEPS = 52, 7 * 24 * 60, 50, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What rotations and ladders may name."""

    teams: Collection[str]
    agents: Mapping[str, Agent]
    hours: Mapping[str, Hours]


def read_rotations(table: PolicyTable, known: Known) -> dict[str, Rotation]:
    rotations: dict[str, Rotation] = {}
    for index, row in enumerate(table.rows("rotation", _ROTATION)):
        rotation = _rotation(table, row, index, known)
        if rotation.name in rotations:
            table.fault(f"the rotation {rotation.name!r} is there twice", "rotation", "name", index)
        rotations[rotation.name] = rotation
    for index, row in enumerate(table.rows("override", _OVERRIDE)):
        name = table.word("override", row, "rotation", index)
        found = rotations.get(name)
        if found is None:
            table.fault(f"there is no [[rotation]] {name!r}", "override", "rotation", index)
            continue
        override = _override(table, row, index, found.zone, known)
        if override is not None:
            rotations[name] = replace(found, overrides=(*found.overrides, override))
    return rotations


def _rotation(table: PolicyTable, row: Row, index: int, known: Known) -> Rotation:
    name, team = table.word("rotation", row, "name", index), table.word("rotation", row, "team", index)
    if team not in known.teams:
        table.fault(f"the team {team!r} has no [[team]]", "rotation", "team", index)
    members = table.words("rotation", row, "members", index)
    for member in members:
        if member not in known.agents:
            table.fault(f"{member!r} has no [[agent]]", "rotation", "members", index)
    weekday, at = _hand_over(table, row, index)
    return Rotation(
        name=name,
        team=team,
        zone=_zone(table, row, index),
        starts=_starts(table, row, index),
        weekday=weekday,
        hand_over=at,
        every_weeks=_number(table, "rotation", row, "every_weeks", index, default=1, most=_MOST_WEEKS),
        members=tuple(members),
        hours=_hours(table, "rotation", row, "hours", index, known),
    )


def _zone(table: PolicyTable, row: Row, index: int) -> ZoneInfo:
    name = table.word("rotation", row, "time_zone", index)
    try:
        if name:
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError, a path outside a ValueError
        table.fault(f"{name!r} is not a time zone such as Europe/Berlin or UTC", "rotation", "time_zone", index)
    return ZoneInfo("UTC")


def _starts(table: PolicyTable, row: Row, index: int) -> date:
    given = row.get("starts")
    try:
        if isinstance(given, str):
            given = date.fromisoformat(given.strip())
    except ValueError:
        given = None
    if isinstance(given, date) and not isinstance(given, datetime) and FIRST_YEAR <= given.year <= LAST_YEAR:
        return given
    table.fault('starts must be a day such as "2026-01-05"', "rotation", "starts", index)
    return date(2026, 1, 1)


def _hand_over(table: PolicyTable, row: Row, index: int) -> tuple[int, time]:
    day, _, at = table.word("rotation", row, "hand_over", index, default="Mon 09:00").partition(" ")
    try:
        moment = time.fromisoformat(at.strip())
        if day in MONDAY_FIRST and moment.tzinfo is None and len(at.strip()) == len("09:00"):
            return MONDAY_FIRST.index(day), moment
    except ValueError:
        pass
    days = ", ".join(MONDAY_FIRST)
    table.fault(f'hand_over must be a day and a time such as "Mon 09:00"; days are {days}', "rotation", "hand_over", index)
    return 0, time(9)


def _hours(table: PolicyTable, section: str, row: Row, key: str, index: int, known: Known) -> Hours | None:
    name = row.get(key, "")
    if name in ("", "always"):
        return None
    if not isinstance(name, str) or name not in known.hours:
        there = ", ".join(sorted(known.hours))
        table.fault(f"{key} names the opening hours {name!r}, which are not there; known are {there}", section, key, index)
        return None
    return known.hours[name]


def _override(table: PolicyTable, row: Row, index: int, zone: ZoneInfo, known: Known) -> Override | None:
    agent = table.word("override", row, "agent", index, default="")
    if "agent" not in row:
        table.fault('[[override]] needs agent = "…"; "" is nobody, on purpose', "override", "agent", index)
    elif agent and agent not in known.agents:
        table.fault(f"{agent!r} has no [[agent]]", "override", "agent", index)
    begins, ends = (_local(table, row, key, index, zone) for key in ("from", "until"))
    if begins is None or ends is None:
        return None
    if begins >= ends:
        table.fault("until must be later than from", "override", "until", index)
    return Override(agent=agent, begins=begins, ends=ends)


def _local(table: PolicyTable, row: Row, key: str, index: int, zone: ZoneInfo) -> datetime | None:
    given = row.get(key)
    try:
        if isinstance(given, str):
            given = datetime.fromisoformat(given.strip())
        if isinstance(given, datetime) and given.tzinfo is None and FIRST_YEAR <= given.year <= LAST_YEAR:
            return moment_of(given.date(), given.hour * 60 + given.minute, zone)
    except ValueError:
        pass
    says = f'{key} must be a local time such as "2026-12-24T09:00", without a zone: the rotation has one'
    table.fault(says, "override", key, index)
    return None


def read_ladders(table: PolicyTable, known: Known) -> tuple[Ladder, ...]:
    """What `[page]` alone stands for is a ladder like the others."""
    rows = table.rows("ladder", _LADDER)
    if not rows:
        return _of_page(table)
    if table.has("page"):
        says = "[page] and [[ladder]] cannot both stand: the ladders say who is woken, so take [page] out"
        table.fault(says, "page")
    ladders: dict[str, Ladder] = {}
    for index, row in enumerate(rows):
        ladder = _ladder(table, row, index, known)
        if ladder.name in ladders:
            table.fault(f"the ladder {ladder.name!r} is there twice", "ladder", "name", index)
        ladders[ladder.name] = ladder
    return tuple(ladders.values())


def _of_page(table: PolicyTable) -> tuple[Ladder, ...]:
    section = table.section("page", ("priorities", "climb_after_minutes"))
    priorities = section.get("priorities")
    if not isinstance(priorities, list) or not all(cell in list(Priority) for cell in priorities):
        table.fault('priorities must be a list such as ["P1", "P2"]', "page", "priorities")
        priorities = []
    wait = timedelta(minutes=table.count("page", section, "climb_after_minutes", most=_MOST_MINUTES))
    by = (Channel.PHONE, Channel.SMS, Channel.EMAIL)  # whatever of these is configured: a P1 reaches people by voice
    return (
        Ladder(
            name="page",
            priorities=frozenset(Priority(cell) for cell in priorities),
            kinds=frozenset(Kind),
            steps=(
                Step(page=ON_CALL, tier=Tier.SUPPORT, by=by, wait=wait),
                Step(page=ON_CALL, tier=Tier.TEAM, by=by, wait=wait),
                Step(page=TEAM, tier=Tier.LEADS, by=by, wait=wait, repeat=3),
            ),
        ),
    )


def _ladder(table: PolicyTable, row: Row, index: int, known: Known) -> Ladder:
    names = table.words("ladder", row, "priorities", index)
    kinds = table.words("ladder", row, "kinds", index, default=tuple(kind.value for kind in Kind))
    for given, words, key in ((names, list(Priority), "priorities"), (kinds, list(Kind), "kinds")):
        for name in given:
            if name not in words:
                table.fault(f"{name!r} is not one of {', '.join(words)}", "ladder", key, index)
    _hours(table, "ladder", row, "quiet_hours", index, known)
    quiet = row.get("quiet_hours", "")
    return Ladder(
        name=table.word("ladder", row, "name", index),
        priorities=frozenset(Priority(name) for name in names if name in list(Priority)),
        kinds=frozenset(Kind(name) for name in kinds if name in list(Kind)),
        steps=tuple(_steps(table, row, index, known)),
        quiet_hours=quiet if isinstance(quiet, str) and quiet in known.hours and quiet != "always" else "",
    )


def _steps(table: PolicyTable, row: Row, index: int, known: Known) -> Sequence[Step]:
    given = row.get("steps")
    if not isinstance(given, list) or not 1 <= len(given) <= _MOST_STEPS or not all(isinstance(one, dict) for one in given):
        says = f'steps must be a list of 1 to {_MOST_STEPS} such as {{ page = "on_call", tier = 1, wait_minutes = 10 }}'
        table.fault(says, "ladder", "steps", index)
        return []
    return [_step(table, one, number, index, known) for number, one in enumerate(given, start=1)]


def _step(table: PolicyTable, row: Row, number: int, index: int, known: Known) -> Step:
    def fault(says: str) -> None:
        table.fault(f"step {number}: {says}", "ladder", "steps", index)

    for key in sorted(row.keys() - _STEP):
        fault(f"unknown key {key!r}; known are {', '.join(sorted(_STEP))}")
    page = row.get("page")
    if not isinstance(page, str) or (page not in (ON_CALL, TEAM) and page not in known.agents):
        fault(f'page must be "on_call", "team" or the name of an [[agent]], and not {page!r}')
        page = TEAM
    tier = row.get("tier")
    if page in (ON_CALL, TEAM) and (isinstance(tier, bool) or tier not in list(Tier)):
        fault(f'page = "{page}" needs the tier whose it is: 1, 2 or 3')
        tier = Tier.SUPPORT
    by = row.get("by", [Channel.EMAIL.value])
    if not isinstance(by, list) or not by or not all(channel in PAGES_BY for channel in by):
        fault(f"by must be a list of {', '.join(PAGES_BY)}")
        by = [Channel.EMAIL.value]
    wait = _small(row.get("wait_minutes"), 1, _MOST_MINUTES)
    repeat = _small(row.get("repeat", 0), 0, _MOST_REPEATS)
    if wait is None:
        fault(f"wait_minutes must be a whole number from 1 to {_MOST_MINUTES}")
    if repeat is None:
        fault(f"repeat must be a whole number from 0 to {_MOST_REPEATS}")
    return Step(
        page=page,
        tier=Tier(tier) if isinstance(tier, int) and tier in list(Tier) else None,
        by=tuple(dict.fromkeys(Channel(channel) for channel in by)),
        wait=timedelta(minutes=wait or 1),
        repeat=repeat or 0,
    )


def _small(given: object, least: int, most: int) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) and least <= given <= most else None


def _number(table: PolicyTable, section: str, row: Row, key: str, index: int, *, default: int, most: int) -> int:
    number = _small(row.get(key, default), 1, most)
    if number is None:
        table.fault(f"{key} must be a whole number from 1 to {most}", section, key, index)
    return number or default
