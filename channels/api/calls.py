"""Phone calls, as they came; what was said and done in them is on the timeline of their tickets."""

from typing import Annotated

from fastapi import APIRouter, Query

from channels.api import call_records as r
from channels.api import call_shapes
from channels.api.asking import needs
from channels.api.behind import Desk
from channels.api.pages import Page, Paged, page
from intake.desk.permissions import Permission

router = APIRouter(prefix="/calls")


@router.get("", dependencies=[needs(Permission.SEE_TICKETS)], summary="Phone calls, the newest first")
def calls(wanted: Annotated[Paged, Query()], desk: Desk) -> Page[r.Call]:
    with desk.library.looking() as reader:
        found = reader.calls(before=wanted.before, limit=wanted.limit + 1)
    return page(found, wanted.limit, lambda call: call.id, call_shapes.call)
