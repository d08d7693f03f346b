"""The link that asks for a decision on a change. GET shows, for mail scanners fetch every link; POST decides, and once."""

import asyncio
from dataclasses import dataclass, replace

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from channels.portal import change_signs as signs
from channels.portal.body import TooLarge, is_form, read_body
from channels.portal.change_form import OF_OWNERS, ChangeVerb, change_form_of
from channels.portal.change_page import page_of, why_closed
from channels.portal.change_parse import arrival_of
from channels.portal.change_render import ChangeDone, ChangeDraft, ChangeRenderer, Trouble
from channels.portal.change_visit import ChangeVisit, find, verified
from channels.portal.change_word import is_what_stands, word_of
from channels.portal.form import UnfitForm, fit_for_once, read_fields
from channels.portal.listen import SECONDS_TO_WAIT, STYLE_LASTS, Receive, fresh_once, place_of
from channels.portal.owner_page import owner_page_of, why_not
from channels.portal.rate import Rate, TooOften
from channels.portal.render import Renderer, stylesheet
from channels.portal.shield import Shield
from channels.portal.signs import Sign
from channels.portal.visit import LinkExpired
from intake.desk.keys import KeyRing
from intake.desk.policy import Policy
from intake.desk.ports import Clock
from intake.desk.reading import Library
from intake.domain.arrival import Arrival
from intake.domain.errors import HelpdeskError, InvalidMessage, NotFound, StoreUnavailable
from intake.domain.receipt import Outcome, Receipt


def make_decisions(*, receive: Receive, library: Library, policy: Policy, keys: KeyRing, clock: Clock) -> ASGIApp:
    """To be mounted anywhere, apart from what requesters are shown: neither's links open the other's pages."""
    pages = _Pages(receive=receive, library=library, policy=policy, keys=keys, clock=clock)
    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    showing = ["GET", "HEAD"]
    web.add_api_route("/style.css", pages.style, methods=showing)
    web.add_api_route("/{key}", pages.show, methods=showing)
    web.add_api_route("/{key}/{verb}", pages.take, methods=["POST"])
    web.add_exception_handler(404, pages.missing)
    web.add_exception_handler(405, pages.not_possible)
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
        self._changes = ChangeRenderer()
        self._style = stylesheet()

    async def style(self) -> Response:
        return Response(self._style, media_type="text/css", headers={"Cache-Control": STYLE_LASTS})

    async def show(self, request: Request, key: str, done: str = "") -> Response:
        """`done` is what was done just now: one of a fixed set, or nothing."""
        try:
            visit = await self._visit(verified(self._keys, key))
        except HelpdeskError as fault:
            return self._fault(fault, request)
        return self._page(visit, request, key, done=ChangeDone(done) if done in list(ChangeDone) else None)

    async def take(self, request: Request, key: str, verb: str) -> Response:
        """A decision, or an addition. What was typed is never lost: whatever goes wrong, it stands on the page that says so. A
        second press of the same button is answered as the first."""
        if verb not in list(ChangeVerb):
            return await self.missing(request)
        does, visit, draft = ChangeVerb(verb), None, None
        try:
            delivery = verified(self._keys, key)
            if not is_form(request):
                raise InvalidMessage("The forms of a change's page are sent as forms")
            raw = await read_body(request)
            fields = read_fields(raw)
            draft = ChangeDraft(verb=does, once=fields.get("once", ""), text=fields.get("text", ""))
            visit = await self._visit(delivery)
            self._rate.count(delivery, request.client.host if request.client else None)
            if is_what_stands(visit, does, draft.text):
                return self._went_well(ChangeDone.DECIDED, request, key)
            self._demand_open(does, visit)
            change_form_of(does, fields)
            receipt = await self._receive(self._arrival(raw, does, visit))
        except TooLarge:
            return self._sign(signs.TOO_LARGE, request)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except HelpdeskError as fault:
            return self._fault(fault, request, key, visit, draft)
        return await self._answer(receipt, request, key, visit, draft)

    async def missing(self, request: Request, _fault: Exception | None = None) -> Response:
        """The same page for every link that opens nothing, whatever the reason."""
        return self._sign(signs.MISSING, request)

    async def not_possible(self, request: Request, _fault: Exception) -> Response:
        return self._sign(signs.NOT_POSSIBLE, request)

    async def broken(self, request: Request, _fault: Exception) -> Response:
        return self._sign(signs.BROKEN, request)

    async def _visit(self, delivery: int) -> ChangeVisit:
        return await asyncio.to_thread(find, self._library, self._policy, delivery, self._clock())

    def _demand_open(self, verb: ChangeVerb, visit: ChangeVisit) -> None:
        """Raises NotFound for what this link is not for, _Closed for what cannot be decided by it any more."""
        if (verb in OF_OWNERS) is not visit.is_owner:
            raise NotFound("There is no such form on this page")
        if verb is not ChangeVerb.ADD and (why_not(visit) if visit.is_owner else why_closed(visit)):
            raise _Closed("Nothing can be decided by this link")

    def _arrival(self, raw: bytes, verb: ChangeVerb, visit: ChangeVisit) -> Arrival:
        return arrival_of(
            raw,
            verb=verb,
            ticket=visit.ticket.number,
            delivery=visit.delivery,
            who=visit.who,
            side=visit.side,
            asked=visit.change.round,
            received_at=self._clock(),
        )

    async def _answer(self, receipt: Receipt, request: Request, key: str, visit: ChangeVisit, draft: ChangeDraft) -> Response:
        """The desk has the last word: somebody else may have decided a moment before."""
        if receipt.refusal is None:
            return self._went_well(_done(draft.verb, receipt.outcome), request, key)
        try:
            visit = await self._visit(visit.delivery)
        except HelpdeskError as fault:
            return self._fault(fault, request)
        refused = "" if visit.is_owner else receipt.reason.partition(": ")[2]
        trouble = Trouble(heading=signs.CHANGED, refused=refused)
        return self._page(visit, request, key, 409, draft=draft, trouble=trouble)

    def _went_well(self, done: ChangeDone, request: Request, key: str) -> Response:
        return Response(status_code=303, headers={"Location": f"{place_of(request).up}{key}?done={done.value}"})

    def _page(
        self,
        visit: ChangeVisit,
        request: Request,
        key: str,
        status: int = 200,
        *,
        done: ChangeDone | None = None,
        draft: ChangeDraft | None = None,
        trouble: Trouble | None = None,
    ) -> Response:
        if draft is not None and not fit_for_once(draft.once):
            draft = replace(draft, once=fresh_once())
        page = owner_page_of(visit) if visit.is_owner else page_of(visit)
        place = place_of(request, key)
        if done is ChangeDone.DECIDED and word_of(visit) is None:
            done = None  # an address that somebody typed, or kept
        html = self._changes.page(page, place, once=fresh_once(), done=done, draft=draft, trouble=trouble)
        return HTMLResponse(html, status)

    def _fault(
        self,
        fault: HelpdeskError,
        request: Request,
        key: str = "",
        visit: ChangeVisit | None = None,
        draft: ChangeDraft | None = None,
    ) -> Response:
        """Nothing of the fault's own words but what was written for whoever fills in a form."""
        if visit is not None and draft is not None and (met := _met(fault)) is not None:
            draft = replace(draft, mend=str(fault)) if isinstance(fault, UnfitForm) else draft
            answer = self._page(visit, request, key, met.status, draft=draft, trouble=met.trouble)
            return _later(answer, met.retry_after) if met.retry_after else answer
        sign = next((sign for kind, sign in _SIGNS if isinstance(fault, kind)), None)
        if sign is None:
            raise fault
        answer = self._sign(sign, request, draft)
        return _later(answer, SECONDS_TO_WAIT) if sign is signs.AWAY else answer

    def _sign(self, sign: Sign, request: Request, draft: ChangeDraft | None = None) -> Response:
        typed = draft.text if draft is not None else ""
        return HTMLResponse(self._renderer.sign(sign, replace(place_of(request), key=""), typed=typed), sign.status)


class _Closed(HelpdeskError):
    """The page says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Met:
    """How a fault is told on the page itself. `retry_after`: seconds, or 0."""

    status: int
    trouble: Trouble
    retry_after: int = 0


def _met(fault: HelpdeskError) -> _Met | None:
    match fault:
        case UnfitForm():
            return _Met(status=422, trouble=Trouble(heading="Not quite yet", says=str(fault)))
        case _Closed():
            return _Met(status=409, trouble=Trouble(heading=signs.CHANGED))
        case TooOften():
            says = "Nothing was decided: wait a while, then send it once more."
            return _Met(status=429, trouble=Trouble(heading=signs.TOO_OFTEN, says=says), retry_after=fault.retry_after)
        case StoreUnavailable():
            says = "It does not count yet: send it once more in a minute."
            return _Met(status=503, trouble=Trouble(heading=signs.TRY_LATER, says=says), retry_after=SECONDS_TO_WAIT)
        case _:
            return None


_SIGNS: tuple[tuple[type[HelpdeskError], Sign], ...] = (
    (StoreUnavailable, signs.AWAY),
    (LinkExpired, signs.EXPIRED),
    (NotFound, signs.MISSING),
    (InvalidMessage, signs.NO_FORM),
)


def _done(verb: ChangeVerb, outcome: Outcome) -> ChangeDone:
    if verb is not ChangeVerb.ADD:
        return ChangeDone.STUCK if outcome is Outcome.QUARANTINED else ChangeDone.DECIDED
    return ChangeDone.ADDED if outcome is Outcome.APPENDED else ChangeDone.KEPT


def _later(answer: Response, seconds: int) -> Response:
    answer.headers["Retry-After"] = str(seconds)
    return answer
