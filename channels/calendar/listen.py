"""The feed on the web, at an address that names an agent and that we signed; calendar programs have no other way to log in."""

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from channels.calendar.rate import Rate, TooOften
from channels.calendar.render import MEDIA_TYPE, Entries, render
from intake.desk.keys import KeyRing
from intake.desk.policy import Policy
from intake.desk.ports import Clock
from intake.desk.reading import Library
from intake.desk.signed_names import agent_of_feed_key
from intake.domain.change import ChangeLine, Window
from intake.domain.errors import StoreUnavailable

MOST = 2_000  # entries
# Days from now, from what matters most to what matters least: where there are too many, the rest is left out.
_PERIODS = ((0, 731), (-31, 0), (-122, -31), (-366, -122))
SECONDS_TO_WAIT = 30  # where the store is away
HEADERS: Mapping[str, str] = {
    "Referrer-Policy": "no-referrer",  # the address is the key
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_CACHING: Mapping[str, str] = {"Cache-Control": "private, max-age=300"}
_NOT_KEPT: Mapping[str, str] = {"Cache-Control": "no-store"}


def make_calendar(*, library: Library, policy: Policy, keys: KeyRing, clock: Clock, domain: str, most: int = MOST) -> ASGIApp:
    """To be mounted anywhere. `domain` is the desk's own: UIDs end with it. `most` entries are in a feed."""
    feed = _Feed(library=library, policy=policy, keys=keys, clock=clock, domain=domain, most=most)
    return Starlette(routes=[Route("/{key}.ics", feed.show, methods=["GET", "HEAD"])], exception_handlers={404: feed.missing})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the store said when it was asked at `began` (monotonic seconds): the same for everybody."""

    began: float
    lines: Sequence[ChangeLine] = ()
    fault: str = ""


class _Feed:
    def __init__(self, *, library: Library, policy: Policy, keys: KeyRing, clock: Clock, domain: str, most: int) -> None:
        self._library = library
        self._policy = policy
        self._keys = keys
        self._clock = clock
        self._domain = domain
        self._rate = Rate()
        self._most = most
        self._entries = Entries()
        self._turn = asyncio.Lock()  # threads that all work at once hold up the event loop
        self._seen = Seen(began=-math.inf)

    async def show(self, request: Request) -> Response:
        """The same answer for every address that opens nothing, whatever the reason."""
        agent = agent_of_feed_key(self._keys, str(request.path_params["key"]))
        if agent is None or agent not in self._policy.agents:
            return self.missing(request)
        try:
            self._rate.count(agent, request.client.host if request.client else None)
            feed = await self._feed_of(agent)
        except TooOften as fault:
            return _said("Too often", 429, {"Retry-After": str(fault.retry_after)})
        except StoreUnavailable:
            return _said("The desk cannot look it up now", 503, {"Retry-After": str(SECONDS_TO_WAIT)})
        tag = f'"{sha256(feed).hexdigest()[:32]}"'
        headers = {**HEADERS, **_CACHING, "ETag": tag}
        if _has(request.headers.get("If-None-Match", ""), tag):
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = 'inline; filename="changes.ics"'
        return Response(feed, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)

    def missing(self, _request: Request, _fault: Exception | None = None) -> Response:
        return _said("There is nothing here", 404)

    async def _feed_of(self, agent: str) -> bytes:
        """Of many who ask at once each waits for one look into the store that began after they came. Raises
        StoreUnavailable."""
        came = time.monotonic()
        async with self._turn:
            if self._seen.began < came:
                self._seen = await asyncio.to_thread(self._look)
            if self._seen.fault:
                raise StoreUnavailable(self._seen.fault)
            return await asyncio.to_thread(self._write, self._seen.lines, agent)

    def _look(self) -> Seen:
        began, now = time.monotonic(), self._clock()
        lines: dict[int, ChangeLine] = {}
        try:
            with self._library.looking() as reader:
                for period in _PERIODS:
                    if len(lines) < self._most:
                        found = reader.change_windows(_days(now, *period), self._most)
                        new = [line for line in found if line.change.ticket not in lines]
                        lines |= {line.change.ticket: line for line in new[: self._most - len(lines)]}
        except StoreUnavailable as fault:
            return Seen(began=began, fault=str(fault))
        return Seen(began=began, lines=[lines[number] for number in sorted(lines)])

    def _write(self, lines: Sequence[ChangeLine], agent: str) -> bytes:
        shown = _days(self._clock(), _PERIODS[-1][0], _PERIODS[0][1])
        freezes = [one for one in self._policy.changes.freezes if one.window.overlaps(shown)]
        return render(lines, freezes[: self._most - len(lines)], domain=self._domain, agent=agent, entries=self._entries)


def _days(now: datetime, first: int, last: int) -> Window:
    return Window(starts=now + timedelta(days=first), ends=now + timedelta(days=last), time_zone="UTC")


def _said(text: str, status: int, more: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{text}\n", status, headers={**HEADERS, **_NOT_KEPT, **(more or {})})


def _has(given: str, tag: str) -> bool:
    """If-None-Match: a list, or a star (RFC 9110, 13.1.2); weak or not is the same here."""
    wanted = [one.strip().removeprefix("W/") for one in given[:2_000].split(",")]
    return tag in wanted or wanted == ["*"]
