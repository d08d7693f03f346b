"""Asks Slack: is the token taken, what may it do, may cards stand where desk.toml wants them, who is in the groups?"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from channels.cli.check_slack import ABOUT, SET_UP, triage_of
from channels.cli.finding import Finding, fault, ok, warning
from channels.cli.settings import env_key
from channels.cli.store import reading
from channels.serve.compose import key_ring
from channels.serve.settings import DeskSettings
from channels.slack.homes import rooms_by_workspace
from channels.slack.oauth.sealing import SealBroken, Sealing
from channels.slack.oauth.tokens import StaticTokens
from channels.slack.settings import SlackSettings
from channels.slack.standing import Standing, standing
from channels.slack.vendor.api import SlackFault, Tokens
from channels.slack.vendor.client import SlackApi
from channels.slack.vendor.errors import meaning
from intake.desk.policy_file.whole import read_policy
from intake.domain.chat import Installation
from intake.domain.errors import ConfigError, HelpdeskError

PATIENCE = 10.0  # seconds for all of it; somebody sits there and waits
MOST = 20  # workspaces that are asked
NO_WAY = "is a proxy or firewall between, is INTAKE_SLACK_API_URL right? The desk tries again by itself"


@dataclass(frozen=True, slots=True)
class _Sealed:
    """The tokens of the installations as they lie there: nothing is renewed."""

    living: Sequence[Installation]
    sealing: Sealing

    async def bot(self, workspace: str) -> str:
        for one in self.living:
            if (one.workspace or one.enterprise) == workspace:
                try:
                    return self.sealing.open(one.sealed).token
                except SealBroken:
                    break
        raise SlackFault("no_token")


def check_slack_there(desk: DeskSettings, slack: SlackSettings) -> Iterator[Finding]:
    """Changes nothing there."""
    try:
        policy = read_policy(desk.policy)
    except ConfigError:
        return
    try:
        tokens, workspaces, rooms = _tokens(desk, slack, triage_of(policy))
    except HelpdeskError as trouble:  # told elsewhere as well
        yield warning(ABOUT, f"where the desk is installed cannot be read: {trouble}", "mend the store first")
        return
    if not workspaces:
        yield warning(ABOUT, "the desk is installed in no workspace", "`intake setup slack` prints the link that installs it")
    try:
        found, socket = asyncio.run(_asked(slack, tokens, workspaces, rooms, list(policy.chat.groups)))
    except TimeoutError:
        yield fault(ABOUT, f"Slack does not answer within {PATIENCE:.0f} s", NO_WAY)
        return
    for workspace, one in found:
        yield from _standing(workspace, one, slack)
    yield from _socket(socket)


def _tokens(desk: DeskSettings, slack: SlackSettings, triage: Sequence[str]) -> tuple[Tokens, Sequence[str], Mapping[str, str]]:
    """And who has the desk, and the triage channels, each with the workspace that speaks there, if that is known. Raises
    HelpdeskError."""
    if slack.slack_bot_token is not None:
        return StaticTokens(slack.slack_bot_token.get_secret_value()), [""], dict.fromkeys(triage, "")
    with reading(desk) as store:
        living = [one for one in store.ask(lambda reader: reader.installations()) if one.ended_at is None][:MOST]
        known = store.ask(lambda reader: {room: reader.room(room) for room in triage})
    rooms = {room: found.workspace if found is not None else "" for room, found in known.items()}
    return _Sealed(living, Sealing(key_ring(desk))), [one.workspace or one.enterprise for one in living], rooms


async def _asked(
    slack: SlackSettings, tokens: Tokens, workspaces: Sequence[str], rooms: Mapping[str, str], groups: Sequence[str]
) -> tuple[Sequence[tuple[str, Standing]], str]:
    """What the workspaces say, and why no socket opens (empty: it would). Raises TimeoutError."""
    api = SlackApi(tokens, slack.slack_api_url)
    asked = groups if len(workspaces) == 1 else ()  # nobody knows whose each is
    try:
        async with asyncio.timeout(PATIENCE):
            there = await rooms_by_workspace(api, rooms, workspaces)
            found = [(one, await standing(api, one, there.get(one, ()), asked)) for one in workspaces]
            return found, await _would_open(slack)
    finally:
        await api.close()


async def _would_open(slack: SlackSettings) -> str:
    """Only the address of a socket is asked for: no connection is taken from a running desk."""
    if slack.slack_app_token is None:
        return ""
    api = SlackApi(StaticTokens(slack.slack_app_token.get_secret_value()), slack.slack_api_url)
    try:
        await api.call("apps.connections.open", "", {})
    except SlackFault as refused:
        return f"{refused.code}, {meaning(refused.code)[1]}"
    finally:
        await api.close()
    return ""


def _standing(workspace: str, one: Standing, slack: SlackSettings) -> Iterator[Finding]:
    where = f"{one.name or workspace}: " if workspace else ""
    if one.refusal:
        key = env_key("slack_bot_token")
        mend = f"copy {key} again from OAuth & Permissions" if not slack.uses_oauth else "install it there again"
        yield fault(ABOUT, f"{where}{one.refusal}", NO_WAY if one.silent else f"{mend}; {SET_UP}")
        return
    if one.missing:
        says = f"{where}the token lacks {', '.join(sorted(one.missing))}"
        mend = "paste the manifest of `intake setup slack` at App Manifest, save, then Install App > Reinstall"
        yield fault(ABOUT, says, mend)
    for why in one.rooms.values():
        yield warning(
            ABOUT,
            f"{where}{why}",
            "no card stands there until then; into a private channel the desk comes by /invite @helpdesk",
        )
    for why in one.groups.values():
        yield warning(ABOUT, f"{where}{why}", "put people into it, or correct [[slack_group]]: the id ends the group's address")
    if not one.missing and not one.rooms and not one.groups:
        yield ok(ABOUT, f"{one.bot} in {one.name}: token and scopes are right, cards may stand where they are to")


def _socket(why_not: str) -> Iterator[Finding]:
    if why_not:
        mend = (
            f"is Socket Mode on in the app's settings, has {env_key('slack_app_token')} the scope connections:write? {SET_UP}"
        )
        yield fault(ABOUT, f"the socket does not open: {why_not}", mend)
