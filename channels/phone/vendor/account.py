"""What the vendor says of our account: is it active, what stands there for a number, which of its requests to us failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from twilio.rest import Client

from channels.phone.settings import TwilioSettings
from channels.phone.vendor.http import VendorHttp
from intake.desk.phone_health import FailedWebhooks

MOST_ENTRIES = 200  # of the error log at one look: beyond that it is one trouble all the same
_LONGEST = 60  # characters of a path


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberThere:
    """How one of our numbers is set up at the vendor's; what is not set is empty. An `elsewhere` (an application, a trunk)
    takes its calls before any address is asked."""

    number: str
    voice: str
    fallback: str
    status: str
    text: str
    voice_method: str
    text_method: str
    elsewhere: str
    speaks: bool
    texts: bool


class Account:
    """Every method but `close` raises DeliveryError, and nothing else."""

    def __init__(self, settings: TwilioSettings, timeout: float) -> None:
        """`timeout` is seconds for each request."""
        self._http = VendorHttp(settings.twilio_api_url, timeout)
        self._sid = settings.twilio_account_sid
        token = settings.twilio_auth_token[0].get_secret_value()
        self._client = Client(self._sid, token, http_client=self._http, environment={"": ""})

    async def status(self) -> str:
        """`active`, `suspended` or `closed`."""
        account = await self._client.api.v2010.accounts(self._sid).fetch_async()
        return str(account.status or "")

    async def number(self, number: str) -> NumberThere | None:
        found = await self._client.incoming_phone_numbers.list_async(phone_number=number, limit=2)
        for one in found:
            if one.phone_number == number:
                able = one.capabilities if isinstance(one.capabilities, dict) else {}
                return NumberThere(
                    number=number,
                    voice=one.voice_url or "",
                    fallback=one.voice_fallback_url or "",
                    status=one.status_callback or "",
                    text=one.sms_url or "",
                    voice_method=one.voice_method or "POST",
                    text_method=one.sms_method or "POST",
                    elsewhere=one.voice_application_sid or one.trunk_sid or "",
                    speaks=bool(able.get("voice", True)),
                    texts=bool(able.get("sms", True)),
                )
        return None

    async def failed_webhooks(self, since: datetime, public_url: str) -> Sequence[FailedWebhooks]:
        """Of its error log, what is about our addresses; the most frequent first."""
        alerts = await self._client.monitor.v1.alerts.list_async(log_level="error", start_date=since, limit=MOST_ENTRIES)
        failed: dict[tuple[str, str], FailedWebhooks] = {}
        for alert in alerts:
            path = _path_of(alert.request_url or "", public_url)
            at = _moment(alert.date_generated, since)
            if path is None or at < since:
                continue
            code = str(alert.error_code or "?")[:10]
            before = failed.get((code, path), FailedWebhooks(code=code, path=path, count=0, first=at, last=at))
            first, last = min(before.first, at), max(before.last, at)
            failed[code, path] = FailedWebhooks(code=code, path=path, count=before.count + 1, first=first, last=last)
        return sorted(failed.values(), key=lambda one: -one.count)

    async def close(self) -> None:
        await self._http.close()


def _path_of(asked: str, public_url: str) -> str | None:
    """Of an address of ours, without its query: that says where a call stands."""
    try:
        theirs, ours = urlsplit(asked), urlsplit(public_url)
    except ValueError:
        return None
    prefix = f"{ours.path}/twilio"
    if theirs.hostname != ours.hostname or not theirs.path.startswith(f"{prefix}/"):
        return None
    return theirs.path.removeprefix(ours.path)[:_LONGEST]


def _moment(value: object, otherwise: datetime) -> datetime:
    if not isinstance(value, datetime):
        return otherwise
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
