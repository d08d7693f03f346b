"""Recordings, and the files of an MMS: fetched from the vendor's hosts, and from nowhere else."""

import asyncio
import re
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import aiohttp

from channels.phone.settings import LOOPBACK
from channels.phone.vendor.http import seconds_in
from intake.domain.errors import DeliveryError
from intake.domain.message import Attachment
from intake.domain.remote_file import RemoteFile

MOST_BYTES = 20 * 1024 * 1024
MOST_REDIRECTS = 2
TIMEOUT = 60.0  # seconds for one file, redirects and all
API_HOST = "api.twilio.com"
_REGIONAL = re.compile(r"api(\.[a-z0-9-]{2,20}){1,2}\.twilio\.com\Z", re.ASCII)
_MEDIA = re.compile(r"[a-z0-9-]{1,40}\.twiliocdn\.com\Z", re.ASCII)
_BUCKET = ("s3-external-1.amazonaws.com", "/media.twiliocdn.com/")  # where the vendor keeps the files of an MMS
_SID = re.compile(r"(?:RE|ME)[0-9a-fA-F]{32}\Z", re.ASCII)
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}\Z", re.ASCII)
_UNKNOWN = "application/octet-stream"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ENDINGS: Mapping[str, str] = {
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/amr": "amr",
    "audio/ogg": "ogg",
    "audio/3gpp": "3gp",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "video/quicktime": "mov",
    "application/pdf": "pdf",
    "text/plain": "txt",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/calendar": "ics",
}


class FileFetcher:
    """`api_url` is another base address of the API, or empty: then that host, and no other, is asked with our credentials, and
    files may come from it, too."""

    def __init__(self, account: str, token: str, api_url: str = "", *, most_bytes: int = MOST_BYTES) -> None:
        self._account = account
        self._token = token
        self._api = urlsplit(api_url)
        self._most_bytes = most_bytes
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, file: RemoteFile) -> Attachment:
        """Raises DeliveryError: permanent for what is not the vendor's, too large, or gone."""
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._fetch(file)
        except TimeoutError as fault:
            raise DeliveryError("the file did not come in time", permanent=False) from fault
        except (aiohttp.ClientError, OSError, UnicodeError, ValueError) as fault:
            raise DeliveryError(f"the file cannot be fetched: {type(fault).__name__}", permanent=False) from fault

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _fetch(self, file: RemoteFile) -> Attachment:
        url = self._first(file.url)
        for hop in range(MOST_REDIRECTS + 1):
            auth = aiohttp.encode_basic_auth(self._account, self._token) if hop == 0 else ""
            headers = {"Accept-Encoding": "identity", **({"Authorization": auth} if auth else {})}
            async with self._open().get(url, headers=headers, allow_redirects=False) as response:
                if response.status in _REDIRECTS:
                    url = self._next(url, response.headers.get("Location", ""))
                    continue
                _demand_success(response.status, response.headers.get("Retry-After", ""))
                content = await self._bounded(response)
                said = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                return _attachment(file, said, content)
        raise DeliveryError(f"the file is behind more than {MOST_REDIRECTS} redirects", permanent=True)

    def _first(self, url: str) -> str:
        """An address of our own account at the API. Raises DeliveryError."""
        parts = _parts(url)
        path = parts.path
        if not (self._is_api(parts) and f"/Accounts/{self._account}/" in path and _goes_straight(path)):
            raise DeliveryError("the file's address is none of our account at the vendor", permanent=True)
        if self._api.netloc:
            parts = parts._replace(scheme=self._api.scheme, netloc=self._api.netloc)
        return parts.geturl()

    def _next(self, url: str, location: str) -> str:
        parts = _parts(urljoin(url, location))
        host, (bucket, folder) = parts.hostname or "", _BUCKET
        in_bucket = host == bucket and parts.path.startswith(folder) and _goes_straight(parts.path)
        if not location or not (self._is_api(parts) or (_is_plain_https(parts) and (_MEDIA.match(host) or in_bucket))):
            raise DeliveryError("the vendor leads to an address that is none of its own", permanent=True)
        return parts.geturl()

    def _is_api(self, parts: SplitResult) -> bool:
        host = parts.hostname or ""
        if _is_plain_https(parts) and (host == API_HOST or _REGIONAL.match(host)):
            return True
        same = (parts.scheme, parts.netloc) == (self._api.scheme, self._api.netloc)
        return bool(host) and same and (parts.scheme == "https" or host in LOOPBACK)

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


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as fault:
        raise DeliveryError("the file's address is none", permanent=True) from fault
    return parts


def _goes_straight(path: str) -> bool:
    """Not up again, however that is spelt: the client resolves it after we have looked."""
    return "/.." not in unquote(path) and "//" not in path


def _is_plain_https(parts: SplitResult) -> bool:
    return parts.scheme == "https" and parts.username is None and parts.port in {None, 443}


def _demand_success(status: int, retry_after: str) -> None:
    """A recording may be announced a moment before it can be had."""
    if status in {410, 451}:
        raise DeliveryError(f"the vendor has the file no more ({status})", permanent=True)
    if status != 200:
        raise DeliveryError(f"the vendor answered {status}", permanent=False, retry_after=seconds_in(retry_after))


def _attachment(file: RemoteFile, said: str, content: bytes) -> Attachment:
    """Named for what the vendor calls it; what it says of the type counts, and is believed no further than for the ending."""
    content_type = said if _TYPE.match(said) else file.content_type.lower()
    content_type = content_type if _TYPE.match(content_type) else _UNKNOWN
    last = urlsplit(file.url).path.rpartition("/")[2].partition(".")[0]
    name = last if _SID.match(last) else "file"
    ending = _ENDINGS.get(content_type, "bin")
    return Attachment(
        name=f"{name}.{ending}",
        content_type=content_type,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        inline=False,
        content=content,
    )
