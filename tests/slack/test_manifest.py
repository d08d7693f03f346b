"""The manifest asks for what the code does, and for nothing else: a method without its scope fails in production alone."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import channels.slack
from channels.slack.manifest import events, manifest, scopes
from channels.slack.presses import COMMAND, SHORTCUT_MAKE, SHORTCUT_NEW
from channels.slack.reading.parse_event import HEARD

ROOT = Path(channels.slack.__file__).parent
BESIDE = (ROOT.parent / "serve", ROOT.parent / "cli")
_CALL = re.compile(r"\.call\(\s*(?:f?)[\"']([^\"']*)[\"']")
_SCOPE = re.compile(r"[a-z_]+:[a-z]+(\.[a-z]+)?|commands")
MESSAGES = frozenset({"message.channels", "message.groups", "message.im", "message.mpim"})

# docs.slack.dev/reference/methods, "Bot token" of each; what a method needs only for rooms of one kind is named for all that
# the desk asks it for.
OF_METHOD: Mapping[str, frozenset[str]] = {
    "apps.connections.open": frozenset(),  # by the app-level token, whose connections:write no manifest gives
    "auth.test": frozenset(),
    "chat.postMessage": frozenset({"chat:write"}),
    "chat.update": frozenset({"chat:write"}),
    "chat.postEphemeral": frozenset({"chat:write"}),
    "chat.getPermalink": frozenset(),
    "conversations.open": frozenset({"im:write"}),
    "conversations.info": frozenset({"channels:read", "groups:read"}),
    "conversations.history": frozenset({"channels:history", "groups:history", "im:history", "mpim:history"}),
    "conversations.replies": frozenset({"channels:history", "groups:history", "im:history", "mpim:history"}),
    "users.info": frozenset({"users:read", "users:read.email"}),
    "usergroups.users.list": frozenset({"usergroups:read"}),
    "files.info": frozenset({"files:read"}),
    "files.getUploadURLExternal": frozenset({"files:write"}),
    "files.completeUploadExternal": frozenset({"files:write"}),
    "views.open": frozenset(),
    "views.update": frozenset(),
    "views.publish": frozenset(),
}
# docs.slack.dev/reference/events, "Required scopes" of each.
OF_EVENT: Mapping[str, frozenset[str]] = {
    "app_mention": frozenset({"app_mentions:read"}),
    "message.channels": frozenset({"channels:history"}),
    "message.groups": frozenset({"groups:history"}),
    "message.im": frozenset({"im:history"}),
    "message.mpim": frozenset({"mpim:history"}),
    "reaction_added": frozenset({"reactions:read"}),
    "app_home_opened": frozenset(),
    "user_change": frozenset({"users:read"}),
    "subteam_members_changed": frozenset({"usergroups:read"}),
    "subteam_updated": frozenset({"usergroups:read"}),
    "channel_shared": frozenset({"channels:read", "groups:read"}),
    "channel_unshared": frozenset({"channels:read", "groups:read"}),
    "tokens_revoked": frozenset(),
    "app_uninstalled": frozenset(),
}
OF_SURFACES = frozenset({"commands"})  # the command and the two shortcuts


def methods() -> frozenset[str]:
    """That the code calls, by the names that stand in it."""
    files = [*ROOT.rglob("*.py"), *(file for folder in BESIDE for file in folder.glob("*slack*.py"))]
    return frozenset(name for file in files for name in _CALL.findall(file.read_text("utf-8")))


def test_every_method_that_the_code_calls_has_its_scopes() -> None:
    called = methods()
    assert len(called) > 10, "the search finds the calls"
    assert called <= OF_METHOD.keys()
    assert frozenset().union(*(OF_METHOD[name] for name in called)) <= scopes()


def test_every_method_is_called_by_a_name_that_can_be_found() -> None:
    """But for whoever hands on what another one has named."""
    calls = re.compile(r"(?<!def )\b\w*api\w*\.call\((?!\s*[\"'])")
    found = [file.name for file in ROOT.rglob("*.py") if calls.search(file.read_text("utf-8"))]
    assert found == ["pacing.py"]


def test_every_event_that_the_desk_hears_is_subscribed_to_and_no_other() -> None:
    assert events() == (HEARD - {"message"}) | MESSAGES
    assert events() == OF_EVENT.keys()
    assert frozenset().union(*OF_EVENT.values()) <= scopes()


def test_no_scope_is_asked_for_that_nothing_needs() -> None:
    needed = [*(OF_METHOD[name] for name in methods()), *(OF_EVENT[name] for name in events()), OF_SURFACES]
    assert scopes() == frozenset().union(*needed)
    assert all(_SCOPE.fullmatch(scope) for scope in scopes())


@pytest.mark.parametrize("oauth", [False, True])
def test_over_http_every_address_is_the_desks_own(oauth: bool) -> None:
    made = manifest("https://help.example.org", socket=False, oauth=oauth)
    assert made.count("https://help.example.org/slack/events") == 3
    assert ("https://help.example.org/slack/oauth_redirect" in made) is oauth
    assert f"token_rotation_enabled: {str(oauth).lower()}" in made
    assert "socket_mode_enabled: false" in made
    assert "desk.example.com" not in made


def test_by_a_socket_no_address_is_needed() -> None:
    made = manifest("", socket=True, oauth=False)
    assert "url" not in made
    assert "https://" not in made
    assert "socket_mode_enabled: true" in made


@pytest.mark.parametrize("socket", [False, True])
@pytest.mark.parametrize("oauth", [False, True])
def test_what_is_pasted_is_whole(socket: bool, oauth: bool) -> None:
    made = manifest("https://help.example.org", socket=socket, oauth=oauth)
    assert "[http]" not in made
    assert "[oauth]" not in made
    assert f"command: {COMMAND}\n" in made
    assert f"callback_id: {SHORTCUT_NEW}\n" in made
    assert f"callback_id: {SHORTCUT_MAKE}\n" in made
    assert "org_deploy_enabled: true" in made
    empty = re.compile(r"^( *)[a-z_]+:(?: #.*)?\n(?!\1(?: +|- ))", re.MULTILINE)
    assert not empty.search(f"{made}\n"), "a key without anything under it"
