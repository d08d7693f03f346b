"""Saying no: RFC 9457 problem details, for whatever goes wrong on the way to an answer."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import NotRequired

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from typing_extensions import TypedDict

from channels.api import records as r
from channels.api.bodies import FieldFault, InvalidBody
from intake.domain.errors import Conflict, Forbidden, HelpdeskError, NotFound, PolicyViolation, StoreUnavailable

MEDIA_TYPE = "application/problem+json"
BLANK = "about:blank"
RETRY_SECONDS = 5  # a store that is away, or a queue that is full


class FieldProblem(TypedDict):
    field: str
    says: str


class Problem(TypedDict):
    """RFC 9457. `errors` name the fields of a request that cannot be read, `ticket` is how it stands where that is why."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[FieldProblem]]
    ticket: NotRequired[r.Ticket | r.PublicTicket | None]


class Refused(Exception):
    """What a route answers instead."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        kind: str = BLANK,
        ticket: r.Ticket | r.PublicTicket | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.kind = kind
        self.ticket = ticket


def problem(
    status: HTTPStatus,
    detail: str,
    *,
    kind: str = BLANK,
    errors: Sequence[FieldFault] = (),
    ticket: r.Ticket | r.PublicTicket | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """`kind` is a stable name of the problem, a relative reference."""
    body: Problem = {"type": kind, "title": status.phrase, "status": status.value, "detail": detail}
    if errors:
        body["errors"] = [{"field": fault.field, "says": fault.says} for fault in errors]
    if ticket is not None:
        body["ticket"] = ticket
    return JSONResponse(body, status_code=status.value, headers=headers, media_type=MEDIA_TYPE)


def unavailable() -> JSONResponse:
    detail = "The desk cannot write or read right now: send the same again in a moment"
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": str(RETRY_SECONDS)})


def answer_problems(api: FastAPI) -> None:
    """Whatever a route raises leaves as a problem; what nobody foresaw says nothing about itself."""
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(HelpdeskError, _helpdesk_error)
    api.add_exception_handler(RequestValidationError, _unreadable)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(Exception, _fault)


async def _refused(_request: Request, fault: Exception) -> JSONResponse:
    assert isinstance(fault, Refused)
    return problem(fault.status, fault.detail, kind=fault.kind, ticket=fault.ticket)


async def _helpdesk_error(request: Request, fault: Exception) -> JSONResponse:
    match fault:
        case InvalidBody():
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The body cannot be read", kind=INVALID, errors=fault.faults)
        case StoreUnavailable() | Conflict():
            return unavailable()
        case Forbidden() | NotFound() | PolicyViolation():
            return problem(_STATUS[type(fault)], str(fault))
        case _:
            return await _fault(request, fault)


async def _unreadable(_request: Request, fault: Exception) -> JSONResponse:
    assert isinstance(fault, RequestValidationError)
    errors = [
        FieldFault(field=".".join(str(part) for part in error["loc"][1:]), says=error["msg"].removeprefix("Value error, "))
        for error in fault.errors()
    ]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The request cannot be read", kind=INVALID, errors=errors)


async def _http(_request: Request, fault: Exception) -> JSONResponse:
    assert isinstance(fault, HTTPException)
    status = HTTPStatus(fault.status_code)
    return problem(status, status.description or status.phrase, headers=fault.headers)


async def _fault(_request: Request, _fault: Exception) -> JSONResponse:
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "A fault of the desk's own: its log has the details")


INVALID = "/problems/invalid-request"
CONFLICT = "/problems/conflict"
KEY_REUSED = "/problems/idempotency-key-reused"

_STATUS: Mapping[type[HelpdeskError], HTTPStatus] = {
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    PolicyViolation: HTTPStatus.CONFLICT,
}
