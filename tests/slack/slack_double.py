"""A double of Slack's Web API on a loopback port: it keeps what is posted, checks each block, and can fail as Slack does."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.slack.block_checker import check_message
from tests.slack.slack_methods import METHODS
from tests.slack.slack_state import OTHER_TOKEN, SCOPES, TOKEN, Arguments, Call, Refused, SlackState, check_or_note


class SlackDouble(SlackState):
    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/upload/"):
            self.uploads[request.path.rpartition("/")[2]] = await request.read()
            return web.Response(text="OK - 1")
        if request.path.startswith("/files-pri/"):
            self.calls.append(Call(method="file", arguments={}, token=request.headers.get("Authorization", "")))
            return web.Response(body=self.uploads[request.path.rpartition("/")[2]], content_type="image/png")
        if request.path.startswith("/response/"):
            self.responses.append(await request.json())
            check_or_note(self, lambda: check_message(self.responses[-1].get("text"), self.responses[-1].get("blocks")))
            return web.Response(text="ok")
        return await self._called(request, request.path.removeprefix("/api/").strip("/"))

    async def _called(self, request: web.Request, method: str) -> web.StreamResponse:
        arguments = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append(Call(method=method, arguments=arguments, token=token))
        if self.lost:
            self.lost -= 1
            return _hang_up(request)
        if self.ill:
            self.ill -= 1
            return web.Response(status=503, text="<html>not now</html>", content_type="text/html")
        if self.babbles:
            return web.Response(text="<html>Welcome to the hotel's network</html>", content_type="text/html")
        if self.rests.get(method):
            wait = str(self.rests[method].pop(0))
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": wait})
        return await self._answered(request, method, arguments, token)

    async def _answered(self, request: web.Request, method: str, arguments: Arguments, token: str) -> web.StreamResponse:
        known = self.refuses.get(f"{method} {arguments.get('channel', '')}") or self.refuses.get(method)
        try:
            if token not in {TOKEN, OTHER_TOKEN}:
                raise Refused("invalid_auth")
            if self.unknown.get(token, "-") == arguments.get("channel"):
                raise Refused("channel_not_found")
            if known:
                raise Refused(known)
            answer = METHODS[method](self, arguments) if method in METHODS else None
            if answer is None:
                self.faults.append(f"unknown method {method}")
                raise Refused("unknown_method")
        except Refused as refused:
            return web.json_response({"ok": False, "error": str(refused), "needed": "chat:write"})
        except AssertionError as wrong:
            self.faults.append(f"{method}: {wrong}")
            return web.json_response({"ok": False, "error": "invalid_blocks"})
        if self.swallows and method.startswith(("chat.post", "files.complete")):
            self.swallows -= 1
            return _hang_up(request)
        return web.json_response({"ok": True, **answer}, headers={"x-oauth-scopes": SCOPES})


def _hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def _arguments(request: web.Request) -> Arguments:
    """A form, whose objects are JSON within; or JSON."""
    if request.content_type == "application/json":
        body = await request.json()
        assert isinstance(body, dict)
        return body
    found: Arguments = dict(request.query.items())
    found |= {name: str(value) for name, value in (await request.post()).items()}
    for name in ("blocks", "metadata", "view", "files"):
        if isinstance(said := found.get(name), str):
            found[name] = json.loads(said)
    return found


@asynccontextmanager
async def slack_double() -> AsyncIterator[SlackDouble]:
    double = SlackDouble()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", double.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handle_signals=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield double
    finally:
        await runner.cleanup()
