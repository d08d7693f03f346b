"""The vendor's webhooks: somebody calls, texts, presses a key; a delivery got somewhere, a recording is there, a call ends."""

from http import HTTPStatus
from time import monotonic

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive as AsgiReceive
from starlette.types import Scope, Send

from channels.phone import parse
from channels.phone.booking import PATIENCE, Booking, Keep, Patience, Receive
from channels.phone.call_begin import begin_again
from channels.phone.conversation import Conversation
from channels.phone.entrance import Entered, Entrance
from channels.phone.envelope import arrival_of
from channels.phone.hearing import VOICE, step_of
from channels.phone.page_call import answering, asking, read_page_query
from channels.phone.page_key import came_too_late, was_not_noted
from channels.phone.rate import Kind, Rate, TooOften
from channels.phone.reports import is_report
from channels.phone.sender_number import sender_number
from channels.phone.settings import TwilioSettings
from channels.phone.signature import Signatures
from channels.phone.store_door import StoreDoor
from channels.phone.voice.state import Step
from intake.desk.policy import Policy
from intake.desk.ports import Classifier, Clock
from intake.desk.reading import Library
from intake.domain.channel import Channel
from intake.domain.errors import InvalidMessage, StoreUnavailable
from intake.domain.receipt import Receipt

NO_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
SECONDS_TO_WAIT = 30  # where nothing can be kept
SECONDS_BETWEEN_WORDS = 60  # in the log, of requests that are refused
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_REPORTS = frozenset({parse.STATUS, parse.RECORDING, parse.CONFERENCE})
_PAGES = frozenset({parse.PAGE, parse.PAGE_KEY})

log = structlog.get_logger()


def make_phone(
    *,
    receive: Receive,
    keep: Keep,
    library: Library,
    policy: Policy,
    classifier: Classifier,
    settings: TwilioSettings,
    public_url: str,
    clock: Clock,
    patience: float = PATIENCE,
) -> "Phone":
    """To be mounted at /twilio of `public_url`. `keep` is the spool's: it blocks until the arrival is durable, and raises
    StoreUnavailable where it cannot be. `patience`: seconds that an answer waits for the store."""
    return Phone(
        receive=receive,
        keep=keep,
        library=library,
        policy=policy,
        classifier=classifier,
        settings=settings,
        public_url=public_url,
        clock=clock,
        patience=patience,
    )


class Phone:
    """An ASGI app. It answers the vendor alone: everybody else gets a 403 without a word."""

    def __init__(
        self,
        *,
        receive: Receive,
        keep: Keep,
        library: Library,
        policy: Policy,
        classifier: Classifier,
        settings: TwilioSettings,
        public_url: str,
        clock: Clock,
        patience: float,
    ) -> None:
        tokens = [token.get_secret_value() for token in settings.twilio_auth_token]
        self._entrance = Entrance(Signatures(tokens, public_url), settings.twilio_account_sid)
        self._door = StoreDoor(library)
        self._booking = Booking(receive=receive, keep=keep, door=self._door)
        self._rate = Rate(policy.phone, [agent.phone for agent in policy.agents.values() if agent.phone])
        self._own = settings.twilio_number
        self._policy = policy
        self._public = public_url
        self._clock = clock
        self._patience = patience
        self._told_at: float | None = None
        self._conversation = Conversation(
            booking=self._booking,
            door=self._door,
            policy=policy,
            classifier=classifier,
            public_url=public_url,
            numbers=settings.twilio_number,
            clock=clock,
            patience=patience,
        )

    async def __call__(self, scope: Scope, receive: AsgiReceive, send: Send) -> None:
        if scope["type"] == "http":
            await (await self._answer(Request(scope, receive)))(scope, receive, send)

    def close(self) -> None:
        """Its threads end as soon as they have nothing to do."""
        self._door.close()
        self._booking.close()

    async def _answer(self, request: Request) -> Response:
        if request.method != "POST":
            return _empty(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "POST"})
        entered = await self._entrance.enter(request)
        if entered is None:
            self._tell_of_refusal(str(request.scope["path"])[:100])
            return _empty(HTTPStatus.FORBIDDEN)
        try:
            return await self._route(entered)
        except TooOften as fault:
            return _empty(HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(fault.retry_after)})
        except StoreUnavailable as away:
            log.error(
                "phone.not_kept", path=entered.path, reason=str(away), do="look at the store, and at the disk of the spool"
            )
        except Exception:
            log.exception("phone.webhook_failed", path=entered.path)
        return _empty(HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(SECONDS_TO_WAIT)})

    def _tell_of_refusal(self, path: str) -> None:
        """Once a minute: strangers must not fill the log."""
        if self._told_at is None or monotonic() - self._told_at > SECONDS_BETWEEN_WORDS:
            self._told_at = monotonic()
            log.warning("phone.refused", path=path, do="see `intake check`: is it the right token, the right public URL?")

    async def _route(self, entered: Entered) -> Response:
        """Raises StoreUnavailable where what came could not be kept, and TooOften."""
        if entered.path == VOICE or entered.path.startswith(f"{VOICE}/"):
            if step_of(entered.path) is Step.BEGIN:
                self._count(Kind.CALL, entered, "CallSid")
            return _twiml(await self._conversation.answer(entered))
        if entered.path == parse.SMS:
            self._count(Kind.TEXT, entered, "MessageSid")
            await self._book(entered, Channel.SMS)
            return _twiml(NO_ANSWER)
        if entered.path in _PAGES:
            return await self._page(entered)
        if entered.path in _REPORTS:
            await self._report(entered)
            return _empty(HTTPStatus.NO_CONTENT)
        return _empty(HTTPStatus.NOT_FOUND)

    def _count(self, kind: Kind, entered: Entered, name: str) -> None:
        number = sender_number(entered.fields.get("From", ""))
        if number not in self._own:  # our own call that comes back must not be picked up by the vendor's fallback either
            self._rate.count(kind, number, entered.fields.get(name, ""))

    async def _book(self, entered: Entered, channel: Channel, *, call: str = "", begin: bool = False) -> Receipt | None:
        now = self._clock()
        arrival = arrival_of(channel, entered.raw, path=entered.path, query=entered.query, received_at=now)
        first = (begin_again(entered.fields, "", now),) if begin else ()
        return await self._booking.book(*first, arrival, call=call, patience=Patience(self._patience))

    async def _page(self, entered: Entered) -> Response:
        """On the phone of whoever is woken. What they pressed is kept before they hear that it counts."""
        try:
            page = read_page_query(entered.query)
        except InvalidMessage:
            await self._book(entered, Channel.PHONE)  # it goes to quarantine, where somebody looks
            return _empty(HTTPStatus.NOT_FOUND)
        line, call = self._policy.phone.line(page.line), entered.fields.get("CallSid", "")
        receipt, lost = None, False
        try:
            receipt = await self._book(entered, Channel.PHONE, call=call)
        except StoreUnavailable as away:  # that somebody picked up may be lost; what they are to hear may not
            log.error("phone.not_kept", path=entered.path, reason=str(away))
            lost = True
        except Exception:
            log.exception("phone.webhook_failed", path=entered.path)
            lost = True
        if entered.path == parse.PAGE:
            return _twiml(asking(page, line, self._public))
        digits, lost = entered.fields.get("Digits", ""), lost or was_not_noted(receipt)
        return _twiml(answering(page, digits, line, self._public, over=came_too_late(receipt), lost=lost))

    async def _report(self, entered: Entered) -> None:
        """A delivery's, or of somebody's call: then the desk may have to hear first that it began."""
        fields, text = entered.fields, "MessageSid" in entered.fields or "SmsSid" in entered.fields
        if is_report(entered.query) or entered.path == parse.CONFERENCE or text:
            await self._book(entered, Channel.SMS if text else Channel.PHONE)
            return
        call = fields.get("CallSid", "")
        inbound = entered.path == parse.RECORDING or fields.get("Direction", "") == "inbound"
        inbound = inbound and "From" in fields  # or else it would stand there as a call of nobody's
        begin = inbound and bool(call) and not self._rate.refused(call) and await self._is_new(call)
        await self._book(entered, Channel.PHONE, call=call, begin=begin)

    async def _is_new(self, call: str) -> bool:
        """Yes also where nobody can tell: a begin that comes twice is a duplicate."""
        try:
            return await self._door.look(lambda reader: reader.call(call) is None, Patience(self._patience).left)
        except StoreUnavailable:
            return True
        except Exception:
            log.exception("phone.call_not_read", call=call)
            return True


def _twiml(document: str) -> Response:
    return Response(document, media_type="text/xml", headers=_HEADERS)


def _empty(status: HTTPStatus, headers: dict[str, str] | None = None) -> Response:
    return Response(status_code=status.value, headers={**_HEADERS, **(headers or {})})
