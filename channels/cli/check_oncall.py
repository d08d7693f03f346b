"""Would anybody be woken? Gaps in the rotations, people and teams that no page reaches, priorities without a ladder."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from channels.cli.finding import Finding, ok, warning
from channels.cli.oncall import local
from channels.cli.settings import env_key
from channels.serve.settings import DeskSettings
from intake.desk.directory import Directory
from intake.desk.oncall.reached import address_of
from intake.desk.oncall.rotation import ON_PURPOSE, Rotation, gaps
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.desk.router import route
from intake.domain.channel import Channel
from intake.domain.errors import ConfigError
from intake.domain.label import Kind
from intake.domain.page import ON_CALL, TEAM, URGENT, Ladder, Step
from intake.domain.ticket import Tier

AHEAD = timedelta(days=30)
MOST_GAPS = 5  # of one rotation that are named
ABOUT = "on call"


def check_oncall(desk: DeskSettings, senders: frozenset[Channel], number: str) -> Iterator[Finding]:
    """`senders` are the channels that are configured, `number` is what people are told to call, if anything. A policy that
    cannot be read is told elsewhere."""
    try:
        policy = read_policy(desk.policy)
    except ConfigError:
        return
    file, faults = desk.policy or Path("desk.toml"), 0
    for finding in (
        *_gaps(policy),
        *_members(policy, file, senders),
        *_ladders(policy, file, senders),
        *_unwoken(policy, file),
    ):
        faults += 1
        yield finding
    if not faults:
        names = ", ".join(ladder.name for ladder in policy.ladders)
        count = len(policy.rotations)
        turns = f"{count} rotation{'s' if count != 1 else ''}, no gap in {AHEAD.days} days" if count else "no rotation"
        whole = "" if count else ": a page goes to the whole team"
        yield ok(ABOUT, f"{turns}{whole}; ladder{'s' if len(policy.ladders) != 1 else ''}: {names}")
    if number:
        yield ok(ABOUT, f"who reports a P1 or P2 is told to call {number}")
    else:
        yield ok(ABOUT, f"who reports a P1 or P2 is told that we call or write: {env_key('desk_phone')} is not set")


def _gaps(policy: Policy) -> Iterator[Finding]:
    now = datetime.now(UTC)
    for rotation in policy.rotations.values():
        found = gaps(rotation, now, now + AHEAD)
        for gap in found[:MOST_GAPS]:
            ends = local(rotation, gap.ends) if gap.ends < now + AHEAD else f"at least {local(rotation, gap.ends)}"
            says = f"{rotation.name}: {gap.why} from {local(rotation, gap.begins)} until {ends}; all of its team is paged then"
            mend = "nothing, if it is meant so" if gap.why == ON_PURPOSE else _fill(rotation)
            yield warning(ABOUT, says, mend)
        if len(found) > MOST_GAPS:
            yield warning(ABOUT, f"{rotation.name}: {len(found) - MOST_GAPS} more gaps in {AHEAD.days} days", _fill(rotation))


def _fill(rotation: Rotation) -> str:
    return f"add an [[override]] with rotation = {rotation.name!r}, or let it start earlier"


def _members(policy: Policy, file: Path, senders: frozenset[Channel]) -> Iterator[Finding]:
    """Somebody on call whom nothing reaches: their whole team is woken instead."""
    paged_by = {channel for ladder in policy.ladders for step in ladder.steps if step.page == ON_CALL for channel in step.by}
    by = {channel for channel in paged_by if channel is Channel.EMAIL or channel in senders} or paged_by
    for rotation in policy.rotations.values():
        names = dict.fromkeys((*rotation.members, *(one.agent for one in rotation.overrides if one.agent)))
        for name in names:
            agent = policy.agents.get(name)
            if agent is not None and not any(address_of(agent, channel) for channel in by):
                wanted = " or ".join(_KEYS[channel] for channel in sorted(by))
                says = f"{rotation.name}: {name} cannot be reached when on call, so all of {rotation.team} is paged"
                yield warning(ABOUT, says, f"give [[agent]] {name!r} in {file}: {wanted}")


def _ladders(policy: Policy, file: Path, senders: frozenset[Channel]) -> Iterator[Finding]:
    for ladder in policy.ladders:
        for number, step in enumerate(ladder.steps, start=1):
            off = [channel.value for channel in step.by if channel is not Channel.EMAIL and channel not in senders]
            if len(off) == len(step.by):
                says = f"ladder {ladder.name!r}, step {number}: nothing is configured that pages by {' or '.join(off)}"
                yield warning(ABOUT, says, f'add "email" to its `by` in {file}')
            for whom in _unreached(policy, ladder, step, [one for one in step.by if one.value not in off] or step.by):
                says = f"ladder {ladder.name!r}, step {number} reaches nobody: {whom} has no address"
                yield warning(ABOUT, says, f"give it a mail in {file}, or somebody in it")


def _unreached(policy: Policy, ladder: Ladder, step: Step, by: Sequence[Channel]) -> Iterator[str]:
    if step.page not in (ON_CALL, TEAM):
        agent = policy.agents.get(step.page)
        if agent is None or not any(address_of(agent, channel) for channel in by):
            yield step.page
        return
    teams = {
        route(policy, kind, step.tier).team
        for kind in ladder.kinds
        if step.tier is not None and step.tier >= policy.first_tier[kind]
    }
    for team in sorted(teams):
        members = Directory(policy=policy).members(team)
        mail = policy.team(team).mail if Channel.EMAIL in by else ""
        if not mail and not any(address_of(agent, channel) for agent in members for channel in by):
            yield policy.team(team).title


def _unwoken(policy: Policy, file: Path) -> Iterator[Finding]:
    for priority in sorted(URGENT):
        missing = [kind.value for kind in Kind if _leaves_out(policy.ladder_for(kind, priority), policy.first_tier[kind])]
        if missing:
            whose = "any kind" if len(missing) == len(Kind) else ", ".join(missing)
            yield warning(ABOUT, f"nobody is woken for a {priority.value} of {whose}", f"add a [[ladder]] for it in {file}")


def _leaves_out(ladder: Ladder | None, first: Tier) -> bool:
    """No ladder at all, or none of its steps is made for what begins at that tier."""
    return ladder is None or all(step.tier is not None and step.tier < first for step in ladder.steps)


_KEYS = {Channel.EMAIL: "mail", Channel.SLACK: "slack", Channel.SMS: "phone", Channel.PHONE: "phone"}
