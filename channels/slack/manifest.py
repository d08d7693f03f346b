"""The app's manifest: what the desk may do and hear in Slack, as Slack's own form wants it (reference/app-manifest)."""

import re
from functools import cache
from importlib import resources

_URL = "https://desk.example.com"
_HTTP, _OAUTH = "[http]", "[oauth]"
_MARK = re.compile(r" # (\[http\]|\[oauth\])$")


@cache
def _shipped() -> str:
    return resources.files("channels.slack").joinpath("manifest.yaml").read_text("utf-8")


def manifest(public_url: str, *, socket: bool, oauth: bool) -> str:
    """To be pasted. `public_url` without a slash at its end; of no use to a desk that hears by a `socket` and is installed by
    hand. `oauth`: any number of workspaces install it, with tokens that rotate."""
    lines = []
    for line in _shipped().splitlines()[2:]:  # the first two are for whoever reads the source
        mark = _MARK.search(line)
        if mark is not None and not {_HTTP: not socket, _OAUTH: oauth}[mark[1]]:
            continue
        lines.append(_MARK.sub("", line))
    text = "\n".join(lines).replace(_URL, public_url)
    text = text.replace("socket_mode_enabled: false", f"socket_mode_enabled: {str(socket).lower()}")
    return text.replace("token_rotation_enabled: false", f"token_rotation_enabled: {str(oauth).lower()}")


def scopes() -> frozenset[str]:
    """Of the bot's token."""
    return _listed("bot")


def events() -> frozenset[str]:
    return _listed("bot_events")


def _listed(key: str) -> frozenset[str]:
    """The items under a key; comments between them are none."""
    lines = iter(_shipped().splitlines())
    next(line for line in lines if line.strip() == f"{key}:")
    found = set()
    for line in lines:
        word = line.strip()
        if word.startswith("- "):
            found.add(word.removeprefix("- "))
        elif not word.startswith("#"):
            break
    return frozenset(found)
