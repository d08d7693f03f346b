"""Looking at major incidents; what is done about them are deeds of a ticket."""

from typing import Annotated

from fastapi import APIRouter, Query

from channels.api import storm_records as r
from channels.api import storm_shapes
from channels.api.asking import needs
from channels.api.behind import Desk
from channels.api.openapi import OF_ONE
from channels.api.pages import Page, Paged, page
from channels.api.sight import InPath, number_of
from intake.desk.permissions import Permission
from intake.domain.errors import NotFound
from intake.domain.storm import Standing, StormLine

router = APIRouter(prefix="/storms")


class StormsWanted(Paged):
    standing: tuple[Standing, ...] = ()


@router.get("", dependencies=[needs(Permission.SEE_TICKETS)], summary="Major incidents, the newest first")
def storms(wanted: Annotated[StormsWanted, Query()], desk: Desk) -> Page[r.Storm]:
    with desk.library.looking() as reader:
        lines = reader.storms(standing=wanted.standing, before=wanted.before, limit=wanted.limit + 1)
    return page(lines, wanted.limit, _number, storm_shapes.storm)


@router.get("/{number}", dependencies=[needs(Permission.SEE_TICKETS)], responses=OF_ONE, summary="One, with its reports")
def storm(number: InPath, desk: Desk) -> r.StormStory:
    with desk.library.looking() as reader:
        story = reader.storm(number_of(number))
    if story is None:
        raise NotFound("There is no such major incident")
    return storm_shapes.storm_story(story)


def _number(line: StormLine) -> int:
    return line.storm.parent
