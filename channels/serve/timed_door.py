"""How long a door takes to answer, by what was asked."""

from collections.abc import Callable, Collection
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

OTHER = "other"


class TimedDoor:
    """`observe` gets the first part of the path, where that is one of `known`, the status, and the seconds to the beginning of
    the answer."""

    def __init__(self, door: ASGIApp, known: Collection[str], observe: Callable[[str, int, float], None]) -> None:
        self._door = door
        self._known = known
        self._observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._door(scope, receive, send)
            return
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", ""))).lstrip("/").partition("/")[0]
        what, started = path if path in self._known else OTHER, perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._observe(what, int(message["status"]), perf_counter() - started)
            await send(message)

        await self._door(scope, receive, answer)
