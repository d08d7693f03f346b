"""Looking at tickets: lists, one of them with all that was said and done, queues, the timeline, files."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import HTMLResponse
from pydantic import Field

from channels.api import records as r
from channels.api import shapes
from channels.api.asking import Asking, needs
from channels.api.behind import Desk
from channels.api.bodies import LARGEST_NUMBER
from channels.api.openapi import OF_ONE, Part
from channels.api.pages import Page, Paged, page
from channels.api.public_shapes import public_messages, public_story, public_ticket
from channels.api.sight import InPath, line_for, number_of, own_contacts
from intake.desk.permissions import Permission
from intake.desk.reading import Reader, TicketFilter
from intake.domain.address_shape import address_in
from intake.domain.channel import Address, Channel
from intake.domain.errors import Forbidden, NotFound
from intake.domain.label import Kind, Priority
from intake.domain.principal import Principal, Role
from intake.domain.story import TicketLine, TicketStory
from intake.domain.ticket import State, Tier
from intake.domain.ticket_message import Direction, TicketMessage

NOBODY = "-"
BYTES: dict[int | str, Part] = {200: {"description": "The bytes as they came", "content": {"application/octet-stream": {}}}}

PAGE: dict[int | str, Part] = {200: {"description": "A page", "content": {"text/html": {"schema": {"type": "string"}}}}}
SANDBOX = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"

router = APIRouter()


class TicketsWanted(Paged):
    state: tuple[State, ...] = ()
    kind: tuple[Kind, ...] = ()
    priority: tuple[Priority, ...] = ()
    tier: tuple[Tier, ...] = ()
    assignment_group: tuple[str, ...] = ()
    assigned_to: str | None = Field(default=None, description="A name; `-` is nobody.")
    caller: str | None = Field(default=None, description="Any address of whoever asked.")

    @property
    def inside(self) -> bool:
        """It asks by what a requester does not see."""
        return bool(self.tier or self.assignment_group) or self.assigned_to is not None or self.caller is not None


@router.get("/tickets", dependencies=[needs(Permission.SEE_OWN_TICKETS)], summary="Tickets, the newest first")
def tickets(wanted: Annotated[TicketsWanted, Query()], asking: Asking, desk: Desk) -> Page[r.Ticket] | Page[r.PublicTicket]:
    """A requester sees the own ones, and asks by state, kind and priority alone."""
    with desk.library.looking() as reader:
        which = _filter(wanted, asking.principal, reader)
        lines = reader.tickets(which, before=wanted.before, limit=wanted.limit + 1)
    if asking.principal.role is Role.REQUESTER:
        return page(lines, wanted.limit, _number, public_ticket)
    return page(lines, wanted.limit, _number, shapes.ticket)


@router.get("/tickets/{number}", dependencies=[needs(Permission.SEE_OWN_TICKETS)], responses=OF_ONE, summary="One ticket")
def ticket(number: InPath, asking: Asking, desk: Desk, response: Response) -> r.TicketStory | r.PublicStory:
    """With all that was said and done. ETag names its revision, for `If-Match`."""
    with desk.library.looking() as reader:
        line = line_for(asking.principal, number_of(number), reader)
        story = _story(line, reader)
        if asking.principal.role is not Role.REQUESTER:
            change, fixes = reader.change(line.ticket.number), reader.fixes(line.ticket.number)
            answer: r.TicketStory | r.PublicStory = shapes.ticket_story(story, change, fixes)
        else:
            number_seen = line.ticket.number
            answer = public_story(story, reader.answers_from_elsewhere(number_seen), reader.change(number_seen))
    response.headers["ETag"] = f'"{line.ticket.revision}"'
    return answer


@router.get("/queues", dependencies=[needs(Permission.SEE_TICKETS)], summary="How many open tickets wait where")
def queues(desk: Desk) -> list[r.Queue]:
    with desk.library.looking() as reader:
        return [shapes.queue(depth) for depth in reader.queues()]


@router.get(
    "/tickets/{number}/messages/{id}/attachments/{position}",
    dependencies=[needs(Permission.SEE_OWN_TICKETS)],
    responses={**OF_ONE, **BYTES},
    response_class=Response,
    summary="A file that came with a message",
)
def attachment(
    number: InPath,
    id: Annotated[int, Path(ge=1, le=LARGEST_NUMBER)],
    position: Annotated[int, Path(ge=0, le=10_000)],
    asking: Asking,
    desk: Desk,
) -> Response:
    """Never to be opened in a browser: it may be anything."""
    with desk.library.looking() as reader:
        line = line_for(asking.principal, number_of(number), reader)
        messages = _messages(line, asking.principal, reader)
        found = reader.attachment(id, position) if any(message.id == id for message in messages) else None
    if found is None:
        raise NotFound("There is no such file")
    file, content = found
    return as_download(content, file.name or "unnamed")


@router.get(
    "/tickets/{number}/messages/{id}/html",
    dependencies=[needs(Permission.SEE_TICKETS)],
    responses={**OF_ONE, **PAGE},
    response_class=HTMLResponse,
    summary="How a mail looks",
)
def html(number: InPath, id: Annotated[int, Path(ge=1, le=LARGEST_NUMBER)], asking: Asking, desk: Desk) -> HTMLResponse:
    """Made safe each time it is looked at: no scripts, no forms, no pictures from elsewhere. 404 where the message has none."""
    with desk.library.looking() as reader:
        line = line_for(asking.principal, number_of(number), reader)
        message = next((each for each in _messages(line, asking.principal, reader) if each.id == id), None)
        raw = _mail(message, reader) if message is not None else None
    page = desk.page_of(raw) if raw is not None else None
    if page is None:
        raise NotFound("There is no such page")
    return HTMLResponse(f"<!DOCTYPE html><meta charset=utf-8>{page}", headers={"Content-Security-Policy": SANDBOX})


def _mail(message: TicketMessage, reader: Reader) -> bytes | None:
    """The bytes that a message came with, if it came by mail."""
    if message.direction is not Direction.IN or message.ledger is None:
        return None
    entry = reader.entry(message.ledger)
    return reader.raw(entry) if entry is not None and entry.channel is Channel.EMAIL else None


def as_download(content: bytes, name: str) -> Response:
    """To be kept, not shown (RFC 6266)."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type="application/octet-stream", headers={"Content-Disposition": disposition})


def _filter(wanted: TicketsWanted, by: Principal, reader: Reader) -> TicketFilter:
    callers = None
    if by.role is Role.REQUESTER:
        if wanted.inside:
            raise Forbidden("You may ask by state, kind and priority")
        callers = own_contacts(by.address, reader)
    elif wanted.caller is not None:
        callers = own_contacts(_address(wanted.caller), reader)
    return TicketFilter(
        states=wanted.state,
        kinds=wanted.kind,
        priorities=wanted.priority,
        tiers=wanted.tier,
        assignment_groups=wanted.assignment_group,
        assigned_to="" if wanted.assigned_to == NOBODY else wanted.assigned_to,
        callers=callers,
    )


def _address(text: str) -> Address | None:
    """What is no address is nobody's."""
    try:
        return address_in(text)
    except ValueError:
        return None


def _number(line: TicketLine) -> int:
    return line.ticket.number


def _story(line: TicketLine, reader: Reader) -> TicketStory:
    story = reader.story(line.ticket.number)
    assert story is not None  # the reader sees one moment
    return story


def _messages(line: TicketLine, by: Principal, reader: Reader) -> list[TicketMessage]:
    """Those of a ticket whose files this principal may have."""
    messages = [*_story(line, reader).messages]
    if by.role is not Role.REQUESTER:
        return messages
    return public_messages([*messages, *reader.answers_from_elsewhere(line.ticket.number)])
