"""The vendor's Web API, as the rest of this room asks it."""

from collections.abc import Mapping
from typing import Protocol

from channels.slack.json_value import Json


class SlackFault(Exception):
    """`code` is Slack's own word (`channel_not_found`), or `unreachable`, `http_<status>`, `no_token`. `retry_after`:
    seconds. `needs` are the scopes that it misses, with commas."""

    def __init__(self, code: str, *, method: str = "", retry_after: float | None = None, needs: str = "") -> None:
        super().__init__(f"Slack: {method} {code}".replace("  ", " "))
        self.code = code
        self.method = method
        self.retry_after = retry_after
        self.needs = needs


class Tokens(Protocol):
    async def bot(self, workspace: str) -> str:
        """The bot's token there; an empty workspace is the only one there is. Raises SlackFault("no_token")."""
        ...


class Api(Protocol):
    """Asks once: who wants it again asks again."""

    async def call(self, method: str, workspace: str, arguments: Mapping[str, object]) -> Json:
        """The answer, which was `ok`. Raises SlackFault, and nothing else."""
        ...

    async def post_bytes(self, url: str, content: bytes) -> None:
        """To an upload address that Slack has just given. Raises SlackFault."""
        ...

    async def post_json(self, url: str, body: Json) -> None:
        """To a `response_url`, at Slack's own hosts alone. Raises SlackFault."""
        ...
