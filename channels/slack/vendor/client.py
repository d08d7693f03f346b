"""The Web API over the vendor's own client: one try, one time limit, and faults that tell no secret."""

import asyncio
import json
import logging
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from channels.slack.json_value import Json, text
from channels.slack.vendor.api import SlackFault, Tokens

TIMEOUT = 10.0  # seconds for a whole request
UPLOAD_TIMEOUT = 60.0  # and for a file's bytes
API_URL = "https://slack.com/api/"
LONGEST_WAIT = 3600.0  # seconds that a Retry-After may name
_MOST_BYTES = 1024 * 1024  # of an answer that nobody reads
_CODE = re.compile(r"[a-z][a-z0-9_]{0,60}\Z", re.ASCII)
_SAYS = 200  # characters of what Slack says besides
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

# The SDK writes what it sends, words of people included, where anybody turns its logger up: it gets one that nobody turns up.
_log = logging.Logger("channels.slack.vendor", logging.WARNING)


class SlackApi:
    """`api_url` is another base address (GovSlack), or empty."""

    def __init__(self, tokens: Tokens, api_url: str = "", *, timeout: float = TIMEOUT) -> None:
        self._tokens = tokens
        self._base = api_url if not api_url or api_url.endswith("/") else f"{api_url}/"
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None

    async def call(self, method: str, workspace: str, arguments: Mapping[str, object]) -> Json:
        """Form-encoded, as every method takes it; what is no plain value goes as JSON within. Raises SlackFault."""
        return (await self._asked(method, workspace, arguments))[0]

    async def scopes(self, workspace: str) -> frozenset[str]:
        """What the token may do, as Slack says with each answer. Raises SlackFault."""
        _, headers = await self._asked("auth.test", workspace, {})
        return frozenset(one.strip() for one in headers.get("x-oauth-scopes", "").split(",") if one.strip())

    async def post_bytes(self, url: str, content: bytes) -> None:
        await self._post(url, content, {"Content-Type": "application/octet-stream"}, "upload", UPLOAD_TIMEOUT)

    async def post_json(self, url: str, body: Json) -> None:
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        await self._post(url, content, {"Content-Type": "application/json; charset=utf-8"}, "response_url", self._timeout)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session, self._client = None, None

    async def _asked(self, method: str, workspace: str, arguments: Mapping[str, object]) -> tuple[Json, Mapping[str, str]]:
        token = await self._tokens.bot(workspace)
        form = {name: _written(value) for name, value in arguments.items() if value is not None}
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._opened().api_call(method, data=form, headers={"Authorization": f"Bearer {token}"})
        except SlackClientError as fault:
            raise _refused(method, fault) from None  # the SDK's own words carry the whole answer
        except TimeoutError:
            raise SlackFault("unreachable", method=method) from None
        except (aiohttp.ClientError, OSError) as fault:
            raise SlackFault("unreachable", method=method) from fault
        except (ValueError, AttributeError, TypeError, RecursionError):  # an answer that the SDK cannot read
            raise SlackFault("http_200", method=method) from None
        if not isinstance(answer.data, dict):
            raise SlackFault("http_200", method=method)
        return answer.data, {str(name).lower(): str(value) for name, value in answer.headers.items()}

    async def _post(self, url: str, content: bytes, headers: Mapping[str, str], method: str, timeout: float) -> None:
        if not self._is_theirs(url):
            raise SlackFault("foreign_address", method=method)
        client = self._opened()
        session = self._session
        assert session is not None
        try:
            async with (
                asyncio.timeout(timeout),
                session.post(url, data=content, headers=headers, allow_redirects=False, proxy=client.proxy) as response,
            ):
                await response.content.read(_MOST_BYTES)
                if response.status != 200:
                    wait = seconds_in(response.headers.get("Retry-After", ""))
                    code = "ratelimited" if response.status == 429 else f"http_{response.status}"
                    raise SlackFault(code, method=method, retry_after=wait)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
            raise SlackFault("unreachable", method=method) from None  # the address is as good as a key

    def _is_theirs(self, url: str) -> bool:
        """An address of the API's own host, or by TLS of the same company's others (files., hooks.)."""
        try:
            asked, base = urlsplit(url), urlsplit(self._base or API_URL)
            host, _ = asked.hostname or "", asked.port
        except ValueError:
            return False
        if asked.username is not None:
            return False
        if (asked.scheme, asked.netloc) == (base.scheme, base.netloc):
            return asked.scheme == "https" or host in _LOOPBACK
        domain = ".".join((base.hostname or "").split(".")[-2:])
        return asked.scheme == "https" and asked.port in {None, 443} and domain in _DOMAINS and host.endswith(f".{domain}")

    def _opened(self) -> AsyncWebClient:
        """Made in the loop that it works in."""
        if self._client is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
            base = self._base or API_URL
            self._client = AsyncWebClient(base_url=base, session=self._session, retry_handlers=[], logger=_log)
            if urlsplit(base).hostname in _LOOPBACK:
                self._client.proxy = None
        return self._client


_DOMAINS = frozenset({"slack.com", "slack-gov.com"})


def seconds_in(value: str) -> float | None:
    """Of a Retry-After, an hour at most; None for what is none."""
    return min(float(value), LONGEST_WAIT) if value.isascii() and value.isdigit() and len(value) < 9 else None


def _written(value: object) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()


def _refused(method: str, fault: SlackClientError) -> SlackFault:
    """By Slack's own word, where it said one; else by HTTP's status."""
    response = getattr(fault, "response", None)
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    said = text(data, "error")
    headers = getattr(response, "headers", {}) or {}
    wait = seconds_in(str(headers.get("Retry-After", "")))
    if status == 429:
        return SlackFault("ratelimited", method=method, retry_after=wait)
    if not said:
        return SlackFault(f"http_{status}", method=method, retry_after=wait)
    code = said if _CODE.match(said) else "unknown_error"
    return SlackFault(code, method=method, retry_after=wait, needs=text(data, "needed")[:_SAYS])
