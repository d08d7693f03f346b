"""One connection of Socket Mode, from its opening to its end: the SDK's client, which never opens another by itself here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from channels.slack.json_value import text
from channels.slack.settings import LOOPBACK
from channels.slack.vendor.api import SlackFault

SECONDS_TO_CONNECT = 15.0
POLL = 1.0  # seconds
_UNREACHABLE, _LOST = "unreachable", "lost"
_METHOD = "apps.connections.open"

Hears = Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]]


class Connection:
    """`hears` gets each input and acknowledges it; inputs may come at the same time."""

    def __init__(self, client: "_Client") -> None:
        self._client = client

    async def over(self, stopped: asyncio.Event) -> str:
        """Why it ended, or is about to: Slack's own word, or `lost`. Empty when `stopped`."""
        while not stopped.is_set():
            if self._client.reason:
                return self._client.reason
            if not await self._client.is_connected():
                return _LOST
            try:
                async with asyncio.timeout(POLL):
                    await self._client.news.wait()
                self._client.news.clear()
            except TimeoutError:
                continue
        return ""

    async def is_up(self) -> bool:
        return await self._client.is_connected()

    def wake(self) -> None:
        self._client.news.set()

    async def close(self) -> None:
        """Its tasks are gone then. Never raises."""
        client = self._client
        tasks = [task for task in (client.message_processor, client.current_session_monitor, client.message_receiver) if task]
        try:
            await client.close()  # type: ignore[no-untyped-call]
        except (ClientError, OSError):
            await client.aiohttp_client_session.close()
        await asyncio.gather(*tasks, return_exceptions=True)


async def connect(token: str, web: AsyncWebClient, hears: Hears) -> Connection:
    """Raises SlackFault."""
    url = await _address(token, web)
    client = _Client(token, web, url)
    client.socket_mode_request_listeners.append(hears)
    try:
        async with asyncio.timeout(SECONDS_TO_CONNECT):
            await client.connect()  # type: ignore[no-untyped-call]
    except (TimeoutError, ClientError, OSError) as fault:
        await Connection(client).close()
        raise SlackFault(_UNREACHABLE, method=_METHOD) from fault
    return Connection(client)


class _Client(SocketModeClient):
    """`reason` is why Slack ends the connection; `news` is set with it."""

    def __init__(self, token: str, web: AsyncWebClient, url: str) -> None:
        quiet = logging.getLogger("slack.socket")
        super().__init__(app_token=token, web_client=web, auto_reconnect_enabled=False, logger=quiet)
        if urlsplit(url).hostname in LOOPBACK:
            self.proxy = None
        self.wss_uri = url
        self.reason = ""
        self.news = asyncio.Event()
        self.on_close_listeners.append(self._closed)

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: ARG002 - the SDK's own way of connecting again
        self.news.set()

    async def run_message_listeners(self, message: dict[str, object], raw_message: str) -> None:
        if message.get("type") == "disconnect":
            self.reason = text(message, "reason")[:60] or _LOST
        await super().run_message_listeners(message, raw_message)

    async def _closed(self, message: object) -> None:  # noqa: ARG002 - as the SDK calls it
        self.news.set()


async def _address(token: str, web: AsyncWebClient) -> str:
    """Good for one connection. Raises SlackFault."""
    try:
        answer = await web.apps_connections_open(app_token=token)
    except SlackApiError as fault:
        code = str(fault.response.get("error") or _UNREACHABLE)[:60]
        wait = str(fault.response.headers.get("Retry-After", ""))
        raise SlackFault(code, method=_METHOD, retry_after=float(wait) if wait.isdigit() and len(wait) < 6 else None) from fault
    except (SlackClientError, ClientError, OSError, TimeoutError, ValueError) as fault:
        raise SlackFault(_UNREACHABLE, method=_METHOD) from fault
    url = answer.data.get("url") if isinstance(answer.data, dict) else None
    if not isinstance(url, str) or urlsplit(url).scheme not in ("wss", "ws"):
        raise SlackFault(_UNREACHABLE, method=_METHOD)
    return url
