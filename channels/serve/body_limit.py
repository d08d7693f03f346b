"""No request's body is larger than this, also where it does not say beforehand how large it will be."""

import json
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEGABYTE = 1024 * 1024


class _TooLarge(Exception):
    """Whoever is reading the body need not go on."""


class BodyLimit:
    """In front of one app. It counts what is read and keeps none of it: whoever is turned away at the door sent for nothing.

    `most_at` are other limits by the last part of a path.
    """

    def __init__(self, app: ASGIApp, *, most: int = MEGABYTE, most_at: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._most = most
        self._most_at = most_at or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most_at.get(str(scope["path"]).rpartition("/")[2], self._most)
        if _declared(scope) > most:
            await _refusal(most)(scope, receive, send)
            return
        taken = 0
        started = False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise _TooLarge
            return message

        async def answer(message: Message) -> None:
            """Whatever the app makes of a body that was cut off, the answer is ours."""
            nonlocal started
            if taken <= most or started:
                started = True
                await send(message)

        with suppress(_TooLarge):
            await self._app(scope, counted, answer)
        if taken > most and not started:
            await _refusal(most)(scope, receive, send)


def _refusal(most: int) -> Response:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    detail = f"At most {most} bytes are taken in"
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(json.dumps(body), status.value, headers=headers, media_type="application/problem+json")


def _declared(scope: Scope) -> int:
    """What the request says; the server has seen to it that it is a number, if it is there."""
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0
