"""The vendor's API, as far as the desk uses it: place a call, send a text, and look up what was placed and sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from twilio.rest import Client

from channels.phone.vendor.http import TIMEOUT, VendorHttp
from intake.domain.errors import DeliveryError

CALL_EVENTS = ("initiated", "ringing", "answered", "completed")
PLACED = "outbound-api"  # by us; `outbound-dial` is a leg of a caller's call, which <Dial> rings
IN_VAIN = frozenset({"busy", "no-answer", "failed", "undelivered", "canceled"})  # nobody has heard or read it
LOOK_BACK = 50  # calls or texts to one number: more than the gate lets out between a crash and its repetition


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A call or a text that the vendor has. `sid` is its name there, `body` a text's."""

    sid: str
    at: datetime
    body: str = ""


class Vendor:
    """Every method raises DeliveryError, and nothing else. `api_url` is another base address of the API, or empty."""

    def __init__(self, account: str, token: str, api_url: str = "", *, timeout: float = TIMEOUT) -> None:
        self._http = VendorHttp(api_url, timeout)
        self._client = Client(account, token, http_client=self._http, environment={"": ""})

    async def call(self, *, to: str, from_: str, url: str, status_url: str, ring_seconds: int) -> str:
        """Its name. Answering machines are looked for while the callee listens already, so that nobody waits for it."""
        call = await self._client.calls.create_async(
            to=to,
            from_=from_,
            url=url,
            method="POST",
            status_callback=status_url,
            status_callback_event=list(CALL_EVENTS),
            status_callback_method="POST",
            timeout=ring_seconds,
            machine_detection="Enable",
            async_amd="true",
            async_amd_status_callback=status_url,
            async_amd_status_callback_method="POST",
        )
        return _named(call.sid)

    async def text(self, *, to: str, from_: str, body: str, status_url: str) -> str:
        message = await self._client.messages.create_async(to=to, from_=from_, body=body, status_callback=status_url)
        return _named(message.sid)

    async def calls(self, *, to: str, from_: str, since: datetime) -> Sequence[Placed]:
        """Those that we placed since then, and that have not failed. By the day of creation and not of the start: one that
        still waits in the vendor's queue has not started."""
        found = await self._client.calls.list_async(to=to, from_=from_, limit=LOOK_BACK)
        ours = [one for one in found if one.direction == PLACED and one.status not in IN_VAIN]
        return _since(since, [Placed(sid=_named(one.sid), at=_moment(one.date_created)) for one in ours])

    async def texts(self, *, to: str, from_: str, since: datetime) -> Sequence[Placed]:
        found = await self._client.messages.list_async(to=to, from_=from_, limit=LOOK_BACK)
        ours = [one for one in found if one.status not in IN_VAIN]
        return _since(
            since, [Placed(sid=_named(one.sid), at=_moment(one.date_created), body=str(one.body or "")) for one in ours]
        )

    async def close(self) -> None:
        await self._http.close()


def _since(moment: datetime, found: list[Placed]) -> Sequence[Placed]:
    return sorted((one for one in found if one.at >= moment), key=lambda one: one.at)


def _named(sid: object) -> str:
    if not isinstance(sid, str) or not sid:
        raise DeliveryError("the vendor's answer names nothing", permanent=False)
    return sid


def _moment(value: object) -> datetime:
    """What cannot be read is old: nothing is taken for sent on its word."""
    if not isinstance(value, datetime):
        return datetime.min.replace(tzinfo=UTC)
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
