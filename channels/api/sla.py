"""The clocks of a ticket with the reasons, and open tickets by what is due next."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from channels.api import sla_records as r
from channels.api import sla_shapes
from channels.api.asking import Asking, needs
from channels.api.behind import Desk
from channels.api.openapi import OF_ONE
from channels.api.sight import InPath, line_for, number_of
from intake.desk.permissions import Permission

NOBODY = "-"

router = APIRouter()


class QueueWanted(BaseModel):
    """A misspelt filter is refused: it would let everything through."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=50, ge=1, le=200, description="At most so many.")
    team: tuple[str, ...] = ()
    assigned_to: str | None = Field(default=None, description="A name; `-` is nobody.")
    mine: bool = Field(default=False, description="What is assigned to whoever this token speaks for.")


@router.get(
    "/tickets/{number}/sla",
    dependencies=[needs(Permission.SEE_TICKETS)],
    responses=OF_ONE,
    summary="A ticket's clocks, and every stretch that counts or does not",
)
def sla(number: InPath, asking: Asking, desk: Desk) -> r.Sla:
    """Worked out from the ticket's events, under the policy that was in force when it was opened."""
    with desk.library.looking() as reader:
        line = line_for(asking.principal, number_of(number), reader)
        story = reader.story(line.ticket.number)
        assert story is not None  # the reader sees one moment
        kept = reader.sla_policy(line.ticket.policy)
    now = desk.clock()
    version, explained = sla_shapes.explained(story, kept, desk.policy.sla, desk.policy.version, now)
    return sla_shapes.sla(story, version, explained, now)


@router.get("/queue", dependencies=[needs(Permission.SEE_TICKETS)], summary="Open tickets, what is due first comes first")
def queue(wanted: Annotated[QueueWanted, Query()], asking: Asking, desk: Desk) -> list[r.QueuedTicket]:
    assigned_to = asking.principal.name if wanted.mine else "" if wanted.assigned_to == NOBODY else wanted.assigned_to
    with desk.library.looking() as reader:
        lines = reader.queue(wanted.team, assigned_to, wanted.limit)
    now = desk.clock()
    return [sla_shapes.queued(line, now) for line in lines]
