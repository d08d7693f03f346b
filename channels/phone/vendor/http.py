"""How the vendor's SDK speaks HTTP here: over one aiohttp session, within seconds, to the base address that was configured."""

import asyncio
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import structlog

from channels.phone.vendor.errors import Fault, vendor_error
from intake.domain.errors import DeliveryError

TIMEOUT = 10.0  # seconds for a whole request
MOST_BYTES = 4 * 1024 * 1024  # of an answer: a list of fifty calls has some 50 KB
_LONGEST_WAIT = 3600.0  # seconds that a Retry-After may name
_LONGEST_SAYING = 300
_REGION = re.compile(r"api\.((?:[a-z0-9-]{2,20}\.){1,2}twilio\.com)\Z", re.ASCII)

log = structlog.get_logger()


class Answer:
    """What the SDK reads of a response."""

    def __init__(self, status_code: int, text: str) -> None:
        self.status_code = status_code
        self.text = text
        self.headers: Mapping[str, str] = {}


class VendorHttp:
    """The SDK's own asynchronous client knows no base address, has no time limit of its own, and asks aiohttp for what it no
    longer likes. This one has the same face. Nothing is ever tried again here: that is the outbox's."""

    is_async = True

    def __init__(self, base: str = "", timeout: float = TIMEOUT) -> None:
        self._base = urlsplit(base)
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: ARG002 - the SDK's signature
    ) -> Answer:
        """Raises DeliveryError for every answer that is no success, and for none."""
        sent = {**(headers or {}), **({"Authorization": _basic(*auth)} if auth else {})}
        try:
            async with (
                asyncio.timeout(timeout or self._timeout),
                self._open().request(
                    method.upper(),
                    self._rewritten(uri),
                    params=_pairs(params),
                    data=_pairs(data),
                    headers=sent,
                    allow_redirects=False,
                ) as response,
            ):
                text = (await _bounded(response)).decode("utf-8", "replace")
                if response.status >= 300:
                    retry_after = response.headers.get("Retry-After", "")
                    raise refused(response.status, text, retry_after, placing=method.upper() == "POST")
                return Answer(response.status, _record(text))
        except TimeoutError as fault:
            raise DeliveryError("the vendor did not answer in time", permanent=False) from fault
        except (aiohttp.ClientError, OSError, UnicodeError, ValueError) as fault:
            raise DeliveryError(f"the vendor cannot be reached: {type(fault).__name__}", permanent=False) from fault

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        """Made in the loop that it works in."""
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    def _rewritten(self, uri: str) -> str:
        """To a region each product goes by its own name there; to any other host everything goes."""
        if not self._base.netloc:
            return uri
        asked = urlsplit(uri)
        region = _REGION.match(self._base.netloc)
        product = (asked.hostname or "").partition(".")[0]
        host = f"{product}.{region[1]}" if region else self._base.netloc
        path = f"{self._base.path.rstrip('/')}{asked.path}"
        return urlunsplit((self._base.scheme, host, path, asked.query, ""))


def _record(text: str) -> str:
    """What the SDK reads without a second look. A page for people, from whatever stands between, is no answer of the vendor's:
    ValueError."""
    if not isinstance(json.loads(text), dict):
        raise ValueError("no answer of the vendor's")
    return text


def refused(status: int, body: str, retry_after: str = "", *, placing: bool = False) -> DeliveryError:
    """The vendor's own code says whether another try helps. What only an administrator can mend waits, with an error in the
    log."""
    code, says = _told(body)
    known = vendor_error(code, status, placing=placing)
    why = f"the vendor refused it: {code or status} {known.says}{f' ({says})' if says else ''}"
    if known.fault is Fault.OURS:
        log.error("vendor.refuses_us", code=code or status, why=says, do="mend the account at the vendor, or INTAKE_TWILIO_…")
    return DeliveryError(why, permanent=known.permanent, retry_after=seconds_in(retry_after), dead=known.fault is Fault.DEAD)


def _told(body: str) -> tuple[int | None, str]:
    try:
        read: object = json.loads(body)
    except ValueError:
        return None, ""
    if not isinstance(read, dict):
        return None, ""
    code, message = read.get("code"), read.get("message")
    says = " ".join(message.split())[:_LONGEST_SAYING] if isinstance(message, str) else ""
    return code if isinstance(code, int) and not isinstance(code, bool) else None, says


def seconds_in(text: str) -> float | None:
    """Of a Retry-After, an hour at most; None for a date, and for what is none."""
    return min(float(text), _LONGEST_WAIT) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _basic(account: str, token: str) -> str:
    return f"Basic {b64encode(f'{account}:{token}'.encode()).decode()}"


def _pairs(fields: Mapping[str, object] | None) -> list[tuple[str, str]] | None:
    """A list is a field that comes several times; the SDK's `unset` is gone by now."""
    if fields is None:
        return None
    found: list[tuple[str, str]] = []
    for key, value in fields.items():
        several = value if isinstance(value, list | tuple) else [value]
        found += [(key, _written(one)) for one in several if one is not None]
    return found


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise aiohttp.ClientPayloadError("too long an answer")
    return b"".join(parts)
