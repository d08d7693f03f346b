"""The web's own pages: is it alive, is it ready, how is it doing. Without FastAPI, which only the API needs: 6 MB."""

from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp


def make_web(ready: Callable[[], Awaitable[str]], registry: CollectorRegistry, doors: Mapping[str, ASGIApp]) -> Starlette:
    """`ready` answers why the desk is not, or nothing. `doors` are the channels that come by web, each at its path."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(_request: Request) -> Response:
        why_not = await ready()
        return PlainTextResponse(f"{why_not or 'ready'}\n", status_code=503 if why_not else 200)

    def metrics(_request: Request) -> Response:  # not async: asking the database must not hold up the mail
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    pages = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    web = Starlette(routes=[*pages, *(Mount(path, door) for path, door in doors.items())])
    web.router.redirect_slashes = False
    return web
