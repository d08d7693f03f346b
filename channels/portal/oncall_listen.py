"""The link in a page: one button, for whoever was paged. GET shows, for mail scanners fetch every link; POST answers."""

import asyncio
from dataclasses import replace

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from channels.portal import oncall_signs as signs
from channels.portal.body import TooLarge, is_form, read_body
from channels.portal.listen import SECONDS_TO_WAIT, STYLE_LASTS, Receive, place_of
from channels.portal.oncall_parse import arrival_of
from channels.portal.oncall_visit import OnCallVisit, find, verified
from channels.portal.rate import Rate, TooOften
from channels.portal.render import Renderer, stylesheet
from channels.portal.shield import Shield
from channels.portal.signs import Sign
from intake.desk.keys import KeyRing
from intake.desk.policy import Policy
from intake.desk.ports import Clock
from intake.desk.reading import Library
from intake.domain.errors import HelpdeskError, NotFound, StoreUnavailable


def make_oncall(*, receive: Receive, library: Library, policy: Policy, keys: KeyRing, clock: Clock) -> ASGIApp:
    """To be mounted anywhere, apart from what requesters are shown: neither's links open the other's pages."""
    pages = _Pages(receive=receive, library=library, policy=policy, keys=keys, clock=clock)
    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    showing = ["GET", "HEAD"]
    web.add_api_route("/style.css", pages.style, methods=showing)
    web.add_api_route("/{key}", pages.show, methods=showing)
    web.add_api_route("/{key}", pages.answer, methods=["POST"])
    web.add_exception_handler(404, pages.missing)
    web.add_exception_handler(405, pages.missing)
    web.add_exception_handler(Exception, pages.broken)
    return Shield(web)


class _Pages:
    def __init__(self, *, receive: Receive, library: Library, policy: Policy, keys: KeyRing, clock: Clock) -> None:
        self._receive = receive
        self._library = library
        self._policy = policy
        self._keys = keys
        self._clock = clock
        self._rate = Rate()
        self._renderer = Renderer()
        self._style = stylesheet()

    async def style(self) -> Response:
        return Response(self._style, media_type="text/css", headers={"Cache-Control": STYLE_LASTS})

    async def show(self, request: Request, key: str) -> Response:
        try:
            visit = await self._visit(verified(self._keys, key))
        except HelpdeskError as fault:
            return self._fault(fault, request)
        return HTMLResponse(self._renderer.oncall(visit, place_of(request, key)))

    async def answer(self, request: Request, key: str) -> Response:
        """Somebody is on it. Pressed again, or after somebody else, it changes nothing and says who has it."""
        try:
            delivery = verified(self._keys, key)
            if not is_form(request):
                return self._sign(signs.NO_FORM, request)
            raw = await read_body(request)
            self._rate.count(delivery, request.client.host if request.client else None)
            visit = await self._visit(delivery)
            if visit.can_answer:
                at = self._clock()
                await self._receive(arrival_of(raw, ticket=visit.ticket, delivery=delivery, who=visit.who, received_at=at))
        except TooLarge:
            return self._sign(signs.NO_FORM, request)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except HelpdeskError as fault:
            return self._fault(fault, request)
        return Response(status_code=303, headers={"Location": f"{place_of(request).up}{key}"})

    async def missing(self, request: Request, _fault: Exception | None = None) -> Response:
        return self._sign(signs.MISSING, request)

    async def broken(self, request: Request, _fault: Exception) -> Response:
        return self._sign(signs.BROKEN, request)

    async def _visit(self, delivery: int) -> OnCallVisit:
        return await asyncio.to_thread(find, self._library, self._policy, delivery)

    def _fault(self, fault: HelpdeskError, request: Request) -> Response:
        match fault:
            case TooOften():
                answer = self._sign(signs.TOO_OFTEN, request)
                answer.headers["Retry-After"] = str(fault.retry_after)
                return answer
            case StoreUnavailable():
                answer = self._sign(signs.AWAY, request)
                answer.headers["Retry-After"] = str(SECONDS_TO_WAIT)
                return answer
            case NotFound():
                return self._sign(signs.MISSING, request)
            case _:
                raise fault

    def _sign(self, sign: Sign, request: Request) -> Response:
        return HTMLResponse(self._renderer.sign(sign, replace(place_of(request), key="")), sign.status)
