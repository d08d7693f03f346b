"""Saying something: a new matter, or more about one."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from channels.api.acting import Doing, IdempotencyKey, RawBody, answer, status_of, take_in
from channels.api.asking import Asking, needs
from channels.api.behind import Behind, Desk
from channels.api.bodies import Addition, FieldFault, InvalidBody, Opening, read_body
from channels.api.deeds import demand_in_sight
from channels.api.envelope import ADD, OPEN
from channels.api.openapi import OF_ONE, WITH_BODY, body_of, done
from channels.api.parse import author_of
from channels.api.sight import InPath, number_of
from intake.desk.permissions import Permission
from intake.domain.errors import InvalidMessage
from intake.domain.token import Token

router = APIRouter(prefix="/tickets")


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    dependencies=[needs(Permission.OPEN_TICKET)],
    responses={**done(201), **WITH_BODY},
    openapi_extra=body_of(Opening),
    summary="Open a ticket",
)
async def open_ticket(request: Request, raw: RawBody, asking: Asking, desk: Desk, key: IdempotencyKey = None) -> JSONResponse:
    """A requester asks for themselves; the desk's own people name the `caller` they write it down for."""
    opening = read_body(Opening, raw)
    try:
        author_of(opening, asking.principal)
    except InvalidMessage as fault:
        raise InvalidBody((FieldFault(field="caller", says=str(fault)),)) from fault
    return await _say(Doing(verb=OPEN, raw=raw, key=key), asking, desk, request.scope["root_path"])


@router.post(
    "/{number}/messages",
    status_code=HTTPStatus.CREATED,
    dependencies=[needs(Permission.ADD_MESSAGE)],
    responses={**done(201), **OF_ONE, **WITH_BODY},
    openapi_extra=body_of(Addition),
    summary="Say more about it",
)
async def add_message(
    number: InPath, request: Request, raw: RawBody, asking: Asking, desk: Desk, key: IdempotencyKey = None
) -> JSONResponse:
    """What was resolved is worked on again; what has long been over gets a ticket of its own."""
    read_body(Addition, raw)
    ticket = number_of(number)
    await asyncio.to_thread(demand_in_sight, ticket, asking.principal, desk)
    return await _say(Doing(verb=ADD, raw=raw, ticket=ticket, key=key), asking, desk, request.scope["root_path"])


async def _say(doing: Doing, asking: Token, desk: Behind, root: str) -> JSONResponse:
    receipt = await take_in(doing, asking, desk)
    answered = await answer(doing, receipt, asking, desk)
    ticket = answered["ticket"]
    headers = {"Location": f"{root}/tickets/{ticket['number']}"} if ticket is not None else {}
    return JSONResponse(answered, status_of(receipt, HTTPStatus.CREATED), headers)
