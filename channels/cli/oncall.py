"""`intake oncall`: who is on call now, how to reach them, until when, and who is next."""

from collections.abc import Sequence
from datetime import UTC, datetime

from channels.api import oncall_shapes, shapes
from channels.cli.settings import read_desk_settings
from channels.cli.terminal import Column, say, show_table
from intake.desk.oncall.rotation import FIRST_YEAR, LAST_YEAR, Rotation, following, on_call
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.domain.agent import Agent
from intake.domain.errors import NotFound, PolicyViolation

COLUMNS = (
    Column(title="rotation", gives=True),
    Column(title="on call"),
    Column(title="call"),
    Column(title="mail", gives=True),
    Column(title="until"),
    Column(title="then"),
)


def show_oncall(name: str | None, at: str | None, *, as_json: bool) -> None:
    policy = read_policy(read_desk_settings().policy)
    moment = _moment(at) if at is not None else datetime.now(UTC)
    chosen = [one for one in policy.rotations.values() if name is None or one.name == name]
    if name is not None and not chosen:
        there = ", ".join(policy.rotations) or "none yet"
        raise NotFound(f"There is no rotation {name!r} in desk.toml. There are: {there}")
    if as_json:
        for rotation in chosen:
            say(shapes.json_line(oncall_shapes.rotation(rotation, policy, moment)))
        return
    if chosen:
        show_table(COLUMNS, [_row(one, policy, moment) for one in chosen])
        say()
    for rotation in chosen:
        _explain(rotation, policy, moment)
    if name is None:
        _teams_without(policy)


def _row(rotation: Rotation, policy: Policy, at: datetime) -> Sequence[str]:
    now, then = on_call(rotation, at), following(rotation, at)
    agent = policy.agents.get(now.agent)
    return (
        rotation.name,
        now.agent or "nobody",
        (agent.phone if agent else "") or "-",
        (agent.mail if agent else "") or "-",
        local(rotation, then.begins) if then is not None else "for good",
        (then.agent or "nobody") if then is not None else "-",
    )


def _explain(rotation: Rotation, policy: Policy, at: datetime) -> None:
    """What the table cannot say: why nobody is, and who is paged then."""
    now = on_call(rotation, at)
    if now.agent:
        if now.why != "by turn":
            say(f"{rotation.name}: {now.agent} {now.why}.")
        return
    say(f"{rotation.name}: {now.why}. {whole_team(rotation.team, policy)}")


def whole_team(name: str, policy: Policy) -> str:
    """Whom a page reaches where nobody is on call."""
    team = policy.team(name)
    people = [agent.name for agent in policy.agents.values() if name in agent.teams and can_be_reached(agent)]
    reached = ([team.mail] if team.mail else []) + people
    if not reached:
        return f"A page would reach nobody: {team.title} has no address, and nobody in it has one."
    return f"A page goes to all of {team.title}: {', '.join(reached)}."


def can_be_reached(agent: Agent) -> bool:
    return bool(agent.mail or agent.phone or agent.slack)


def _teams_without(policy: Policy) -> None:
    having = {rotation.team for rotation in policy.rotations.values()}
    routed = dict.fromkeys(team for tiers in policy.routes.values() for team in tiers.values())
    for team in routed:
        if team not in having:
            say(f"{team}: no [[rotation]] in desk.toml. {whole_team(team, policy)}")


def local(rotation: Rotation, at: datetime) -> str:
    """`Mon 2026-11-30 09:00 CET`: as the clock on the wall there shows it."""
    return f"{at.astimezone(rotation.zone):%a %Y-%m-%d %H:%M %Z}"


def _moment(typed: str) -> datetime:
    try:
        found = datetime.fromisoformat(typed.strip())
        found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found.astimezone(UTC)
    except ValueError:
        pass
    raise PolicyViolation(f"{typed!r} is no moment: they look like 2026-12-24T18:00+01:00, or 2026-12-24T17:00 in UTC")
