"""Slack's API, which also knows for whose eyes each thing was: who pressed what a form or a word answers."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.slack.events import file
from tests.slack.ids import Payload
from tests.slack.slack_double import SlackDouble
from tests.slack.slack_state import Arguments, Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """`room` and `thread` where everybody there sees it; `only` is the one person who does."""

    says: str
    method: str
    room: str = ""
    thread: str = ""
    only: str = ""


@dataclass(slots=True)
class WatchedDouble(SlackDouble):
    """`expired`: triggers that Slack takes no more. Each is good for one form."""

    expired: set[str] = field(default_factory=set)
    pressed_by: dict[str, str] = field(default_factory=dict)  # trigger -> person
    forms_of: dict[str, str] = field(default_factory=dict)  # view -> person
    seen: list[Shown] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        answer = await SlackDouble.handle(self, request)
        if request.path.startswith("/response/"):
            self._see("response_url", self.responses[-1], only=request.path.rpartition("/")[2])
        return answer

    async def _answered(self, request: web.Request, method: str, arguments: Arguments, token: str) -> web.StreamResponse:
        self._look(Call(method=method, arguments=arguments))
        trigger = str(arguments.get("trigger_id", ""))
        if method == "views.open" and trigger in self.expired:
            return web.json_response({"ok": False, "error": "expired_trigger_id"})
        answer = await SlackDouble._answered(self, request, method, arguments, token)
        if method == "views.open":
            self.expired.add(trigger)
            self.forms_of[list(self.views)[-1]] = self.pressed_by[trigger]
        return answer

    def _look(self, call: Call) -> None:
        """What is only about to be said counts as well: a half of it may stand there."""
        said = call.arguments
        room, thread = str(said.get("channel") or said.get("channel_id") or ""), str(said.get("thread_ts") or "")
        match call.method:
            case "chat.postMessage":
                self._see(call.method, said, room=room, thread=thread)
            case "chat.update":
                before = next((one for one in self.posted(room) if one["ts"] == said["ts"]), {})
                self._see(call.method, said, room=room, thread=str(before.get("thread_ts") or said["ts"]))
            case "chat.postEphemeral":
                self._see(call.method, said, only=str(said["user"]))
            case "views.publish":
                self._see(call.method, said, only=str(said["user_id"]))
            case "views.open":
                self._see(call.method, said, only=self.pressed_by[str(said["trigger_id"])])
            case "views.update":
                self._see(call.method, said, only=self.forms_of[str(said["view_id"])])
            case "files.completeUploadExternal":
                self._see(call.method, said, room=room, thread=thread)
                for name in _ids(said.get("files")):
                    self._see("file", self.uploads.get(name, b"").decode("utf-8", "replace"), room=room, thread=thread)

    def _see(self, method: str, said: object, *, room: str = "", thread: str = "", only: str = "") -> None:
        if room[:1] == "U":
            room = self.room_of(room)
        says = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        self.seen.append(Shown(says=says, method=method, room=room, thread=thread, only=only))


def shared_file(url: str, name: str) -> Payload:
    """As a message has it; `name` is its id among the uploads, and how its owner calls it."""
    stored, _, called = name.partition("/")
    return file(called, id=stored, url_private=f"{url}/files-pri/{stored}", url_private_download=f"{url}/files-pri/{stored}")


def _ids(files: object) -> Iterator[str]:
    assert isinstance(files, list)
    yield from (str(one["id"]) for one in files)


@asynccontextmanager
async def watched_double() -> AsyncIterator[WatchedDouble]:
    double = WatchedDouble()
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
