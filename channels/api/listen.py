"""The API: help-desk software and scripts speak to the desk in JSON, each with a token of its own."""

from importlib import metadata

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp

from channels.api import (
    agreements,
    calls,
    changes,
    deeds,
    events,
    ledger,
    messages,
    oncall,
    outbox,
    people,
    sla,
    storms,
    tickets,
)
from channels.api.behind import Behind
from channels.api.door import Door
from channels.api.openapi import ALWAYS, Api
from channels.api.problem import answer_problems
from channels.api.settings import ApiSettings

NOUNS = (tickets, messages, deeds, events, ledger, outbox, people, oncall, sla, storms, changes, agreements, calls)


def make_api(behind: Behind, settings: ApiSettings) -> ASGIApp:
    """To be mounted at /api/v1."""
    return Door(make_routes(behind), behind.library, settings.api_requests_per_minute)


def make_routes(behind: Behind) -> Api:
    """What lies behind the door: it takes for granted that somebody has looked at the token."""
    api = Api(
        title="Intake desk",
        version=metadata.version("intake-desk"),
        description="Tickets in and out of the help desk. Shapes: docs/shapes.md.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        responses=ALWAYS,
    )
    api.state.behind = behind
    answer_problems(api)
    for noun in NOUNS:
        api.include_router(noun.router)

    @api.get("/openapi.json", include_in_schema=False)
    def openapi(request: Request) -> JSONResponse:  # not async: the first time takes a second, and nobody must wait for it
        return JSONResponse({**api.openapi(), "servers": [{"url": request.scope["root_path"]}]})

    return api
