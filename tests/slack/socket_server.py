"""Slack's side of Socket Mode: it gives out an address for each connection, sends inputs and hears what is acknowledged."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

NONSENSE = "nonsense"  # JSON that is none of Slack's answers


@dataclass
class SocketServer:
    """`faults` are answered to the next requests for an address, in order."""

    opened: int = 0
    asked: int = 0
    faults: list[str] = field(default_factory=list)
    connections: list[web.WebSocketResponse] = field(default_factory=list)
    acknowledged: list[dict[str, object]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def opens(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.faults:
            fault = self.faults.pop(0)
            self._news()
            if fault == NONSENSE:
                return web.json_response([])
            status = 429 if fault == "ratelimited" else 200
            return web.json_response({"ok": False, "error": fault}, status=status, headers={"Retry-After": "1"})
        return web.json_response({"ok": True, "url": f"{self.url.replace('http', 'ws')}link/{self.asked}"})

    async def links(self, request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        self.opened += 1
        self.connections.append(connection)
        await connection.send_json({"type": "hello", "num_connections": len(self.connections)})
        self._news()
        async for message in connection:
            if message.type is WSMsgType.TEXT:
                self.acknowledged.append(json.loads(message.data))
                self._news()
        self.connections.remove(connection)
        self._news()
        return connection

    async def sends(
        self, payload: Mapping[str, object], *, type_: str = "events_api", id: str = "e1", retry: tuple[int, str] | None = None
    ) -> None:
        again = {"retry_attempt": retry[0], "retry_reason": retry[1]} if retry else {}
        envelope = {"envelope_id": id, "type": type_, "payload": dict(payload), "accepts_response_payload": True, **again}
        await self.connections[-1].send_json(envelope)

    async def disconnects(self, reason: str) -> None:
        await self.connections[-1].send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

    async def until(self, opened: int = 0, acknowledged: int = 0, asked: int = 0, left: int | None = None) -> None:
        """As many have been, or (`left`) are."""
        async with asyncio.timeout(15):
            while not (
                self.opened >= opened
                and len(self.acknowledged) >= acknowledged
                and self.asked >= asked
                and (left is None or len(self.connections) == left)
            ):
                self.heard.clear()
                await self.heard.wait()

    def _news(self) -> None:
        self.heard.set()


@asynccontextmanager
async def socket_server() -> AsyncIterator[SocketServer]:
    double = SocketServer()
    app = web.Application()
    app.router.add_post("/api/apps.connections.open", double.opens)
    app.router.add_get("/link/{number}", double.links)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    double.url = str(server.make_url("/"))
    try:
        yield double
    finally:
        await server.close()
