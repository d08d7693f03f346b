"""Work agreements: looking at them, and the few things that are done with them. They are no tickets."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, TypeAlias
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from channels.api import agreement_csv, agreement_shapes, shapes
from channels.api import agreement_records as r
from channels.api.acting import Doing, IdempotencyKey, RawBody, as_told, refusal_told, status_of, take_in
from channels.api.asking import Asking, needs
from channels.api.behind import Behind, Desk
from channels.api.bodies import read_agreement_deed, read_body
from channels.api.openapi import OF_ONE, WITH_BODY, Part, agreement_done, body_of, problems
from channels.api.problem import CONFLICT, Refused
from intake.desk.permissions import Permission
from intake.domain.agreement import AgreementLine, AgreementStory
from intake.domain.deed import AGREEMENT_DEEDS, AgreementDeed, OpenAgreement
from intake.domain.deeds_on_agreements import LONGEST_NAME
from intake.domain.errors import NotFound
from intake.domain.receipt import Receipt, Refusal
from intake.domain.token import Token

CSV: dict[int | str, Part] = {
    200: {"description": "The book (RFC 4180)", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
_STATUS = {Refusal.FORBIDDEN: HTTPStatus.FORBIDDEN, Refusal.NOT_FOUND: HTTPStatus.NOT_FOUND}

router = APIRouter(prefix="/agreements")

InPath: TypeAlias = Annotated[str, Path(min_length=1, description="An agreement's name.", examples=["ACME 2026"])]
Route = Callable[..., Awaitable[JSONResponse]]


@router.get("", dependencies=[needs(Permission.SEE_TICKETS)], summary="Work agreements, by name")
def agreements(
    desk: Desk, also_closed: Annotated[bool, Query(description="Also those that are closed.")] = False
) -> list[r.Agreement]:
    with desk.library.looking() as reader:
        return [agreement_shapes.agreement(line) for line in reader.agreements(also_closed=also_closed)]


@router.get(
    "/{name}.csv",
    dependencies=[needs(Permission.SEE_TICKETS)],
    responses={**OF_ONE, **CSV},
    response_class=Response,
    summary="An agreement's book as CSV",
)
def book(name: InPath, desk: Desk) -> Response:
    """Line by line as it was written, with the balance after each."""
    content = agreement_csv.book(_story(name, desk))
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}.csv"
    headers = {"Content-Disposition": disposition}
    return Response(content.encode("utf-8"), media_type="text/csv; charset=utf-8; header=present", headers=headers)


@router.get("/{name}", dependencies=[needs(Permission.SEE_TICKETS)], responses=OF_ONE, summary="One agreement, with its book")
def agreement(name: InPath, desk: Desk) -> r.AgreementStory:
    return agreement_shapes.agreement_story(_story(name, desk))


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    dependencies=[needs(OpenAgreement)],
    responses={**agreement_done(201), **OF_ONE, **WITH_BODY, **problems(409)},
    openapi_extra=body_of(OpenAgreement),
    operation_id=OpenAgreement.verb,
    summary="Enter a work agreement",
)
async def open_agreement(
    request: Request, raw: RawBody, asking: Asking, desk: Desk, key: IdempotencyKey = None
) -> JSONResponse:
    opened = read_body(OpenAgreement, raw).agreement
    answered = await _do(Doing(verb=OpenAgreement.verb, raw=raw, key=key), opened, asking, desk, HTTPStatus.CREATED)
    if answered.status_code == HTTPStatus.CREATED:
        answered.headers["Location"] = f"{request.scope['root_path']}/agreements/{quote(opened, safe='')}"
    return answered


def _route(deed: type[AgreementDeed]) -> Route:
    async def do(name: InPath, raw: RawBody, asking: Asking, desk: Desk, key: IdempotencyKey = None) -> JSONResponse:
        read_agreement_deed(deed, raw, name)
        return await _do(Doing(verb=deed.verb, raw=raw, agreement=name, key=key), name, asking, desk, HTTPStatus.OK)

    return do


async def _do(doing: Doing, name: str, asking: Token, desk: Behind, well: HTTPStatus) -> JSONResponse:
    receipt = await take_in(doing, asking, desk)
    _demand_done(receipt, asking)
    line = await asyncio.to_thread(_line, name, desk)
    done: r.AgreementDone = {
        "receipt": shapes.receipt(as_told(receipt)),
        "agreement": agreement_shapes.agreement(line) if line is not None else None,
    }
    return JSONResponse(done, status_of(receipt, well))


def _demand_done(receipt: Receipt, asking: Token) -> None:
    """Raises Refused."""
    if (refusal := receipt.refusal) is not None:
        status = _STATUS.get(refusal, HTTPStatus.CONFLICT)
        detail = refusal_told(receipt, asking.principal)
        raise Refused(status, detail, kind=CONFLICT) if status is HTTPStatus.CONFLICT else Refused(status, detail)


def _line(name: str, desk: Behind) -> AgreementLine | None:
    with desk.library.looking() as reader:
        story = reader.agreement(name)
    return story.line if story is not None else None


def _story(name: str, desk: Behind) -> AgreementStory:
    with desk.library.looking() as reader:
        story = reader.agreement(name) if len(name) <= LONGEST_NAME and name.isprintable() else None
    if story is None:
        raise NotFound("There is no such agreement")
    return story


for _deed in AGREEMENT_DEEDS.values():
    if _deed is not OpenAgreement:
        _summary, _, _rest = (inspect.getdoc(_deed) or "").partition("\n")
        router.add_api_route(
            f"/{{name}}/{_deed.verb}",
            _route(_deed),
            methods=["POST"],
            dependencies=[needs(_deed)],
            responses={**agreement_done(200), **OF_ONE, **WITH_BODY, **problems(409)},
            openapi_extra=body_of(_deed, without="agreement"),
            operation_id=_deed.verb,
            summary=_summary,
            description=_rest.strip(),
        )
