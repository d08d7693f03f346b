"""The ticket's page on the web: shown to whoever has a link that we signed, without login and without JavaScript."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from hashlib import sha256

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from channels.portal import signs
from channels.portal.body import TooLarge, is_form, read_body
from channels.portal.form import UnfitForm, Verb, fit_for_once, form_of, read_fields
from channels.portal.page import page_of
from channels.portal.parse import arrival_of
from channels.portal.rate import Rate, TooOften
from channels.portal.render import Draft, Place, Renderer, stylesheet
from channels.portal.shield import Shield
from channels.portal.signs import Sign
from channels.portal.visit import LinkExpired, Visit, find, verified
from channels.portal.words import Done
from intake.desk.keys import KeyRing
from intake.desk.policy import Policy
from intake.desk.ports import Clock
from intake.desk.reading import Library
from intake.domain.arrival import Arrival
from intake.domain.errors import HelpdeskError, InvalidMessage, NotFound, StoreUnavailable
from intake.domain.receipt import Outcome, Receipt, Refusal

Receive = Callable[[Arrival], Awaitable[Receipt]]

FRONTS: Mapping[str, Verb] = {"yes": Verb.CONFIRM, "no": Verb.DISPUTE, **{verb.value: verb for verb in Verb}}
SECONDS_TO_WAIT = 30  # where the store is away
STYLE_LASTS = "public, max-age=3600"

_DONE: Mapping[Verb, Done] = {
    Verb.REPLY: Done.ADDED,
    Verb.CONFIRM: Done.SOLVED,
    Verb.DISPUTE: Done.UNSOLVED,
    Verb.REOPEN: Done.REOPENED,
    Verb.ANSWER: Done.SORTED,
}
_DONE_OTHERWISE: Mapping[Outcome, Done] = {
    Outcome.OPENED: Done.ANEW,
    Outcome.HELD: Done.KEPT,
    Outcome.SUPPRESSED: Done.KEPT,
    Outcome.QUARANTINED: Done.KEPT,
}


def make_portal(*, receive: Receive, library: Library, policy: Policy, keys: KeyRing, clock: Clock) -> ASGIApp:
    """All pages, to be mounted anywhere: their links are relative. GET and HEAD only show; only POST does something."""
    portal = _Portal(receive=receive, library=library, policy=policy, keys=keys, clock=clock)
    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    showing = ["GET", "HEAD"]
    web.add_api_route("/style.css", portal.style, methods=showing)
    web.add_api_route("/{key}", portal.show, methods=showing)
    web.add_api_route("/{key}/{front}", portal.show, methods=showing)
    web.add_api_route("/{key}/{verb}", portal.take, methods=["POST"])
    web.add_exception_handler(404, portal.missing)
    web.add_exception_handler(405, portal.not_possible)
    web.add_exception_handler(Exception, portal.broken)
    return Shield(web)


class _Portal:
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

    async def show(self, request: Request, key: str, front: str = "", done: str = "") -> Response:
        """`front` names the form that comes first, `done` what was done just now: one of a fixed set, or nothing."""
        if front and front not in FRONTS:
            return await self.missing(request)
        try:
            visit = await self._visit(verified(self._keys, key))
        except HelpdeskError as fault:
            return self._fault(fault, request)
        html = self._renderer.ticket(
            page_of(visit, self._policy, self._clock()),
            place_of(request, key),
            once=fresh_once(),
            first=FRONTS.get(front),
            done=Done(done) if done in list(Done) else None,
        )
        return HTMLResponse(html)

    async def take(self, request: Request, key: str, verb: str) -> Response:
        """A form. What was typed is never lost: whatever goes wrong, it stands on the page that says so."""
        if verb not in list(Verb):
            return await self.missing(request)
        draft = Draft(verb=Verb(verb), once="")
        try:
            delivery = verified(self._keys, key)
            if not is_form(request):
                return self._sign(signs.NO_FORM, request, key)
            raw = await read_body(request)
            fields = read_fields(raw)
            draft = draft_of(Verb(verb), fields)
            self._rate.count(delivery, request.client.host if request.client else None)
            visit = await self._visit(delivery)
            form_of(Verb(verb), fields)
            receipt = await self._receive(self._arrival(raw, Verb(verb), visit))
            another = receipt.duplicate and not await asyncio.to_thread(self._is_same, receipt.id, raw)
        except TooLarge:
            return self._sign(signs.TOO_LARGE, request, key)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except HelpdeskError as fault:
            return self._fault(fault, request, key, draft)
        return self._sent_before(draft, request, key) if another else self._answer(receipt, request, key, draft)

    async def missing(self, request: Request, _fault: Exception | None = None) -> Response:
        """The same page for every link that opens nothing, whatever the reason."""
        return self._sign(signs.MISSING, request)

    async def not_possible(self, request: Request, _fault: Exception) -> Response:
        return self._sign(signs.NOT_POSSIBLE, request)

    async def broken(self, request: Request, _fault: Exception) -> Response:
        return self._sign(signs.BROKEN, request)

    async def _visit(self, delivery: int) -> Visit:
        return await asyncio.to_thread(find, self._library, self._policy, delivery, self._clock())

    def _sent_before(self, draft: Draft, request: Request, key: str) -> Response:
        says = "This form was sent before, with another text. Send it once more if this one is to count as well."
        return self._again(replace(draft, once=fresh_once()), request, key, 409, heading="Not quite yet", says=says)

    def _is_same(self, entry: int, raw: bytes) -> bool:
        """Is it the very form that this receipt was given for?"""
        with self._library.looking() as reader:
            earlier = reader.entry(entry)
        return earlier is not None and earlier.sha256 == sha256(raw).hexdigest()

    def _arrival(self, raw: bytes, verb: Verb, visit: Visit) -> Arrival:
        return arrival_of(
            raw,
            verb=verb,
            ticket=visit.ticket.number,
            delivery=visit.delivery,
            address=visit.address,
            received_at=self._clock(),
        )

    def _answer(self, receipt: Receipt, request: Request, key: str, draft: Draft) -> Response:
        match receipt.refusal:
            case Refusal.NOT_FOUND:
                return self._sign(signs.MISSING, request)
            case Refusal.FORBIDDEN:
                return self._sign(signs.FORBIDDEN, request, key, draft.text, fresh_once())
            case Refusal.CONFLICT:
                return self._sign(signs.REFUSED[draft.verb], request, key, draft.text, fresh_once())
            case None:
                done = _DONE_OTHERWISE.get(receipt.outcome, _DONE[draft.verb])
                return Response(status_code=303, headers={"Location": f"{place_of(request).up}{key}?done={done.value}"})

    def _fault(self, fault: HelpdeskError, request: Request, key: str = "", draft: Draft | None = None) -> Response:
        """Nothing of the fault's own words but what was written for whoever fills in a form."""
        match fault:
            case UnfitForm() if draft is not None:
                return self._again(draft, request, key, 422, heading="Not quite yet", says=str(fault), mend=True)
            case TooOften() if draft is not None:
                says = "Nothing is lost: please wait a while, then send it once more."
                answer = self._again(draft, request, key, 429, heading=signs.TOO_OFTEN, says=says)
                answer.headers["Retry-After"] = str(fault.retry_after)
                return answer
            case StoreUnavailable():
                if draft is None:
                    answer = self._sign(signs.AWAY, request)
                else:
                    says = "It is our fault, not yours. Nothing is lost: please wait a minute, then send it once more."
                    answer = self._again(draft, request, key, 503, heading=signs.TRY_LATER, says=says)
                answer.headers["Retry-After"] = str(SECONDS_TO_WAIT)
                return answer
            case LinkExpired():
                return self._sign(signs.EXPIRED, request, typed=draft.text if draft is not None else "")
            case NotFound():
                return self._sign(signs.MISSING, request)
            case InvalidMessage():
                return self._sign(signs.NO_FORM, request, key)
            case _:
                raise fault

    def _again(
        self, draft: Draft, request: Request, key: str, status: int, *, heading: str, says: str, mend: bool = False
    ) -> Response:
        html = self._renderer.again(draft, place_of(request, key), heading=heading, says=says, mend=mend)
        return HTMLResponse(html, status)

    def _sign(self, sign: Sign, request: Request, key: str = "", typed: str = "", once: str = "") -> Response:
        return HTMLResponse(self._renderer.sign(sign, place_of(request, key), typed=typed, once=once), sign.status)


def draft_of(verb: Verb, fields: Mapping[str, str]) -> Draft:
    once = fields.get("once", "")
    return Draft(
        verb=verb,
        once=once if fit_for_once(once) else fresh_once(),
        text=fields.get("text", ""),
        kind=fields.get("kind", ""),
    )


def fresh_once() -> str:
    """For a form that nobody has filled in yet."""
    return secrets.token_urlsafe(12)


def place_of(request: Request, key: str = "") -> Place:
    """Pages lie one or two steps below where the portal is mounted."""
    below = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return Place(up="../" * max(0, below.count("/") - 1), key=key)
