"""The channels that come by web, each at its path, each made when somebody first knocks: a desk that only takes mail does
not carry their weight."""

import asyncio
from collections.abc import Callable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from channels.serve.back_office import OfficeAtWork
from channels.serve.body_limit import BodyLimit
from channels.serve.compose import Parts
from channels.serve.reception import Reception
from channels.serve.writer import Writer


class Later:
    """`make` runs once, off the event loop: it takes a good part of a second."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._app: ASGIApp | None = None
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            async with self._turn:
                if self._app is None:
                    self._app = await asyncio.to_thread(self._make)
        await self._app(scope, receive, send)


def web_doors(parts: Parts, reception: Reception, writer: Writer) -> Mapping[str, ASGIApp]:
    def make_api() -> ASGIApp:
        from channels.api import listen  # noqa: PLC0415 - see above
        from channels.api.behind import Behind  # noqa: PLC0415

        behind = Behind(
            receive=reception.receive,
            library=parts.store,
            office=OfficeAtWork(parts, writer, reception.something_to_send.set),
            policy=parts.policy,
            clock=parts.clock,
        )
        return BodyLimit(listen.make_api(behind, parts.settings.api))

    def make_portal() -> ASGIApp:
        from channels.portal import listen  # noqa: PLC0415

        return listen.make_portal(
            receive=reception.receive,
            library=parts.store,
            policy=parts.policy,
            keys=parts.keys,
            clock=parts.clock,
        )

    return {"/api/v1": Later(make_api), "/t": Later(make_portal)}
