"""One route for each thing that can be done to a ticket, made from the table of deeds."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse

from channels.api.acting import Doing, IdempotencyKey, RawBody, answer, status_of, take_in
from channels.api.asking import Asking, needs
from channels.api.behind import Behind, Desk
from channels.api.bodies import read_body
from channels.api.openapi import OF_ONE, WITH_BODY, body_of, done, problems
from channels.api.sight import InPath, line_for, number_of
from intake.domain.deed import DEEDS, Deed, PressKey, ReportDelivery
from intake.domain.principal import Principal, Role

BY_DEVICES = frozenset({PressKey, ReportDelivery})  # their word counts only where a channel vouches for the device

LARGE = 256 * 1024  # bytes

router = APIRouter(prefix="/tickets/{number}")

IfMatch: TypeAlias = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^"[0-9]{1,18}"$',
        description="The revision that you saw (ETag): if the ticket has changed since, nothing is done and you are told.",
    ),
]
Route = Callable[..., Awaitable[JSONResponse]]


def _route(deed: type[Deed]) -> Route:
    async def do(
        number: InPath,
        raw: RawBody,
        asking: Asking,
        desk: Desk,
        seen: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> JSONResponse:
        await _checked(deed, raw)
        ticket = number_of(number)
        if asking.principal.role is Role.REQUESTER:
            await asyncio.to_thread(demand_in_sight, ticket, asking.principal, desk)
        doing = Doing(verb=deed.verb, raw=raw, ticket=ticket, seen=int(seen.strip('"')) if seen else None, key=key)
        receipt = await take_in(doing, asking, desk)
        return JSONResponse(await answer(doing, receipt, asking, desk), status_of(receipt))

    return do


async def _checked(deed: type[Deed], raw: bytes) -> None:
    """Raises InvalidBody. Files are read off the event loop."""
    if len(raw) > LARGE:
        await asyncio.to_thread(read_body, deed, raw)
    else:
        read_body(deed, raw)


def demand_in_sight(ticket: int, by: Principal, desk: Behind) -> None:
    """Before anything is kept of it. Raises NotFound."""
    with desk.library.looking() as reader:
        line_for(by, ticket, reader)


for _deed in DEEDS.values():
    if _deed not in BY_DEVICES:
        _summary, _, _rest = (inspect.getdoc(_deed) or "").partition("\n")
        router.add_api_route(
            f"/{_deed.verb}",
            _route(_deed),
            methods=["POST"],
            dependencies=[needs(_deed)],
            responses={**done(200), **OF_ONE, **WITH_BODY, **problems(409)},
            openapi_extra=body_of(_deed),
            operation_id=_deed.verb,
            summary=_summary,
            description=_rest.strip(),
        )
