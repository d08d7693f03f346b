"""Socket Mode: the same inputs by a connection that the desk opens, for who has no public address. Slack picks any connection
of an app for each input, and sends again what nobody acknowledged.

The SDK's client speaks the protocol. When to connect again is decided here: its own way is at once and for ever, which for many
replicas is a storm. Slack's page: apis/events-api/using-socket-mode."""

import asyncio
import json
import logging
from dataclasses import dataclass
from datetime import datetime
from random import Random
from time import monotonic, time

import structlog
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from channels.slack.door.app import App
from channels.slack.door.entrance import Entered, is_well_shaped
from channels.slack.door.reconnecting import Waiting, ending_of
from channels.slack.door.socket_client import Connection, connect
from channels.slack.envelope import Kind
from channels.slack.vendor.api import SlackFault
from intake.desk.ports import Clock

SECONDS_TO_ASK = 10
SECONDS_TO_RETIRE = 5.0  # of a connection that is replaced: what came by it is still acknowledged there
_KINDS = {"events_api": Kind.EVENT, "interactive": Kind.INTERACTION, "slash_commands": Kind.COMMAND}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketHealth:
    """`since` when it is up, or down. `why`: Slack's word for why it is down; empty while it is up."""

    up: bool
    since: datetime
    why: str = ""


class SlackSocket:
    """The one connection of this process; each replica has its own. `unit`: what its pauses are counted in, in seconds."""

    def __init__(self, app: App, app_token: str, api_url: str, *, clock: Clock, random: Random, unit: float = 1.0) -> None:
        self._app = app
        self._token = app_token
        self._web = AsyncWebClient(
            base_url=api_url, timeout=SECONDS_TO_ASK, retry_handlers=[], logger=logging.getLogger("slack.socket")
        )
        self._clock = clock
        self._waiting = Waiting(random)
        self._unit = unit
        self._stopped = asyncio.Event()
        self._current: Connection | None = None
        self._retiring: set[asyncio.Task[None]] = set()
        self.health = SocketHealth(up=False, since=clock(), why="not connected yet")

    async def run(self) -> None:
        """Until `stop`."""
        current: Connection | None = None
        while not self._stopped.is_set():
            try:
                fresh = await self._connected()
            except SlackFault as fault:
                if current is None or not await current.is_up():
                    self._is_down(fault.code)
                await self._rest(fault.code, fault.retry_after or 0.0)
                continue
            self._retire(current)
            current = await self._until_over(fresh)
        self._retire(current)
        await asyncio.gather(*self._retiring, return_exceptions=True)

    def stop(self) -> None:
        """The connection ends; what came by it is acknowledged."""
        self._stopped.set()
        if self._current is not None:
            self._current.wake()

    async def _connected(self) -> Connection:
        """Raises SlackFault, and nothing else: whatever the SDK stumbles over, nobody would hear Slack any more."""
        try:
            return await connect(self._token, self._web, self._hears)
        except SlackFault:
            raise
        except Exception as fault:
            log.error("slack.socket_fault", exc_info=fault)
            raise SlackFault("unreadable_answer") from fault

    async def _until_over(self, connection: Connection) -> Connection | None:
        """Gives back the one that still works while the next is opened; None where it is gone."""
        self._is_up()
        began, self._current = monotonic(), connection
        code = await connection.over(self._stopped)
        lasted = self._waiting.lasted(monotonic() - began)
        if not code:
            return connection
        if ending_of(code).overlaps:
            if not lasted:
                await self._rest(code)
            return connection
        self._is_down(code)
        await connection.close()
        await self._rest(code)
        return None

    async def _hears(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """No acknowledgement is how Slack learns that it could not be kept."""
        payload: object = request.payload
        started, kind = time(), _KINDS.get(request.type)
        if kind is None or not isinstance(payload, dict) or not is_well_shaped(payload):
            log.warning("slack.socket_unreadable", type=request.type[:60])
            return
        retry = _retry_of(request.retry_attempt, request.retry_reason)
        entered = Entered(kind=kind, payload=payload, raw=json.dumps(payload).encode(), retry=retry)
        answer = await self._app.answer(entered)
        try:
            await send_async_response(client, request, answer, started)
        except Exception as fault:  # of whatever kind: it is kept, and comes again
            log.warning("slack.socket_not_acknowledged", why=type(fault).__name__)

    def _retire(self, connection: Connection | None) -> None:
        if connection is not None:
            task = asyncio.create_task(self._end(connection))
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)

    async def _end(self, connection: Connection) -> None:
        if not self._stopped.is_set():
            await self._pause(SECONDS_TO_RETIRE)
        await connection.close()

    async def _rest(self, code: str, retry_after: float = 0.0) -> None:
        await self._pause(self._waiting.pause(code, retry_after))

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds * self._unit):
                await self._stopped.wait()
        except TimeoutError:
            return

    def _is_up(self) -> None:
        if not self.health.up:
            self.health = SocketHealth(up=True, since=self._clock())
            log.info("slack.socket_up")

    def _is_down(self, code: str) -> None:
        since = self._clock() if self.health.up else self.health.since
        self.health = SocketHealth(up=False, since=since, why=code)
        log.warning("slack.socket_down", why=code)


def _retry_of(attempt: int | None, reason: str | None) -> str:
    """As the two headers say it over HTTP: `1 timeout`."""
    return f"{attempt or ''} {reason or ''}".strip()[:120]
