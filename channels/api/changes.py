"""Looking at changes and at their calendar; what is done about them are deeds of a ticket."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator, AwareDatetime, Field

from channels.api import change_records as r
from channels.api import change_shapes
from channels.api.asking import needs
from channels.api.behind import Desk
from channels.api.bodies import FieldFault, InvalidBody
from channels.api.change_calendar import MOST_DAYS, calendar_entries, period
from channels.api.change_in_full import change_in_full
from channels.api.openapi import OF_ONE
from channels.api.pages import Page, Paged, page
from channels.api.sight import InPath, number_of
from intake.desk.incoming import clean
from intake.desk.permissions import Permission
from intake.desk.ports_of_changes import ChangeFilter
from intake.domain.change import ChangeKind, ChangeLine, Stage
from intake.domain.errors import NotFound, PolicyViolation

FIRST_YEAR, LAST_YEAR = 1970, 9000

router = APIRouter(prefix="/changes")


class ChangesWanted(Paged):
    stage: tuple[Stage, ...] = ()
    kind: tuple[ChangeKind, ...] = ()
    agreement: str | None = Field(default=None, description="Estimated in this work agreement.")
    incident: str | None = Field(default=None, description="Those that mend it: `HD-7` or `7`.")


def _in_reach(at: datetime) -> datetime:
    if FIRST_YEAR <= at.year <= LAST_YEAR:
        return at
    raise ValueError(f"must lie between {FIRST_YEAR} and {LAST_YEAR}")


At = Annotated[AwareDatetime, AfterValidator(_in_reach)]


@router.get("", dependencies=[needs(Permission.SEE_TICKETS)], responses=OF_ONE, summary="Changes, the newest first")
def changes(wanted: Annotated[ChangesWanted, Query()], desk: Desk) -> Page[r.ChangeRequest]:
    incident = number_of(wanted.incident) if wanted.incident is not None else None
    agreement = clean(wanted.agreement) if wanted.agreement is not None else None
    which = ChangeFilter(stages=wanted.stage, kinds=wanted.kind, agreement=agreement, incident=incident)
    with desk.library.looking() as reader:
        lines = reader.changes(which, before=wanted.before, limit=wanted.limit + 1)
    return page(lines, wanted.limit, _number, change_shapes.change)


@router.get("/calendar", dependencies=[needs(Permission.SEE_TICKETS)], summary="Windows and freezes, the earliest first")
def calendar(
    desk: Desk,
    since: Annotated[At | None, Query(alias="from", description="A moment with its offset; left out: now.")] = None,
    until: Annotated[
        At | None, Query(description=f"Left out: four weeks later. At most {MOST_DAYS} days after the first.")
    ] = None,
) -> list[r.CalendarEntry]:
    """Scheduled changes, those under way and those that are over: at most 2,000."""
    since = since or desk.clock()
    until = until or since + timedelta(weeks=4)
    try:
        period(since, until)
    except PolicyViolation as fault:
        raise InvalidBody((FieldFault(field="until", says=str(fault)),)) from fault
    with desk.library.looking() as reader:
        return list(calendar_entries(reader, desk.policy, since, until))


@router.get("/{number}", dependencies=[needs(Permission.SEE_TICKETS)], responses=OF_ONE, summary="One change")
def change(number: InPath, desk: Desk) -> r.ChangeInFull:
    """With its plans, decisions, tasks and hours, what it waits for, and what else happens in its window."""
    with desk.library.looking() as reader:
        story = reader.change(number_of(number))
        if story is None:
            raise NotFound("This ticket carries no change, or there is none")
        return change_in_full(story, reader, desk.policy, desk.clock())


def _number(line: ChangeLine) -> int:
    return line.ticket.number
