"""Who may come in: the vendor, for our account, with a form of a bounded size. Nothing is read out of anything else."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request

from channels.phone.envelope import pairs_of
from channels.phone.signature import Fields, Signatures
from intake.domain.errors import InvalidMessage

MOST_BYTES = 64 * 1024
LONGEST_QUERY = 4_000  # characters
SECONDS_FOR_BODY = 5.0
FORM_TYPE = "application/x-www-form-urlencoded"
ROOT = "/twilio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A request that the vendor signed. `path` begins below the public address; `query` is raw; `fields` are the body's."""

    path: str
    query: str
    raw: bytes
    fields: Mapping[str, str]


class Entrance:
    def __init__(self, signatures: Signatures, account: str) -> None:
        self._signatures = signatures
        self._account = account

    async def enter(self, request: Request) -> Entered | None:
        """None for everybody else, whatever the reason."""
        query = request.scope.get("query_string", b"").decode("latin-1")
        try:
            async with asyncio.timeout(SECONDS_FOR_BODY):
                raw = await _body(request)
            fields = Fields(pairs_of((raw or b"").decode("utf-8", "replace")))
        except (TimeoutError, ClientDisconnect, InvalidMessage):
            return None
        if raw is None or len(query) > LONGEST_QUERY:
            return None
        target = _raw_path(request) + (f"?{query}" if query else "")
        if not self._signatures.verify(target, raw, fields, request.headers):
            return None
        if fields.getall("AccountSid") != [self._account]:
            return None
        return Entered(path=_below(request), query=query, raw=raw, fields=fields.first_of_each())


async def _body(request: Request) -> bytes | None:
    """None where it is no form, or too large; what a client claims is believed only where it is too much."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        return None
    claimed = request.headers.get("content-length", "")
    if claimed.isascii() and claimed.isdigit() and (len(claimed) > 12 or int(claimed) > MOST_BYTES):
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _raw_path(request: Request) -> str:
    """As it was asked, without the query; a server that does not tell it has decoded it."""
    raw = request.scope.get("raw_path")
    if isinstance(raw, bytes):
        return raw.partition(b"?")[0].decode("latin-1")
    return quote(str(request.scope["path"]))


def _below(request: Request) -> str:
    """`/twilio/voice/what`, wherever the phone is mounted."""
    path = str(request.scope["path"]).removeprefix(str(request.scope.get("root_path", "")))
    return f"{ROOT}{path.removeprefix(ROOT).rstrip('/')}"
