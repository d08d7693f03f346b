"""Doing something by a request: kept as it came, done once, and answered with what became of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import uuid4

from fastapi import Depends, Header, Request

from channels.api import change_shapes, shapes
from channels.api import records as r
from channels.api.behind import Behind
from channels.api.envelope import asked_of, envelope_of
from channels.api.problem import CONFLICT, KEY_REUSED, Refused
from channels.api.public_shapes import public_receipt, public_ticket
from channels.api.sight import line_for, shape_for
from intake.domain.arrival import Arrival
from intake.domain.change import ChangeLine
from intake.domain.channel import Channel
from intake.domain.errors import NotFound
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome, Receipt, Refusal
from intake.domain.story import TicketLine
from intake.domain.token import Token

IdempotencyKey: TypeAlias = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x20-\x7e]{1,200}$",
        description="Makes it the same request when it is sent again: it is done once, and answered the same.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What is to be done, with the body as it came; `ticket` is None where one is to be opened, and of an
    agreement; `agreement` is what the path names."""

    verb: str
    raw: bytes
    ticket: int | None = None
    seen: int | None = None
    agreement: str = ""
    key: str | None = None


async def _raw_body(request: Request) -> bytes:
    raw = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if raw and kind != "application/json":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "A body must be JSON: Content-Type: application/json")
    return raw


RawBody = Annotated[bytes, Depends(_raw_body)]


async def take_in(doing: Doing, asking: Token, desk: Behind) -> Receipt:
    """Raises StoreUnavailable, or Refused where the key was used for something else."""
    external_id = f"{asking.id}:{doing.key or uuid4()}"
    arrival = Arrival(
        channel=Channel.API,
        received_at=desk.clock(),
        raw=doing.raw,
        envelope=envelope_of(
            asking.principal,
            doing.verb,
            external_id=external_id,
            ticket=doing.ticket,
            seen=doing.seen,
            agreement=doing.agreement,
        ),
    )
    receipt = await desk.receive(arrival)
    if receipt.duplicate:
        await asyncio.to_thread(_demand_same, arrival, receipt, desk)
    return receipt


async def answer(doing: Doing, receipt: Receipt, asking: Token, desk: Behind) -> r.Done | r.PublicDone:
    """What became of it. Raises Refused where nothing did."""
    line, change = await asyncio.to_thread(_found, doing, receipt, asking.principal, desk)
    for_requester = asking.principal.role is Role.REQUESTER
    if (refusal := receipt.refusal) is not None:
        raise _refused(refusal, refusal_told(receipt, asking.principal), line, asking.principal)
    if for_requester:
        return {"receipt": public_receipt(receipt), "ticket": public_ticket(line) if line else None}
    return {
        "receipt": shapes.receipt(as_told(receipt)),
        "ticket": shapes.ticket(line) if line else None,
        "change": change_shapes.change(change) if change else None,
    }


def as_told(receipt: Receipt) -> Receipt:
    """A fault's own words are for whoever mends it."""
    return replace(receipt, reason=_KEPT) if receipt.outcome is Outcome.QUARANTINED else receipt


def status_of(receipt: Receipt, well: HTTPStatus = HTTPStatus.OK) -> HTTPStatus:
    """Of an input that was taken in: kept for later where the desk could do nothing with it yet."""
    return HTTPStatus.ACCEPTED if receipt.outcome is Outcome.QUARANTINED else well


def _demand_same(arrival: Arrival, receipt: Receipt, desk: Behind) -> None:
    """The first request with this key must have been this very one."""
    with desk.library.looking() as reader:
        earlier = reader.entry(receipt.id)
    if (
        earlier is None
        or earlier.sha256 != sha256(arrival.raw).hexdigest()
        or _gist(earlier.envelope) != _gist(arrival.envelope)
    ):
        detail = "This Idempotency-Key was used for another request: take a fresh one"
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, detail, kind=KEY_REUSED)


def _gist(envelope: Mapping[str, str]) -> tuple[str, int | None, int | None, str]:
    asked = asked_of(envelope)
    return asked.verb, asked.ticket, asked.seen, asked.agreement


def _found(doing: Doing, receipt: Receipt, by: Principal, desk: Behind) -> tuple[TicketLine | None, ChangeLine | None]:
    """The ticket that it came to, and its change. That may be another than was named (it was merged), which not everybody may
    see."""
    with desk.library.looking() as reader:
        for number in dict.fromkeys((receipt.ticket, doing.ticket)):
            try:
                if number is not None:
                    line, story = line_for(by, number, reader), reader.change(number)
                    return line, story.line if story is not None else None
            except NotFound:
                continue
    return None, None


def refusal_told(receipt: Receipt, by: Principal) -> str:
    """What a refused one is told."""
    refusal = receipt.refusal
    return _FOR_REQUESTERS[refusal] if refusal and by.role is Role.REQUESTER else receipt.reason.partition(": ")[2]


def _refused(refusal: Refusal, detail: str, line: TicketLine | None, by: Principal) -> Refused:
    if refusal is Refusal.CONFLICT:
        return Refused(HTTPStatus.CONFLICT, detail, kind=CONFLICT, ticket=shape_for(by, line) if line else None)
    return Refused(HTTPStatus.FORBIDDEN if refusal is Refusal.FORBIDDEN else HTTPStatus.NOT_FOUND, detail)


_KEPT = "The desk could not do this; it is kept, and whoever runs the desk will look at it"
# Reasons tell what the desk's own people did.
_FOR_REQUESTERS: Mapping[Refusal, str] = {
    Refusal.FORBIDDEN: "Only who asked may do this",
    Refusal.NOT_FOUND: "There is nothing by that name",
    Refusal.CONFLICT: "The ticket does not allow this now, or has changed since you looked: look again",
}
