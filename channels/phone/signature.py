"""Is it the vendor who asks? Each webhook is signed over the exact address that was asked and everything it says.

The vendor's page: docs/usage/webhooks/webhooks-security. Two schemes: HMAC-SHA1 with the account's auth token; and HMAC-SHA256
with the secret of a shared key, for webhooks that are signed with one, which a header of its own says (known to the SDK alone).
"""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from twilio.request_validator import (
    HMAC_SHA1,
    HMAC_SHA256,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

_ALGORITHMS = (HMAC_SHA1, HMAC_SHA256)
_BODY_HASH = "bodySHA256"
_LONGEST = 200  # characters of a header: a signature has 44
_PORTS = {"https": 443, "http": 80}


class Fields:
    """Of a form, repetitions kept, as the SDK asks for them."""

    __slots__ = ("_values",)

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getall(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def first_of_each(self) -> dict[str, str]:
        return {name: values[0] for name, values in self._values.items()}


class Signatures:
    """`tokens` are all that may have signed: each is tried whatever the others say. `public_url` is how the desk is known
    outside: what the request says about its own host is never asked."""

    def __init__(self, tokens: Iterable[str], public_url: str) -> None:
        self._validators = tuple(RequestValidator(token) for token in tokens)
        self._bases = _spellings(public_url.rstrip("/"))

    def verify(self, target: str, body: bytes, fields: Fields, headers: Headers) -> bool:
        """`target` is the path with its query, raw, as it was asked; `fields` are those of the body, blanks kept."""
        given = headers.getlist(SIGNATURE_HEADER)
        named = headers.getlist(SIGNATURE_SETTINGS_HEADER)
        if len(given) != 1 or len(named) > 1 or len(given[0]) > _LONGEST or len("".join(named)) > _LONGEST:
            return False
        algorithm = str(get_signature_algorithm(named[0] if named else "")).upper()
        if algorithm not in _ALGORITHMS:
            return False
        if _is_hash_of_body(target, body):
            fields = Fields()
        return self._is_signed(target, fields, given[0].encode("utf-8", "replace"), algorithm)

    def _is_signed(self, target: str, fields: Fields, given: bytes, algorithm: str) -> bool:
        """All are worked out and compared in constant time: how long it takes tells nothing."""
        matches = [
            hmac.compare_digest(str(validator.compute_signature(f"{base}{target}", fields, algorithm)).encode(), given)
            for validator in self._validators
            for base in self._bases
        ]
        return any(matches)


def _spellings(public_url: str) -> Sequence[str]:
    """The vendor signs its address with the port or without, whichever service it comes from."""
    parts = urlsplit(public_url)
    host, _, path = public_url.partition("://")[2].partition("/")
    bare = host if parts.port is None else host.rpartition(":")[0]
    port = parts.port or _PORTS.get(parts.scheme, 80)
    behind = f"/{path}" if path else ""
    return f"{parts.scheme}://{bare}{behind}", f"{parts.scheme}://{bare}:{port}{behind}"


def _is_hash_of_body(target: str, body: bytes) -> bool:
    """A body that is signed whole: its hash stands in the query, which the signature covers."""
    hashes = parse_qs(target.partition("?")[2]).get(_BODY_HASH, [])
    return len(hashes) == 1 and hmac.compare_digest(
        hashes[0].lower().encode("utf-8", "replace"), sha256(body).hexdigest().encode()
    )
