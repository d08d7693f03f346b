"""One question to a token endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2

from channels.email.imap.faults import TokenUnavailable, in_words
from channels.email.imap.oauth_settings import LOOPBACK

PATIENCE = 20.0  # seconds
LARGEST_ANSWER = 1 << 18  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    body: bytes = field(repr=False)


def post(url: str, form: Mapping[str, str]) -> Answer:
    """Follows no redirect: the form holds secrets. Raises TokenUnavailable, which repeats nothing of it."""
    host = urlsplit(url).hostname or ""
    body = bytearray()
    try:
        with (
            httpx2.Client(timeout=PATIENCE, trust_env=host not in LOOPBACK) as client,
            client.stream("POST", url, data=dict(form), headers={"Accept": "application/json"}) as answer,
        ):
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    raise TokenUnavailable(f"the token endpoint at {host} sends far too much")
            return Answer(status=answer.status_code, body=bytes(body))
    except TokenUnavailable:
        raise
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as fault:
        raise TokenUnavailable(f"the token endpoint at {host} does not answer: {in_words(fault)}") from fault
