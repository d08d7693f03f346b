"""`intake setup slack`: the app's manifest to paste, what to copy into .env, and which channels to make."""

import textwrap

from channels.cli.reachable import is_inside
from channels.cli.settings import env_key, faults_of, read_desk_settings, where_set
from channels.cli.terminal import complain, say
from channels.serve.compose import key_ring, utc_now
from channels.serve.settings import DeskSettings
from channels.slack.manifest import manifest
from channels.slack.oauth.invitation import invitation
from channels.slack.settings import SlackSettings

WIDTH = 78
_RULE = "─" * WIDTH
_INTRO = {
    True: "Socket Mode: the desk opens the connection, and needs no address that Slack could reach.",
    False: "Over HTTP: Slack sends to {url}/slack/events, which it must be able to reach.",
}
_OTHER_WAY = {
    True: "With a public address (INTAKE_PUBLIC_URL=https://…) it can be HTTP instead: that suits several replicas better.",
    False: "Without a public address: `intake setup slack --socket`.",
}
_APP = """\
1. The app. On https://api.slack.com/apps: Create New App > From a manifest. {where}, then the tab YAML. Replace what stands \
there by what stands between the lines; Next, Create."""
_APP_THERE = """\
   Where the app is there already: its page > App Manifest, tab YAML. Replace all of it, Save Changes, and install it again \
when Slack asks for it."""
_KEYS = "2. Keys. From the app's page into .env or the environment:"
_BY_TOKEN = (
    (
        "slack_bot_token",
        "Install App > Install to Workspace, Allow; then OAuth & Permissions > Bot User OAuth Token: xoxb-…",
    ),
)
_BY_OAUTH = (
    ("slack_client_id", "Basic Information > App Credentials > Client ID"),
    ("slack_client_secret", "beside it: Client Secret > Show"),
)
_SIGNED = (("slack_signing_secret", "Basic Information > App Credentials > Signing Secret > Show"),)
_SOCKET = (
    (
        "slack_app_token",
        "Basic Information > App-Level Tokens > Generate Token and Scopes, add connections:write, Generate: xapp-…",
    ),
)
_CHANNELS = """\
{step}. Channels. For each team that works in Slack make a private channel, and write into it: /invite @helpdesk. Its id \
stands at the end of the channel's details (click its name). In desk.toml:

{mirror}

   Where people ask, invite the desk as well:

{room}

   Everybody can write to the desk directly without any of this."""
_MIRROR = '     [[mirror]]\n     team = "support"\n     channel = "slack"\n     address = "C…"'
_ROOM = '     [[slack_channel]]\n     id = "C…"\n     take = "every"       # or "mention", "emoji"'
_RESTART = """\
{step}. Restart the desk, and run `intake check`: it asks Slack whether all of it is right."""
_VERIFY = """\
   Then, on the app's page: Event Subscriptions. Where it says that the address is not verified, press Retry: the desk answers \
by itself."""
_TRY = """\
   Write "hello, this is a test" to the desk in Slack (Apps > Help desk > Messages): it answers with a number, and `intake \
queue` shows the ticket."""
_INVITE = """\
3. Install. Restart the desk, so that it knows these keys. Whoever may install apps in a workspace opens this link, good for a \
week; begin with your own. Keep it to yourself, for whoever has it can install the desk:"""
_INVITE_LATER = """\
3. Install. Set these keys, restart the desk, and run this again: it prints the link by which the desk is installed."""
_DISTRIBUTION = """\
   For workspaces of others turn on Manage Distribution > Public Distribution on the app's page, and name your own in \
desk.toml: [slack] workspaces = ["T…"]."""


def set_up_slack(*, socket: bool | None = None, several: bool | None = None) -> int:
    """Changes nothing at Slack. Without a choice: by what is set already. 1 where something must be set first. Raises
    ConfigError."""
    desk = read_desk_settings()
    by_socket = socket if socket is not None else _fits_socket(desk)
    by_oauth = several if several is not None else bool(where_set(env_key("slack_client_id")))
    if (by_oauth or not by_socket) and not desk.public_url:
        says = f"{env_key('public_url')} is not set: it is how Slack reaches the desk, such as https://desk.example.com."
        complain(_wrapped(f"{says} Without a public address: `intake setup slack --socket`, for one workspace.", indent=""))
        return 1
    say(_wrapped(_INTRO[by_socket].format(url=desk.public_url), indent=""))
    say(_wrapped(_OTHER_WAY[by_socket], indent=""))
    say()
    where = "Choose any workspace of yours" if by_oauth else "Choose the workspace"
    say(_wrapped(_APP.format(where=where)))
    say(_wrapped(_APP_THERE))
    say()
    say(_RULE)
    say(manifest(desk.public_url, socket=by_socket, oauth=by_oauth))
    say(_RULE)
    say()
    _keys(socket=by_socket, oauth=by_oauth)
    say()
    if by_oauth:
        _install(desk)
    for part in _CHANNELS.format(step=4 if by_oauth else 3, mirror=_MIRROR, room=_ROOM).split("\n\n"):
        say(part if part.startswith("     ") else _wrapped(part))
        say()
    say(_wrapped(_RESTART.format(step=5 if by_oauth else 4)))
    if not by_socket:
        say(_wrapped(_VERIFY))
    say(_wrapped(_TRY))
    _warn(desk, socket=by_socket)
    return 0


def _fits_socket(desk: DeskSettings) -> bool:
    return bool(where_set(env_key("slack_app_token"))) or not desk.public_url


def _keys(*, socket: bool, oauth: bool) -> None:
    say(_wrapped(_KEYS))
    for field, how in (*(_BY_OAUTH if oauth else _BY_TOKEN), *(_SOCKET if socket else _SIGNED)):
        key = env_key(field)
        place = where_set(key)
        say(f"     {key}{f'   (is set in {place})' if place else ''}")
        say(_wrapped(f"       {how}", indent=" " * 7))


def _install(desk: DeskSettings) -> None:
    if faults_of(SlackSettings) or not where_set(env_key("slack_client_id")):
        say(_wrapped(_INVITE_LATER))
    else:
        say(_wrapped(_INVITE))
        say()
        say(f"     {invitation(key_ring(desk), desk.public_url, utc_now())}")
        say()
    say(_wrapped(_DISTRIBUTION))
    say()


def _warn(desk: DeskSettings, *, socket: bool) -> None:
    if not socket and (is_inside(desk.public_url) or not desk.public_url.startswith("https://")):
        why = "is an address of your own network" if is_inside(desk.public_url) else "is not https"
        say()
        say(_wrapped(f"warning: {desk.public_url} {why}: Slack does not send there. Set {env_key('public_url')} to how the web"
                     " is reached from outside, or use --socket."))  # fmt: skip
    for fault in faults_of(SlackSettings):
        say()
        say(_wrapped(f"as yet: {fault}"))


def _wrapped(text: str, indent: str = "   ") -> str:
    start = text[: len(text) - len(text.lstrip())]
    return textwrap.fill(
        text.strip(), WIDTH, initial_indent=start, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )  # fmt: skip
