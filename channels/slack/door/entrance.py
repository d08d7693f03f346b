"""Who may come in over HTTP: Slack, with a bounded body that is JSON or a form. Nothing is read out of anything else."""

import asyncio
import json
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from channels.slack.door.signature import Signatures
from channels.slack.envelope import Kind
from channels.slack.json_value import Json, at, read_object

MOST_BYTES = 1024 * 1024
SECONDS_FOR_BODY = 2.5  # Slack itself waits three
MOST_FIELDS = 60
FORM_TYPE, JSON_TYPE = "application/x-www-form-urlencoded", "application/json"
_RETRY_NUM, _RETRY_REASON = "x-slack-retry-num", "x-slack-retry-reason"
# What Bolt reads of a payload before anybody else does, and takes for granted.
_OBJECTS = ("view", "message", "item")
_TEXTS_OR_OBJECTS = ("enterprise", "team", "user", "channel")


class NotLetIn(Exception):
    """`status` is all that the other side hears."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What Slack said. `raw` is what is kept: JSON, as it came; `retry` "1 http_timeout", or empty."""

    kind: Kind
    payload: Json
    raw: bytes
    retry: str = ""


async def enter(request: Request, signatures: Signatures) -> Entered:
    """Raises NotLetIn: 401 for whoever is not Slack, or says too much; 400 for what Slack signed and nobody can read."""
    try:
        async with asyncio.timeout(SECONDS_FOR_BODY):
            body = await _body(request)
    except (TimeoutError, ClientDisconnect) as fault:
        raise NotLetIn(HTTPStatus.BAD_REQUEST) from fault
    if not signatures.verify(body, request.headers):
        raise NotLetIn(HTTPStatus.UNAUTHORIZED)
    try:
        kind, payload, raw = _read(body, request.headers.get("content-type", ""))
    except ValueError as fault:
        raise NotLetIn(HTTPStatus.BAD_REQUEST) from fault
    number, reason = (request.headers.get(name, "")[:60] for name in (_RETRY_NUM, _RETRY_REASON))
    return Entered(kind=kind, payload=payload, raw=raw, retry=f"{number} {reason}".strip())


def is_well_shaped(payload: Json) -> bool:
    """What Slack sends always is."""
    authorizations, urls = payload.get("authorizations"), payload.get("response_urls")
    return (
        isinstance(payload.get("event", {}), dict)
        and all(isinstance(payload.get(name), dict | None) for name in _OBJECTS)
        and all(isinstance(payload.get(name), dict | str | None) for name in _TEXTS_OR_OBJECTS)
        and (authorizations is None or _is_list_of_objects(authorizations))
        and (urls is None or _is_list_of_objects(urls))
        and isinstance(at(payload, "event", "type"), str | None)
    )


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


async def _body(request: Request) -> bytes:
    """What a client claims is believed only where it is too much. Raises NotLetIn."""
    claimed = request.headers.get("content-length", "")
    if claimed.isascii() and claimed.isdigit() and (len(claimed) > 12 or int(claimed) > MOST_BYTES):
        raise NotLetIn(HTTPStatus.UNAUTHORIZED)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotLetIn(HTTPStatus.UNAUTHORIZED)
    return bytes(body)


def _read(body: bytes, content_type: str) -> tuple[Kind, Json, bytes]:
    """Raises ValueError."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == JSON_TYPE:
        payload, what, raw = read_object(body), Kind.EVENT, body
    elif kind == FORM_TYPE:
        what, payload, raw = _form(body)
    else:
        raise ValueError("it is neither JSON nor a form")
    if not is_well_shaped(payload):
        raise ValueError("it is nothing that Slack sends")
    return what, payload, raw


def _form(body: bytes) -> tuple[Kind, Json, bytes]:
    pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    fields = dict(reversed(pairs))
    if "payload" in fields:
        raw = fields["payload"].encode("utf-8")
        return Kind.INTERACTION, read_object(raw), raw
    if not fields:
        raise ValueError("the form is empty")
    return Kind.COMMAND, dict(fields), json.dumps(fields).encode()
