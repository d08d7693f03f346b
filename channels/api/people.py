"""People: who asks, who works here, and whose token this is."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query

from channels.api import people_shapes
from channels.api import records as r
from channels.api.asking import Asking, needs
from channels.api.behind import Desk
from channels.api.bodies import LARGEST_NUMBER
from channels.api.openapi import OF_ONE
from channels.api.pages import Page, Paged, page
from intake.desk.permissions import Permission
from intake.domain.errors import NotFound
from intake.domain.principal import Role

router = APIRouter()


@router.get("/contacts", dependencies=[needs(Permission.SEE_CONTACTS)], summary="Whoever wrote to the desk, the newest first")
def contacts(wanted: Annotated[Paged, Query()], desk: Desk) -> Page[r.Contact]:
    with desk.library.looking() as reader:
        found = reader.contacts(before=wanted.before, limit=wanted.limit + 1)
    return page(found, wanted.limit, lambda contact: contact.id, people_shapes.contact)


@router.get("/contacts/{id}", dependencies=[needs(Permission.SEE_CONTACTS)], responses=OF_ONE, summary="One of them")
def contact(id: Annotated[int, Path(ge=1, le=LARGEST_NUMBER)], desk: Desk) -> r.Contact:
    with desk.library.looking() as reader:
        found = reader.contact(id)
    if found is None:
        raise NotFound(f"There is no contact {id}")
    return people_shapes.contact(found)


@router.get("/directory", dependencies=[needs(Permission.SEE_DIRECTORY)], summary="Teams, and who works in them")
async def directory(desk: Desk) -> r.Directory:
    return people_shapes.directory(desk.policy)


@router.get("/me", dependencies=[needs(Permission.SEE_OWN_TICKETS)], summary="Whose token this is")
async def me(asking: Asking) -> r.Token:
    """A requester need not know who of the desk made it."""
    token = replace(asking, created_by="the help desk") if asking.principal.role is Role.REQUESTER else asking
    return people_shapes.token(token)
