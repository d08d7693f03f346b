"""The door: nothing of a request is read before it is known whose it is, and that they are not too many."""

import asyncio
from http import HTTPStatus
from math import ceil
from time import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.api.bearer import Bearer, holder, parse_bearer
from channels.api.problem import problem, unavailable
from intake.desk.reading import Library
from intake.domain.errors import HelpdeskError
from intake.domain.token import Token

OPEN = frozenset({"/openapi.json"})
REALM = 'Bearer realm="intake"'


class Rate:
    """How often each token may ask, counted in this process. `allow` answers the seconds to wait, or 0."""

    def __init__(self, per_minute: int) -> None:
        self._limit = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def allow(self, token: int) -> int:
        if self._limiter.hit(self._limit, str(token)):
            return 0
        return max(1, ceil(self._limiter.get_window_stats(self._limit, str(token)).reset_time - time()))


class Door:
    """In front of the API. What it lets in carries its token as `request.state.token`."""

    def __init__(self, api: ASGIApp, library: Library, per_minute: int) -> None:
        self._api = api
        self._library = library
        self._rate = Rate(per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        answer = _private(send)
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
        if path in OPEN:
            await self._api(scope, receive, answer)
            return
        refusal = await self._let_in(scope)
        await (refusal or self._api)(scope, receive, answer)

    async def _let_in(self, scope: Scope) -> Response | None:
        """Why not, if not."""
        shown = Headers(scope=scope).getlist("authorization")
        bearer = parse_bearer(shown[0]) if len(shown) == 1 else None
        if bearer is None:
            return _unknown("This needs a token: Authorization: Bearer hd_…", REALM)
        try:
            token = await asyncio.to_thread(self._holder, bearer)
        except HelpdeskError:
            return unavailable()
        if token is None:
            return _unknown("This token is not valid, or was revoked", f'{REALM}, error="invalid_token"')
        if seconds := self._rate.allow(token.id):
            detail = f"Too many requests with this token: go on in {seconds} seconds"
            return problem(HTTPStatus.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(seconds)})
        scope["state"] = {**scope.get("state", {}), "token": token}
        return None

    def _holder(self, bearer: Bearer) -> Token | None:
        with self._library.looking() as reader:
            return holder(bearer, reader)


def _unknown(detail: str, challenge: str) -> Response:
    return problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})


def _private(send: Send) -> Send:
    """No cache keeps an answer, and no browser guesses what it is."""

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Cache-Control"] = "no-store"
            headers["X-Content-Type-Options"] = "nosniff"
        await send(message)

    return answer
