"""Who is on call now, and who next."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator, AwareDatetime

from channels.api import oncall_records as r
from channels.api import oncall_shapes
from channels.api.asking import needs
from channels.api.behind import Desk
from intake.desk.oncall.rotation import FIRST_YEAR, LAST_YEAR
from intake.desk.permissions import Permission

router = APIRouter()


def _in_reach(at: datetime) -> datetime:
    if FIRST_YEAR <= at.year <= LAST_YEAR:
        return at
    raise ValueError(f"at must lie between {FIRST_YEAR} and {LAST_YEAR}")


At = Annotated[AwareDatetime, AfterValidator(_in_reach)]


@router.get("/oncall", dependencies=[needs(Permission.SEE_DIRECTORY)], summary="Who is on call in each rotation, and who next")
async def oncall(
    desk: Desk, at: Annotated[At | None, Query(description="At this moment; left out: now.")] = None
) -> list[r.OnCall]:
    return list(oncall_shapes.rotations(desk.policy, at or desk.clock()))
