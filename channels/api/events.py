"""The timeline of all tickets, to be read on and on."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from channels.api import records as r
from channels.api import shapes
from channels.api.asking import needs
from channels.api.behind import Desk
from channels.api.bodies import LARGEST_NUMBER
from channels.api.openapi import OF_ONE
from channels.api.pages import Onward
from channels.api.sight import number_of
from intake.desk.permissions import Permission
from intake.domain.event import EventKind

router = APIRouter()


class EventsWanted(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    after: int = Field(default=0, ge=0, le=LARGEST_NUMBER, description="From `next` of the page before.")
    ticket: str | None = Field(default=None, description="`HD-1042` or `1042`.")
    kind: tuple[EventKind, ...] = ()
    limit: int = Field(default=50, ge=1, le=200, description="At most so many.")


@router.get("/events", dependencies=[needs(Permission.SEE_EVENTS)], responses=OF_ONE, summary="What happened, the oldest first")
def events(wanted: Annotated[EventsWanted, Query()], desk: Desk) -> Onward[r.EventOfTicket]:
    """Ask again with `after` from `next`: nothing is told twice."""
    ticket = number_of(wanted.ticket) if wanted.ticket is not None else None
    with desk.library.looking() as reader:
        found = reader.events(ticket=ticket, kinds=wanted.kind, after=wanted.after, limit=wanted.limit)
    return {
        "items": [shapes.event_of_ticket(event) for event in found],
        "next": {"after": found[-1].id} if found else None,
    }
