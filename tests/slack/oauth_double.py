"""A double of what Slack's OAuth asks and answers, on a loopback port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

LASTS = 43_200  # seconds

Answer = dict[str, object]


def granted(**changed: object) -> Answer:
    """As https://api.slack.com/methods/oauth.v2.access shows it."""
    return {
        "ok": True,
        "app_id": "A0DESK0001",
        "authed_user": {"id": "U0BEN00001"},
        "scope": "chat:write,users:read",
        "token_type": "bot",
        "access_token": "xoxe.xoxb-1-first",
        "refresh_token": "xoxe-1-first",
        "expires_in": LASTS,
        "bot_user_id": "U0DESK0001",
        "team": {"id": "T0HOME0001", "name": "Home & Co"},
        "enterprise": None,
        "is_enterprise_install": False,
        **changed,
    }


@dataclass(slots=True, kw_only=True)
class OAuthDouble:
    """`answers` are given in turn, the last one again and again; `status` other than 200 stands for a sick Slack."""

    api_url: str = ""
    answers: list[Answer] = field(default_factory=lambda: [granted()])
    asked: list[dict[str, str]] = field(default_factory=list)
    status: int = 200

    async def access(self, request: web.Request) -> web.Response:
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        if self.status != 200:
            return web.Response(status=self.status, text="<html>not now</html>")
        return web.json_response(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])


@asynccontextmanager
async def oauth_double() -> AsyncIterator[OAuthDouble]:
    double = OAuthDouble()
    app = web.Application()
    app.router.add_post("/api/oauth.v2.access", double.access)
    app.router.add_post("/api/auth.test", _auth_test)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    double.api_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield double
    finally:
        await runner.cleanup()


async def _auth_test(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True, "bot_id": "B0DESK0001", "user_id": "U0DESK0001", "url": "https://x.example/"})
