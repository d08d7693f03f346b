"""The outbox: what is to be sent and how far that got; try again, let out what is held, or give up."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from channels.api import records as r
from channels.api import shapes
from channels.api.acting import RawBody
from channels.api.asking import Asking, needs
from channels.api.behind import Desk
from channels.api.bodies import LARGEST_NUMBER, GivingUp, read_body
from channels.api.openapi import OF_ONE, WITH_BODY, body_of, problems
from channels.api.pages import Page, Paged, page
from channels.api.sight import number_of
from intake.desk.gate import Cap
from intake.desk.incoming import clean
from intake.desk.permissions import Permission
from intake.domain.channel import Channel
from intake.domain.delivery import DeliveryState
from intake.domain.held import WhichHeld

router = APIRouter(prefix="/outbox")

Id = Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]
CHANGED = {**OF_ONE, **problems(409), **problems(413)}


class OutboxWanted(Paged):
    state: tuple[DeliveryState, ...] = ()
    ticket: str | None = None


class Releasing(BaseModel):
    """A misspelt filter is refused: it would let everything out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = Field(default="", max_length=320, description="To whom.")
    channel: Channel | None = None
    ticket: str | None = Field(default=None, max_length=20)
    because: Cap | None = Field(default=None, description="Which cap holds it.")
    everything: bool = Field(default=False, description="Whatever is held.")
    limit: int = Field(default=500, ge=1, le=500, description="At most so many.")


class Released(TypedDict):
    """How many were let out, and whether there may be more."""

    released: int
    more: bool


@router.get("", dependencies=[needs(Permission.SEE_OUTBOX)], responses=OF_ONE, summary="Deliveries, the newest first")
def outbox(wanted: Annotated[OutboxWanted, Query()], desk: Desk) -> Page[r.OutboxDelivery]:
    ticket = number_of(wanted.ticket) if wanted.ticket is not None else None
    with desk.library.looking() as reader:
        found = reader.outbox(states=wanted.state, ticket=ticket, before=wanted.before, limit=wanted.limit + 1)
    return page(found, wanted.limit, lambda delivery: delivery.id, shapes.outbox_delivery)


@router.post("/{id}/retry", dependencies=[needs(Permission.WORK_OUTBOX)], responses=CHANGED, summary="Try it again now")
async def retry(id: Id, asking: Asking, desk: Desk) -> r.OutboxDelivery:
    """Whatever the outbound gate held back, and however old it is."""
    return shapes.outbox_delivery(await desk.office.retry(id, asking.principal.name))


@router.post(
    "/release",
    dependencies=[needs(Permission.WORK_OUTBOX)],
    responses=OF_ONE,
    summary="Let out what the outbound gate holds",
)
async def release(wanted: Annotated[Releasing, Query()], asking: Asking, desk: Desk) -> Released:
    """All that fits, the oldest first; without a filter nothing, but for `everything`. Ask again while there is more."""
    ticket = number_of(wanted.ticket) if wanted.ticket is not None else None
    which = WhichHeld(address=clean(wanted.address), channel=wanted.channel, ticket=ticket, because=wanted.because or "")
    if which.is_everything and not wanted.everything:
        return {"released": 0, "more": False}
    released = await desk.office.release(which, wanted.limit, asking.principal.name)
    return {"released": released, "more": released == wanted.limit}


@router.post(
    "/{id}/give-up",
    dependencies=[needs(Permission.WORK_OUTBOX)],
    responses={**CHANGED, **WITH_BODY},
    openapi_extra=body_of(GivingUp),
    summary="Never send it",
)
async def give_up(id: Id, raw: RawBody, asking: Asking, desk: Desk) -> r.OutboxDelivery:
    why = read_body(GivingUp, raw).reason
    return shapes.outbox_delivery(await desk.office.give_up(id, why, asking.principal.name))
