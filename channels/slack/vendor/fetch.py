"""Files that people add to their messages: fetched from Slack's own hosts, and from nowhere else."""

import asyncio
import re
from hashlib import sha256
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import aiohttp

from channels.slack.file_link import UNKNOWN, FileLink, read_link
from channels.slack.json_value import Json, inside, text
from channels.slack.settings import API_URL, LOOPBACK
from channels.slack.vendor.api import Api, SlackFault, Tokens
from intake.domain.errors import DeliveryError
from intake.domain.message import Attachment
from intake.domain.remote_file import RemoteFile

MOST_BYTES = 20 * 1024 * 1024
MOST_REDIRECTS = 2
TIMEOUT = 60.0  # seconds for one file, redirects and all
_LONGEST_WAIT = 3600.0
_LONGEST_NAME = 120
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}\Z", re.ASCII)
_UNKNOWN_TYPE = "application/octet-stream"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PAGE = frozenset({"text/html", "application/xhtml+xml"})
_GONE = frozenset({"file_not_found", "file_deleted", "file_not_available"})
_PATH_SIGNS = re.compile(r'[\\/:*?"<>|]')


class SlackFileFetcher:
    """`api_url` is another base address of the API, or empty. The token of the workspace that the link names goes to Slack's
    file host and to the API's own host, and nowhere else; no other address is even asked."""

    def __init__(self, api: Api, tokens: Tokens, api_url: str = "", *, most_bytes: int = MOST_BYTES) -> None:
        self._api = api
        self._tokens = tokens
        self._base = urlsplit(api_url or API_URL)
        self._most_bytes = most_bytes
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, file: RemoteFile) -> Attachment:
        """Raises DeliveryError: permanent for what is not Slack's, too large, or gone."""
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._fetch(file, read_link(file.url))
        except TimeoutError as fault:
            raise DeliveryError("the file did not come in time", permanent=False) from fault
        except SlackFault as fault:
            raise DeliveryError(
                f"Slack: {fault.code}", permanent=fault.code in _GONE, retry_after=fault.retry_after
            ) from fault  # fmt: skip
        except (aiohttp.ClientError, OSError, UnicodeError, ValueError) as fault:
            raise DeliveryError(f"the file cannot be fetched: {type(fault).__name__}", permanent=False) from fault

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _fetch(self, file: RemoteFile, link: FileLink) -> Attachment:
        if link.address == UNKNOWN:
            file, link = await self._looked_up(file, link)
        url = self._ours(link.address)
        token = await self._tokens.bot(link.workspace)
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        for _ in range(MOST_REDIRECTS + 1):
            async with self._open().get(url, headers=headers, allow_redirects=False) as response:
                if response.status in _REDIRECTS:
                    url = self._ours(response.headers.get("Location", ""), led_from=url)
                    continue
                _demand_success(response.status, response.headers.get("Retry-After", ""))
                said = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                if said in _PAGE and file.content_type.lower() not in _PAGE:
                    raise DeliveryError("Slack shows a page for people: the token may not read files", permanent=False)
                return _attachment(file, said, await self._bounded(response))
        raise DeliveryError(f"the file is behind more than {MOST_REDIRECTS} redirects", permanent=True)

    async def _looked_up(self, file: RemoteFile, link: FileLink) -> tuple[RemoteFile, FileLink]:
        """Of a file from another company Slack tells the address only when it is asked. Its page:
        reference/methods/files.info."""
        if not link.file:
            raise DeliveryError("the file has no address", permanent=True)
        told: Json = inside(await self._api.call("files.info", link.workspace, {"file": link.file}), "file")
        address = text(told, "url_private_download") or text(told, "url_private")
        if not address or address == UNKNOWN:
            raise DeliveryError("Slack gives no address for the file", permanent=True)
        known = RemoteFile(
            url=file.url, content_type=text(told, "mimetype") or file.content_type, name=text(told, "name") or file.name
        )  # fmt: skip
        return known, FileLink(address=address, workspace=link.workspace, file=link.file)

    def _ours(self, url: str, *, led_from: str = "") -> str:
        """Raises DeliveryError for an address that is none of Slack's file hosts. Where Slack leads to another of its own hosts
        instead of a file it asks for a login."""
        try:
            parts = urlsplit(urljoin(led_from, url))
            host, _ = parts.hostname or "", parts.port
        except ValueError as fault:
            raise DeliveryError("the file's address is none", permanent=True) from fault
        allowed = self._is_allowed(parts)
        if allowed and _goes_straight(parts.path):
            return parts._replace(fragment="").geturl()
        if led_from and not allowed and _is_plain_https(parts) and host.endswith(f".{self._domain}"):
            raise DeliveryError("Slack asks for a login: the token may not read files", permanent=False)
        raise DeliveryError("the file's address is none of Slack's", permanent=True)

    def _is_allowed(self, parts: SplitResult) -> bool:
        host = parts.hostname or ""
        if _is_plain_https(parts) and host in {"files.slack.com", f"files.{self._domain}"}:
            return True
        same = (parts.scheme, parts.netloc) == (self._base.scheme, self._base.netloc)
        return bool(host) and same and (parts.scheme == "https" or host in LOOPBACK)

    @property
    def _domain(self) -> str:
        """`slack.com`, or that of GovSlack; of a host that is neither nothing else is taken."""
        host = self._base.hostname or ""
        return host if host in {"slack.com", "slack-gov.com"} else "slack.com"

    async def _bounded(self, response: aiohttp.ClientResponse) -> bytes:
        parts, size = [], response.content_length or 0
        if size <= self._most_bytes:
            size = 0
            async for part in response.content.iter_any():
                parts.append(part)
                size += len(part)
                if size > self._most_bytes:
                    break
        if size > self._most_bytes:
            raise DeliveryError(f"the file has more than {self._most_bytes // (1024 * 1024)} MB", permanent=True)
        return b"".join(parts)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)
        return self._session


def _goes_straight(path: str) -> bool:
    """Not up again, however that is spelt: the client resolves it after we have looked."""
    return "/.." not in unquote(path) and "//" not in path


def _is_plain_https(parts: SplitResult) -> bool:
    return parts.scheme == "https" and parts.username is None and parts.port in {None, 443}


def _demand_success(status: int, retry_after: str) -> None:
    """A file may be announced a moment before it can be had."""
    if status in {410, 451}:
        raise DeliveryError(f"Slack has the file no more ({status})", permanent=True)
    if status != 200:
        wait = float(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 9 else None
        wait = min(wait, _LONGEST_WAIT) if wait is not None else None
        raise DeliveryError(f"Slack answered {status}", permanent=False, retry_after=wait)


def _attachment(file: RemoteFile, said: str, content: bytes) -> Attachment:
    """Named as its owner has named it."""
    content_type = said if _TYPE.match(said) and said != _UNKNOWN_TYPE else file.content_type.lower()
    content_type = content_type if _TYPE.match(content_type) else _UNKNOWN_TYPE
    return Attachment(
        name=_file_name(file.name),
        content_type=content_type,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        inline=False,
        content=content,
    )


def _file_name(name: str) -> str:
    """No path, nothing that does not print; the end of a long one, which says what it is."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    return _PATH_SIGNS.sub("_", line).lstrip(".")[-_LONGEST_NAME:].strip() or "file"
