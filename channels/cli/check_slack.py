"""Checks of Slack: what can be seen in the settings and in desk.toml, without asking anybody."""

import re
from collections.abc import Iterator
from pathlib import Path

from channels.cli.finding import Finding, ok, warning
from channels.cli.reachable import is_inside
from channels.cli.settings import env_key
from channels.serve.settings import DeskSettings
from channels.slack.settings import SlackSettings
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.domain.channel import Channel
from intake.domain.errors import ConfigError

ABOUT = "slack"
LANGUAGES = frozenset({"en", "de"})  # that there are words in; a test holds it to the files
_PERSON = re.compile(r"[UW][A-Z0-9]{6,20}\Z", re.ASCII)
SET_UP = "`intake setup slack` says what belongs there"


def check_slack(desk: DeskSettings, slack: SlackSettings) -> Iterator[Finding]:
    """A policy that cannot be read is told elsewhere; half of the settings, too."""
    try:
        policy = read_policy(desk.policy)
    except ConfigError:
        return
    file = desk.policy or Path("desk.toml")
    if not slack.is_on:
        yield from _in_vain(policy)
        return
    found = [*_public_url(desk, slack), *_languages(policy, file), *_agents(policy, file)]
    yield from found
    if not found:
        how = [*(["a socket"] if slack.uses_socket else []), *([f"{desk.public_url}/slack/events"] if _by_http(slack) else [])]
        yield ok(ABOUT, f"hears by {' and '.join(how)}; {_rooms(policy)}")


def triage_of(policy: Policy) -> list[str]:
    return [rule.address for rule in policy.mirrors if rule.channel is Channel.SLACK]


def _by_http(slack: SlackSettings) -> bool:
    return bool(slack.slack_signing_secret)


def _rooms(policy: Policy) -> str:
    asks, triage = len(policy.chat.rooms), len(set(triage_of(policy)))
    request = (
        f"{asks} request channel{'s' if asks != 1 else ''}" if asks else "no request channel (direct messages and mentions)"
    )
    return f"{request}, {triage or 'no'} triage channel{'s' if triage != 1 else ''}"


def _in_vain(policy: Policy) -> Iterator[Finding]:
    """What desk.toml says of a Slack that there is none of."""
    if policy.chat.rooms or policy.chat.groups or triage_of(policy):
        says = "desk.toml names channels or groups in Slack, and no INTAKE_SLACK_… is set: nothing is heard or shown there"
        yield warning(ABOUT, says, SET_UP)


def _public_url(desk: DeskSettings, slack: SlackSettings) -> Iterator[Finding]:
    key = env_key("public_url")
    mend = f"set {key} to how the web is reached from outside, such as https://desk.example.com, or use Socket Mode: {SET_UP}"
    if _by_http(slack) and not slack.uses_socket:
        if not desk.public_url:
            yield warning(
                ABOUT, f"{key} is not set: nobody can say whether Slack reaches the desk, and messages have no links", mend
            )
        elif is_inside(desk.public_url):
            yield warning(ABOUT, f"Slack cannot reach {desk.public_url}: that is an address of your own network", mend)
        elif not desk.public_url.startswith("https://"):
            yield warning(ABOUT, f"Slack sends nothing to {desk.public_url}: it is not https", mend)


def _languages(policy: Policy, file: Path) -> Iterator[Finding]:
    wanted = {"[slack]": policy.chat.language} | {
        f"[[slack_channel]] {room.id}": room.language for room in policy.chat.rooms.values() if room.language
    }
    for where, language in wanted.items():
        if language.partition("-")[0] not in LANGUAGES:
            says = f"{where}: there are no words in {language!r}; people are told in English"
            yield warning(ABOUT, says, f"write them (docs/adding.md), or take the language out of {file}")


def _agents(policy: Policy, file: Path) -> Iterator[Finding]:
    for agent in policy.agents.values():
        if agent.slack and not _PERSON.match(agent.slack):
            says = f"[[agent]] {agent.name}: slack = {agent.slack!r} is not a member's id, so nobody in Slack is {agent.name}"
            yield warning(ABOUT, says, f"write the id into {file}: their profile > ⋮ > Copy member ID, such as U0123456789")
