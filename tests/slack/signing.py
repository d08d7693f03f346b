"""How Slack's requests reach the desk: signed over HTTP, or as the arrivals that the door makes of them."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from tests.desk.at_the_desk import MONDAY
from tests.slack.ids import FORM, JSON, SECRET


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A request as Slack makes it."""

    body: bytes
    headers: Mapping[str, str]


def arrival(payload: Mapping[str, object], kind: str = "", *, retry: str = "", at: datetime = MONDAY) -> Arrival:
    """As the door hands it in; `kind` is told by the payload's looks where it is not given."""
    return Arrival(
        channel=Channel.SLACK,
        received_at=at,
        raw=json.dumps(payload).encode(),
        envelope={"kind": kind or _kind(payload), "retry": retry},
    )


def signed(
    body: bytes, at: datetime, *, secret: str = SECRET, content_type: str = JSON, retry: tuple[int, str] | None = None
) -> Signed:
    stamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    again = {"x-slack-retry-num": str(retry[0]), "x-slack-retry-reason": retry[1]} if retry else {}
    return Signed(
        body=body,
        headers={
            "content-type": content_type,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={digest}",
            **again,
        },
    )


def request(
    payload: Mapping[str, object], at: datetime, *, kind: str = "", secret: str = SECRET, retry: tuple[int, str] | None = None
) -> Signed:
    """Whatever the factories above make, as Slack posts it."""
    what = kind or _kind(payload)
    if what == "event":
        return signed(json.dumps(payload).encode(), at, secret=secret, retry=retry)
    form = payload if what == "command" else {"payload": json.dumps(payload)}
    return signed(urlencode({name: str(value) for name, value in form.items()}).encode(), at, secret=secret, content_type=FORM)


def _kind(payload: Mapping[str, object]) -> str:
    if "command" in payload:
        return "command"
    if "why_not" in payload:
        return "found"
    return "event" if {"event", "challenge", "minute_rate_limited"} & set(payload) else "interaction"
