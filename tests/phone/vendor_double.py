"""A double of the vendor's REST API on a loopback port: what the desk places and sends stands in it, as the vendor lists it."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from aiohttp import web

ACCOUNT = f"AC{'0123456789abcdef' * 2}"
TOKEN = "a-token-of-the-test"
OURS = "+4930901820"
ANN, ROBIN = "+491701234567", "+491709876543"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: its form, several values of one name in their order."""

    path: str
    form: tuple[tuple[str, str], ...] = ()
    authorization: str = ""
    query: str = ""
    accepts: str = ""

    def __getitem__(self, name: str) -> str:
        return next(value for key, value in self.form if key == name)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.form if key == name]


@dataclass(slots=True)
class VendorDouble:
    """`refuses` maps a number to (HTTP status, code); `swallows` counts answers that are lost after the deed is done, `ill`
    those that are errors of its own; one that `babbles` answers with success and a page for people; `media` maps a path to
    (status, headers, body), `piecemeal`: without its length. `now` is its clock."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    made: list[dict[str, str | None]] = field(default_factory=list)
    refuses: dict[str, tuple[int, int]] = field(default_factory=dict)
    media: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    piecemeal: bool = False
    swallows: int = 0
    ill: int = 0
    babbles: bool = False
    lists_nothing: bool = False
    retry_after: str = ""
    now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    @property
    def calls(self) -> list[Asked]:
        return [one for one in self.asked if one.path.endswith("/Calls.json") and one.form]

    @property
    def texts(self) -> list[Asked]:
        return [one for one in self.asked if one.path.endswith("/Messages.json") and one.form]

    def place(
        self,
        kind: str,
        to: str,
        body: str = "",
        *,
        at: datetime | None = None,
        direction: str = "outbound-api",
        status: str = "queued",
    ) -> str:
        """As if somebody else had; its name. `outbound-dial` is a leg of a caller's call, which <Dial> rings."""
        sid = f"{kind}{len(self.made):032x}"
        made: dict[str, str | None] = {
            "sid": sid,
            "to": to,
            "from": OURS,
            "body": body,
            "direction": direction,
            "status": status,
        }
        self.made.append({**made, "date_created": format_datetime(at or self.now), "date_sent": None})
        return sid

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.path in self.media:
            self.asked.append(_asked(request, ()))
            status, headers, body = self.media[request.path]
            answer = web.Response(status=status, headers=headers, body=body)
            if self.piecemeal:
                answer.enable_chunked_encoding()
            return answer
        form = tuple((key, str(value)) for key, value in (await request.post()).items())
        self.asked.append(_asked(request, form))
        if request.headers.get("Authorization") != _basic(TOKEN):
            return _refusal(401, 20003, "Authenticate")
        if self.babbles:
            return web.Response(text="<html>Welcome to the hotel's network</html>")
        kind = "CA" if request.path.endswith("/Calls.json") else "SM"
        return self._listed(request, kind) if request.method == "GET" else await self._made(dict(form), kind)

    def _listed(self, request: web.Request, kind: str) -> web.Response:
        if self.lists_nothing:
            return web.Response(status=500, text="no list today")
        key = "calls" if kind == "CA" else "messages"
        wanted = request.query
        found = [
            one
            for one in reversed(self.made)
            if str(one["sid"]).startswith(kind) and one["to"] == wanted.get("To") and one["from"] == wanted.get("From")
        ]
        return web.json_response({key: found, "next_page_uri": None, "page": 0, "page_size": 50})

    async def _made(self, form: dict[str, str], kind: str) -> web.StreamResponse:
        if self.ill:
            self.ill -= 1
            headers = {"Retry-After": self.retry_after} if self.retry_after else {}
            return web.Response(status=429 if self.retry_after else 503, text="not now", headers=headers)
        if form["To"] in self.refuses:
            status, code = self.refuses[form["To"]]
            return _refusal(status, code, "The vendor's own words")
        sid = self.place(kind, form["To"], form.get("Body", ""))
        if self.swallows:
            self.swallows -= 1
            await asyncio.sleep(30)
        return web.json_response({**self.made[-1], "sid": sid}, status=201)


@asynccontextmanager
async def vendor_double() -> AsyncIterator[VendorDouble]:
    double = VendorDouble()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", double._handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handle_signals=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield double
    finally:
        await runner.cleanup()


def _asked(request: web.Request, form: tuple[tuple[str, str], ...]) -> Asked:
    authorization = request.headers.get("Authorization", "")
    accepts = request.headers.get("Accept-Encoding", "")
    return Asked(path=request.path, form=form, authorization=authorization, query=request.query_string, accepts=accepts)


def _refusal(status: int, code: int, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message, "status": status}, status=status)


def _basic(token: str) -> str:
    return f"Basic {base64.b64encode(f'{ACCOUNT}:{token}'.encode()).decode()}"
