"""The web's own pages: is it alive, is it ready, how is it doing."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.types import ASGIApp


def make_web(ready: Callable[[], Awaitable[str]], registry: CollectorRegistry, doors: Mapping[str, ASGIApp]) -> FastAPI:
    """`ready` answers why the desk is not, or nothing. `doors` are the channels that come by web, each at its path."""
    web = FastAPI(title="Intake desk", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)

    @web.get("/healthz")
    async def healthz() -> Response:
        return Response("alive\n", media_type="text/plain")

    @web.get("/readyz")
    async def readyz() -> Response:
        why_not = await ready()
        return Response(f"{why_not or 'ready'}\n", status_code=503 if why_not else 200, media_type="text/plain")

    @web.get("/metrics")
    def metrics() -> Response:  # not async: asking the database must not hold up the mail
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    for path, door in doors.items():
        web.mount(path, door)
    return web
